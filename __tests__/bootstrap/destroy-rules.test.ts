import { dataProblems } from "../../lib/bootstrap/destroy-rules";
import { droppedConsumerProblems } from "../../lib/bootstrap/dropped-consumers";
import { releasedKeyProblems } from "../../lib/bootstrap/released-key";
import type { AwsPort, Plan, ResourceChange } from "../../lib/bootstrap/bootstrap-ports";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { papersOf } from "../../lib/home/papers";
import { compactPolicyJson } from "../../lib/policy/policy-document";
import { home, places, type ConfigPart } from "../support/home";
import { emptyWorld, fakePort } from "./fake-port";

type Before = ResourceChange["before"];

function change(address: string, action: ResourceChange["action"], before: Before = {}): ResourceChange {
  return { address, type: address.split(".")[0] ?? "", action, values: {}, before, differences: [] };
}

const planOf = (...changes: ResourceChange[]): Plan => ({ changes, outputsChange: false });

describe("a plan of bootstrap", () => {
  const table = { name: "locks" };
  it.each<[string, ResourceChange["action"], Before, boolean]>([
    ["aws_kms_key.key", "delete", {}, true],
    ["aws_kms_key.key", "replace", {}, true],
    ["aws_kms_key.key", "update", {}, false],
    ["aws_kms_key.key", "create", {}, false],
    ["aws_kms_alias.key", "delete", {}, true],
    ["aws_kms_alias.key", "replace", {}, true],
    ["aws_s3_bucket.state_bucket", "delete", {}, true],
    ["aws_s3_bucket.state_bucket", "replace", {}, true],
    ["aws_s3_bucket.logs_bucket", "delete", {}, true],
    ["aws_s3_bucket_logging.state_access-logs", "delete", {}, false],
    ["aws_s3_bucket_notification.state_events", "delete", {}, false],
    ["aws_iam_role_policy_attachment.a", "delete", {}, false],
    ["aws_dynamodb_table.legacy", "delete", { ...table, deletion_protection_enabled: true }, true],
    ["aws_dynamodb_table.legacy", "delete", { ...table, deletion_protection_enabled: false }, false],
  ])("that has %s to %s is refused where that destroys data", (address, action, before, refused) => {
    const expected = refused ? [`destroys-data ${address}`] : [];
    expect(places(dataProblems(planOf(change(address, action, before))))).toEqual(expected);
  });

  it("says what would go, and the way to do it on purpose", () => {
    const plan = planOf(change("aws_s3_bucket.logs_bucket_1", "delete", { bucket: "acme-logs" }));
    expect(dataProblems(plan)[0]).toMatchObject({
      message: 'must stay, but the plan would delete it: "acme-logs"',
      fix: expect.stringContaining("Restore bucket.accessLogs.") as string,
    });
  });
});

