import {
  bootstrapBackend,
  consumerBackend,
  readerBackend,
  type BackendSettings,
} from "../../lib/backend/backend-settings";
import type { ConsumerConfig } from "../../lib/config/state-config";
import { home, KEY_ARN, OTHER_KEY_ARN, role, type ConfigPart } from "../support/home";

function settingsOf(
  make: typeof consumerBackend,
  consumer: Partial<ConsumerConfig> = {},
  part: ConfigPart = {},
): BackendSettings | undefined {
  const of = home({ ...part, consumers: [{ name: "app", ...consumer }] });
  return of.consumers.map((each) => make(of, each))[0];
}

describe("encrypt and kms_key_id", () => {
  const encryption = (consumer: Partial<ConsumerConfig>, part: ConfigPart): Partial<BackendSettings> => {
    const settings = settingsOf(consumerBackend, consumer, part);
    return { encrypt: settings?.encrypt, kmsKeyId: settings?.kmsKeyId };
  };

  it("ask for SSE-S3 where that is the bucket's default", () => {
    expect(encryption({}, {})).toEqual({ encrypt: true });
  });

  it("name the key where its ARN is known", () => {
    const both = { encrypt: true, kmsKeyId: KEY_ARN };
    expect(encryption({}, { bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } })).toEqual(both);
    expect(encryption({}, { bucket: { encryption: { type: "created-key", keyArn: KEY_ARN } } })).toEqual(both);
    expect(encryption({ kmsKeyArn: KEY_ARN }, {})).toEqual(both);
  });

  it("are both left out where it is not: encrypt alone would ask for SSE-S3 over the bucket's key", () => {
    expect(encryption({}, { bucket: { encryption: { type: "created-key" } } })).toEqual({});
  });

  it("name the consumer's own key where the bucket has one too", () => {
    const part = { bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } } as const;
    expect(encryption({ kmsKeyArn: OTHER_KEY_ARN }, part).kmsKeyId).toBe(OTHER_KEY_ARN);
  });
});

it("a reader gets the place and its own role, and nothing that locks, writes or encrypts", () => {
  const consumer = {
    workspaceKeyPrefix: "app/ws",
    kmsKeyArn: KEY_ARN,
    assumeRole: { roleArn: role("writer") },
    readerRole: { roleArn: role("reader") },
  };
  expect(settingsOf(readerBackend, consumer, { locking: "both", legacyTable: "locks" })).toEqual({
    bucket: "acme-tfstate",
    key: "app/terraform.tfstate",
    region: "eu-central-1",
    workspaceKeyPrefix: "app/ws",
    assumeRole: { roleArn: role("reader") },
  });
  expect(settingsOf(readerBackend, { assumeRole: { roleArn: role("writer") } })?.assumeRole).toBeUndefined();
});

it("the bootstrap stack locks natively and in no table, whatever the consumers do", () => {
  const of = home({ locking: "dynamodb", legacyTable: "locks", bucket: { bootstrapKey: "home/s" } });
  expect(bootstrapBackend(of)).toEqual({
    bucket: "acme-tfstate",
    key: "home/s",
    region: "eu-central-1",
    encrypt: true,
    useLockfile: true,
  });
});

it("the bootstrap stack names the key it creates only when its ARN is known", () => {
  const before = bootstrapBackend(home({ bucket: { encryption: { type: "created-key" } } }));
  const after = bootstrapBackend(home({ bucket: { encryption: { type: "created-key", keyArn: KEY_ARN } } }));
  expect([before.encrypt, before.kmsKeyId, after.encrypt, after.kmsKeyId]).toEqual([
    undefined,
    undefined,
    true,
    KEY_ARN,
  ]);
});
