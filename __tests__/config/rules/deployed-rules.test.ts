import type { BootstrapRecord, DeployedHome } from "../../../lib/record/bootstrap-record";
import type { ResolveContext } from "../../../lib/home/resolve-home";
import { config, home, KEY_ARN, OTHER_KEY_ARN, places, refusals, type ConfigPart } from "../../support/home";

const DEPLOYED: DeployedHome = {
  encryption: "created-key",
  createdKey: { alias: "alias/acme-tfstate", keyArn: KEY_ARN },
  logBucket: "acme-tfstate-logs",
  consumers: [{ name: "app", key: "app/terraform.tfstate" }],
};
const CREATED = { encryption: { type: "created-key" } } as const;
const SAME = { ...CREATED, accessLogs: {} };
const KEPT = { retiredKeys: [{ alias: "alias/acme-tfstate", management: "kept" }] } as const;
const EXISTING = { encryption: { type: "existing-key", keyArn: KEY_ARN } } as const;
const at = (path: string): string[] => [`destroys-data ${path}`];

function record(deployed: DeployedHome | undefined): BootstrapRecord {
  const { name: bucket, region, account } = config().bucket;
  return { version: 1, bucket, region, account, key: "bootstrap/terraform.tfstate", lineage: "l", deployed };
}

describe("synth of a deployed home", () => {
  it.each<[string, ConfigPart, string[]]>([
    ["nothing changed", { bucket: SAME }, []],
    ["the key is dropped", { bucket: { accessLogs: {} } }, at("bucket.encryption")],
    ["the key is named as an existing key", { bucket: { ...SAME, ...EXISTING } }, at("bucket.encryption")],
    [
      "the alias changed",
      { bucket: { ...SAME, encryption: { type: "created-key", alias: "alias/other" } } },
      at("bucket.encryption.alias"),
    ],
    ["the key is retired", { bucket: { accessLogs: {}, ...KEPT } }, []],
    [
      "another key is retired",
      { bucket: { accessLogs: {}, retiredKeys: [{ ...KEPT.retiredKeys[0], alias: "alias/x" }] } },
      at("bucket.encryption"),
    ],
    ["the logs are dropped", { bucket: CREATED }, at("bucket.accessLogs")],
    [
      "the logs go to another bucket",
      { bucket: { ...CREATED, accessLogs: { bucket: "x-logs" } } },
      at("bucket.accessLogs"),
    ],
    [
      "the log bucket is named as an existing bucket",
      { bucket: { ...CREATED, accessLogs: { bucket: "acme-tfstate-logs" } } },
      at("bucket.accessLogs"),
    ],
    ["the log bucket is released", { bucket: { ...CREATED, retiredLogBucket: "released" } }, []],
    ["a consumer's key changed", { bucket: SAME, consumers: [{ name: "app", key: "x" }] }, at("consumers[0].key")],
    ["a consumer is new", { bucket: SAME, consumers: [{ name: "app" }, { name: "new" }] }, []],
  ])("when %s", (_case, part, expected) => {
    expect(places(refusals(config(part), { record: record(DEPLOYED) }))).toEqual(expected);
  });

  it.each<[string, ConfigPart, string[]]>([
    ["is dropped", { consumers: [{ name: "app" }] }, at("consumers")],
    ["is renamed and moved to its default key", { consumers: [{ name: "app" }, { name: "money" }] }, at("consumers")],
    [
      "keeps its key under another name",
      { consumers: [{ name: "money", key: "billing/terraform.tfstate", workspaceKeyPrefix: "ws" }] },
      [],
    ],
    ["is retired", { consumers: [{ name: "app" }], retiredConsumers: ["billing"] }, []],
    ["loses its workspaces", { consumers: [{ name: "billing" }] }, at("consumers[0].workspaceKeyPrefix")],
    [
      "gets another prefix",
      { consumers: [{ name: "billing", workspaceKeyPrefix: "other" }] },
      at("consumers[0].workspaceKeyPrefix"),
    ],
    [
      "keeps its key under another name, without workspaces",
      { consumers: [{ name: "money", key: "billing/terraform.tfstate" }] },
      at("consumers"),
    ],
  ])("when a consumer with policies %s", (_case, part, expected) => {
    const policies = { workspaceKeyPrefix: "ws", hasPolicies: true as const };
    const consumers = [{ name: "billing", key: "billing/terraform.tfstate", ...policies }];
    const deployed = { encryption: "sse-s3", consumers: [...consumers, { name: "plain", key: "plain" }] };
    const context = { record: record(deployed) };
    expect(places(refusals(config(part), context))).toEqual(expected);
    // Bootstrap looks at the plan and at the states.
    expect(refusals(config(part), { ...context, environment: { STATELOCK_BOOTSTRAP_STATE: "recorded" } })).toEqual([]);
  });

  it("refuses to retire a consumer that is in the config", () => {
    expect(places(refusals(config({ consumers: [{ name: "app" }], retiredConsumers: ["app"] })))).toEqual([
      "retired-consumer retiredConsumers[0]",
    ]);
  });

  it("refuses nothing by an old record, which has no list", () => {
    expect(refusals(config(), { record: record(undefined) })).toEqual([]);
  });

  it("says how to go on: back, or the two steps", () => {
    const [problem] = refusals(config({ bucket: { accessLogs: {} } }), { record: record(DEPLOYED) });
    expect(problem?.fix).toContain('Restore { type: "created-key" }');
    expect(problem?.fix).toContain('retiredKeys: [{ alias: "alias/acme-tfstate", management: "kept" }]');
  });
});