describe("the policy of a consumer that left the config", () => {
  const OLD: ConfigPart = { consumers: [{ name: "old", key: "old.tfstate", workspaceKeyPrefix: "ws" }] };
  const papers = papersOf(home(OLD)).consumers.flatMap(({ managed }) => managed);
  const state = (lineage: string, serial: number, objects: number, id = "i-1"): string =>
    JSON.stringify({
      ...{ version: 4, terraform_version: "1.11.4", lineage, serial, outputs: {} },
      resources: [{ mode: "managed", type: "a", name: "b", instances: objects === 0 ? [] : [{ attributes: { id } }] }],
    });

  const deleted = papers.map(({ level, document }) =>
    change(`aws_iam_policy.${level}`, "delete", { policy: compactPolicyJson(document) }),
  );

  async function refusals(
    objects: Readonly<Record<string, string>>,
    consumers: ConfigPart["consumers"] = [{ name: "new", key: "new.tfstate" }],
    changes = deleted,
  ): Promise<string[]> {
    const aws = {
      ...fakePort({ ...emptyWorld(), bucketExists: true }).aws,
      readState: (key: string) => Promise.resolve(objects[key]),
      listKeys: (prefix: string) => Promise.resolve(Object.keys(objects).filter((key) => key.startsWith(prefix))),
    };
    const inventory = buildInventory(papersOf(home({ consumers })));
    return places(await droppedConsumerProblems(planOf(...changes), inventory, aws));
  }
  const all = papers.map(({ level }) => `destroys-data aws_iam_policy.${level}`);

  it.each<[string, Record<string, string>, string[]]>([
    ["its state exists", { "old.tfstate": state("a", 1, 1) }, all],
    ["what is there is not readable as a state", { "old.tfstate": "?" }, all],
    ["its state holds no object", { "old.tfstate": state("a", 1, 0) }, []],
    ["it has no state", {}, []],
    ["its state moved to a new key", { "old.tfstate": state("a", 1, 1), "new.tfstate": state("a", 2, 1) }, []],
    ["the new key holds an older version", { "old.tfstate": state("a", 3, 1), "new.tfstate": state("a", 2, 1) }, all],
    [
      "a migration gave it another lineage at the new key",
      { "old.tfstate": state("a", 9, 1), "new.tfstate": state("b", 1, 1) },
      [],
    ],
    [
      "the new key holds another state",
      { "old.tfstate": state("a", 1, 1), "new.tfstate": state("b", 2, 1, "other") },
      all,
    ],
    ["the new key holds fewer objects", { "old.tfstate": state("a", 1, 1), "new.tfstate": state("b", 2, 0) }, all],
  ])("stays or goes: %s", async (_case, objects, expected) => {
    await expect(refusals(objects)).resolves.toEqual(expected);
  });

  it("stays while a workspace has a state", async () => {
    const refused = await refusals({ "ws/dev/old.tfstate": state("a", 1, 1) });
    expect(refused).not.toEqual([]);
  });

  it("stays if the consumer that keeps the key has no workspaces, and one has a state", async () => {
    const kept = [{ name: "renamed", key: "old.tfstate" }];
    const objects = { "old.tfstate": state("a", 1, 1), "ws/dev/old.tfstate": state("b", 1, 1, "i-2") };
    await expect(refusals(objects, kept)).resolves.not.toEqual([]);
    await expect(refusals({ "old.tfstate": state("a", 1, 1) }, kept)).resolves.toEqual([]);
  });

  it("goes if the states of its workspaces moved to another consumer's", async () => {
    const kept = [{ name: "new", key: "new.tfstate", workspaceKeyPrefix: "w" }];
    const objects = { "ws/dev/old.tfstate": state("b", 4, 1, "i-2"), "w/dev/new.tfstate": state("c", 1, 1, "i-2") };
    await expect(refusals(objects, kept)).resolves.toEqual([]);
  });

  it("goes if another consumer keeps the key", async () => {
    const kept = [{ name: "renamed", key: "old.tfstate", workspaceKeyPrefix: "ws" }];
    await expect(refusals({ "old.tfstate": state("a", 1, 1) }, kept)).resolves.toEqual([]);
  });

  describe("whose consumer has other keys now", () => {
    interface Now {
      readonly key?: string;
      readonly workspaceKeyPrefix?: string | undefined;
    }
    const KEPT = { "old.tfstate": state("a", 1, 1), "ws/dev/old.tfstate": state("b", 1, 1, "i-2") };
    const moved = (main: string, workspace: string): Record<string, string> => ({
      ...KEPT,
      [main]: state("a", 2, 1),
      [workspace]: state("c", 1, 1, "i-2"),
    });
    const updates = async (now: Now, objects: Readonly<Record<string, string>>): Promise<string[]> => {
      const consumers = [
        { name: "old", key: "old.tfstate", workspaceKeyPrefix: "ws", ...now },
        { name: "another", key: now.key === "another.tfstate" ? "old.tfstate" : "another.tfstate" },
      ] as ConfigPart["consumers"];
      const after = papersOf(home({ consumers })).consumers[0]?.managed ?? [];
      const changes = papers.map(({ level, document }) => ({
        ...change(`aws_iam_policy.${level}`, "update", { policy: compactPolicyJson(document) }),
        values: { policy: compactPolicyJson(after.find((paper) => paper.level === level)?.document ?? document) },
      }));
      return refusals(objects, consumers, changes);
    };

    it.each<[string, Now, Readonly<Record<string, string>>, boolean]>([
      ["another key", { key: "new.tfstate" }, KEPT, true],
      ["another prefix", { workspaceKeyPrefix: "other" }, KEPT, true],
      ["no prefix", { workspaceKeyPrefix: undefined }, KEPT, true],
      ["the key of another consumer, in exchange", { key: "another.tfstate" }, KEPT, true],
      ["the same keys", {}, KEPT, false],
      ["another key, and no state", { key: "new.tfstate" }, {}, false],
      ["another key, and moved states", { key: "new.tfstate" }, moved("new.tfstate", "ws/dev/new.tfstate"), false],
      [
        "another prefix, and moved states",
        { workspaceKeyPrefix: "w" },
        moved("old.tfstate", "w/dev/old.tfstate"),
        false,
      ],
    ])("stays while a state is at the old ones: %s", async (_case, now, objects, refused) => {
      expect((await updates(now, objects)).length > 0).toBe(refused);
    });
  });
});

