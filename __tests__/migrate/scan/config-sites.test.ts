import { backendArguments } from "../../../lib/backend/backend-arguments";
import { consumerBackend } from "../../../lib/backend/backend-settings";
import { liveTarget } from "../../../lib/migrate/live/live-target";
import { scan, type ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import { backendEncryption } from "../../../lib/lock/object-encryption";
import { configTools, memoryFiles, parsers } from "../../support/fleet";
import { ACCOUNT, config, home, KEY_ARN, OTHER_KEY_ARN, type ConfigPart } from "../../support/home";

const NO_DEFAULTS = { region: undefined, account: undefined };

/** The only consumer of a config with this text, as it is scanned. */
async function scannedConsumer(text: string, environment: Record<string, string> = {}): Promise<ScannedConfiguration> {
  const reading = { ...(await parsers()), config: configTools(environment) };
  const { configurations } = await scan(memoryFiles({ "state.config.ts": text }), reading, ["."]);
  const [first] = configurations;
  if (first === undefined) throw new Error("no consumer");
  return first;
}

function asText(part: ConfigPart): string {
  return `export const stateConfig = ${JSON.stringify(config(part))};`;
}

describe("a consumer is read as the backend that synth gives it", () => {
  it.each<[string, ConfigPart]>([
    ["by default", {}],
    ["with its own key and workspaces", { consumers: [{ name: "a", key: "teams/a", workspaceKeyPrefix: "w" }] }],
    ["in a bucket that says SSE-S3", { bucket: { encryption: { type: "sse-s3" } } }],
    ["in a bucket with a key that exists", { bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } }],
    ["in a bucket whose key is made", { bucket: { encryption: { type: "created-key" } } }],
    ["in a bucket whose key was made", { bucket: { encryption: { type: "created-key", keyArn: KEY_ARN } } }],
    [
      "with its own key of KMS",
      { consumers: [{ name: "a", kmsKeyArn: OTHER_KEY_ARN }], bucket: { encryption: { type: "created-key" } } },
    ],
    ["on both", { locking: "both", legacyTable: "locks" }],
    [
      "on dynamodb, where others are on both",
      { locking: "both", legacyTable: "locks", consumers: [{ name: "a", locking: "dynamodb" }] },
    ],
  ])("%s", async (_what, part) => {
    const of = home(part);
    const [consumer] = of.consumers;
    if (consumer === undefined) throw new Error("no consumer");
    const backend = backendArguments(consumerBackend(of, consumer));
    const scanned = await scannedConsumer(asText(part));
    expect(scanned.phase).toBe(consumer.locking);
    expect(scanned.table).toEqual(
      backend["dynamodb_table"] === undefined ? undefined : { value: backend["dynamodb_table"] },
    );
    expect(liveTarget(scanned, NO_DEFAULTS)).toEqual({
      consumer: consumer.name,
      root: `state.config.ts#${consumer.name}`,
      path: "state.config.ts:1",
      phase: consumer.locking,
      bucket: backend["bucket"],
      key: backend["key"],
      region: backend["region"],
      account: ACCOUNT,
      table: of.legacyTable,
      workspaceKeyPrefix: backend["workspace_key_prefix"] ?? "env:",
      encryption: backendEncryption(backend["encrypt"] === true, backend["kms_key_id"] as string | undefined),
    });
  });

  it("where the environment says, whatever the config says", async () => {
    const environment = {
      STATELOCK_BUCKET: "acme-ci",
      STATELOCK_REGION: "eu-west-1",
      STATELOCK_ACCOUNT: "210987654321",
    };
    expect(liveTarget(await scannedConsumer(asText({}), environment), NO_DEFAULTS)).toMatchObject({
      bucket: "acme-ci",
      region: "eu-west-1",
      account: "210987654321",
    });
  });

  it("for the account that the command names", async () => {
    const target = liveTarget(await scannedConsumer(asText({})), { region: "us-east-1", account: "210987654321" });
    expect(target).toMatchObject({ region: "eu-central-1", account: "210987654321" });
  });

  it.each([
    ["bucket", 'bucket: { name: process.env.B, region: "r" }', "key: 'k'"],
    ["region", 'bucket: { ...place, name: "b" }', "key: 'k'"],
    ["key", 'bucket: { name: "b", region: "r" }', "key: `k/${stage}`"],
    ["table", 'bucket: { name: "b", region: "r" }, legacyTable: table', "key: 'k'"],
  ])("and is not asked about where its %s is computed", async (name, rest, consumer) => {
    const scanned = await scannedConsumer(
      `export const stateConfig = { ${rest}, consumers: [{ name: "a", ${consumer} }] };`,
    );
    expect(liveTarget(scanned, NO_DEFAULTS)).toMatchObject({
      code: "place-unknown",
      message: `must name its ${name} so that Statelock can read S3 and DynamoDB, got an expression in its files`,
    });
  });
});