describe("the ARN of the deployed key", () => {
  const consumers = [{ name: "app" }];
  const keyed = (createdKey: DeployedHome["createdKey"]): BootstrapRecord =>
    record({ encryption: "created-key", createdKey, consumers: [] });
  const recorded = keyed({ alias: "alias/acme-tfstate", keyArn: KEY_ARN });

  it("comes from the record, and from the stack's state before that", () => {
    const of = (context: ResolveContext): unknown => home({ bucket: CREATED, consumers }, context).consumers[0]?.kmsKey;
    const alias = { alias: "alias/acme-tfstate", account: "123456789012" };
    expect(of({})).toEqual(alias);
    expect(of({ record: record(undefined) })).toEqual(alias);
    expect(of({ record: keyed({ alias: "alias/acme-tfstate" }) })).toEqual(alias);
    expect(of({ record: recorded })).toEqual({ arn: KEY_ARN });
    const environment = { STATELOCK_CREATED_KEY_ARN: OTHER_KEY_ARN };
    expect(of({ record: recorded, environment })).toEqual({ arn: OTHER_KEY_ARN });
  });

  it("names the retired key too, while it is kept", () => {
    const { consumers: found } = home({ bucket: KEPT, consumers }, { record: recorded });
    expect(found[0]).toMatchObject({ kmsKey: undefined, retiredKey: { arn: KEY_ARN } });
  });

  it.each<[string, string | undefined, string, string[]]>([
    ["the same as in the config", KEY_ARN, KEY_ARN, []],
    ["another than in the config", OTHER_KEY_ARN, KEY_ARN, ["kms-key bucket.encryption.keyArn"]],
    ["that is no key", undefined, "alias/x", ["kms-key bootstrap.state.json"]],
    ["in another region", undefined, KEY_ARN.replace("eu-central-1", "eu-west-1"), ["kms-key bootstrap.state.json"]],
  ])("%s", (_case, keyArn, deployed, expected) => {
    const bucket = { encryption: { type: "created-key", ...(keyArn === undefined ? {} : { keyArn }) } } as const;
    const context = { record: keyed({ alias: "alias/acme-tfstate", keyArn: deployed }) };
    expect(places(refusals(config({ bucket }), context))).toEqual(expected);
  });
});

describe("a retired key or log bucket", () => {
  it.each<[string, ConfigPart["bucket"], string[]]>([
    ["beside SSE-S3", KEPT, []],
    ["beside an existing key", { ...EXISTING, ...KEPT }, []],
    ["beside a created key", { ...CREATED, ...KEPT }, ["retired-key bucket.retiredKeys"]],
    ["twice", { retiredKeys: [...KEPT.retiredKeys, ...KEPT.retiredKeys] }, ["retired-key bucket.retiredKeys"]],
    [
      "that is no alias",
      { retiredKeys: [{ alias: KEY_ARN, management: "kept" }] },
      ["retired-key bucket.retiredKeys[0].alias"],
    ],
    [
      "of logs in use",
      { accessLogs: {}, retiredLogBucket: "released" },
      ["retired-log-bucket bucket.retiredLogBucket"],
    ],
    ["of logs that go elsewhere", { accessLogs: { bucket: "x-logs" }, retiredLogBucket: "released" }, []],
  ])("%s", (_case, bucket, expected) => {
    expect(places(refusals(config({ bucket })))).toEqual(expected);
  });
});