describe("a key that a plan releases", () => {
  const [KEY, OTHER] = ["arn:aws:kms:eu-central-1:123456789012:key/a", "arn:aws:kms:eu-central-1:123456789012:key/b"];
  const ENCRYPTED: Readonly<Record<string, Awaited<ReturnType<AwsPort["encryption"]>>>> = {
    "app.tfstate": { value: { algorithm: "AES256", keyArn: undefined } },
    "ws/dev/app.tfstate": { value: { algorithm: "aws:kms", keyArn: OTHER } },
    "ws/dev/app.tfstate.tflock": { value: { algorithm: "aws:kms", keyArn: KEY } },
  };
  const released = change("aws_kms_key.key", "forget", { arn: KEY });
  const refusals = async (more: typeof ENCRYPTED, changed = released): Promise<string[]> => {
    const objects = { ...ENCRYPTED, ...more };
    const aws = {
      ...fakePort({ ...emptyWorld(), bucketExists: true }).aws,
      listKeys: () => Promise.resolve(Object.keys(objects)),
      encryption: (key: string) => Promise.resolve(objects[key] ?? { value: undefined }),
    };
    const consumers = [{ name: "app", key: "app.tfstate", workspaceKeyPrefix: "ws" }, { name: "empty" }];
    const problems = await releasedKeyProblems(planOf(changed), buildInventory(papersOf(home({ consumers }))), aws);
    return problems.map(({ message }) => message.slice(message.indexOf("s3://")));
  };

  it.each<[string, string[], typeof ENCRYPTED, ResourceChange]>([
    ["goes if no state needs it", [], {}, released],
    [
      "stays for a state",
      ["s3://acme-tfstate/app.tfstate"],
      { "app.tfstate": { value: { algorithm: "aws:kms", keyArn: KEY } } },
      released,
    ],
    [
      "stays for a state of a workspace",
      ["s3://acme-tfstate/ws/x/app.tfstate"],
      { "ws/x/app.tfstate": { value: { algorithm: "aws:kms", keyArn: KEY } } },
      released,
    ],
    [
      "is kept by the stack, so nothing is looked at",
      [],
      { "app.tfstate": { unreadable: "403" } },
      change("aws_kms_key.key", "update", { arn: KEY }),
    ],
  ])("%s", async (_case, expected, objects, changed) => {
    await expect(refusals(objects, changed)).resolves.toEqual(expected);
  });

  it("stays if it is unknown how a state is encrypted", async () => {
    await expect(refusals({ "app.tfstate": { unreadable: "403 AccessDenied" } })).rejects.toMatchObject({
      kind: "unknown",
      problems: [{ code: "destroys-data", message: expect.stringContaining("403 AccessDenied") as string }],
    });
  });
});
