import { buildInventory } from "../../lib/artifacts/build-inventory";
import { backendHcl, partialConfiguration } from "../../lib/backend/backend-files";
import { consumerBackend, type BackendSettings } from "../../lib/backend/backend-settings";
import { papersOf } from "../../lib/home/papers";
import { backendCopies } from "../../lib/migrate/scan/consumer/backend-copies";
import { checkCopies } from "../../lib/verify/copy-checks";
import { scanned, type Fleet } from "../support/fleet";
import { configFiles } from "../support/config-files";
import { home, KEY_ARN, OTHER_KEY_ARN, type ConfigPart } from "../support/home";

const ROLE = "arn:aws:iam::123456789012:role/tf";
const PART: ConfigPart = {
  bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } },
  legacyTable: "locks",
  consumers: [
    { name: "a", key: "teams/a", assumeRole: { roleArn: ROLE } },
    { name: "b", key: "teams/b", locking: "both" },
  ],
};
const HOME = home(PART);
const PLAIN: ConfigPart = { consumers: [{ name: "a", key: "teams/a" }] };

/** The backend that synth writes for a consumer, with changes. */
function written(name: string, change: Partial<BackendSettings> = {}, of = HOME): BackendSettings {
  const consumer = of.consumers.find((each) => each.name === name);
  if (consumer === undefined) throw new Error(name);
  return { ...consumerBackend(of, consumer), ...change };
}

const block = (...given: Parameters<typeof written>): string => backendHcl(written(...given)).content;

async function compared(fleet: Fleet, of = HOME): Promise<string[]> {
  const { configurations } = await scanned(fleet);
  const backends = backendCopies(configurations, buildInventory(papersOf(of)));
  return checkCopies({ folders: ["app"], backends, unread: [] }).map(({ result, title, reason }) =>
    [result, title.replace(/: as synth.*/, ""), reason].join(" | "),
  );
}

describe("verify --backends", () => {
  it("passes what synth writes, as a block, as a partial configuration and in the output of synth itself", async () => {
    const partial = partialConfiguration("b", written("b"));
    const fleet = {
      ...configFiles("infra", PART),
      "app/a/backend.tf": block("a"),
      "app/b/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      [`app/b/${partial.name}`]: partial.content,
      "app/other/main.tf":
        'terraform {\n  backend "s3" {\n    bucket = "other"\n    key = "k"\n    use_lockfile = true\n  }\n}\n',
    };
    expect(await compared(fleet)).toEqual(["pass | 2 backends below app | "]);
  });

  it.each<[string, string, string]>([
    ["another key of KMS", block("a", { kmsKeyId: OTHER_KEY_ARN }), `kms_key_id must be "${KEY_ARN}", as`],
    ["no key of KMS", block("a", { kmsKeyId: undefined }), "got no such argument"],
    ["another role", block("a", { assumeRole: { roleArn: `${ROLE}2` } }), `assume_role.role_arn must be "${ROLE}"`],
    ["no role", block("a", { assumeRole: undefined }), `assume_role.role_arn must be "${ROLE}"`],
    ["an older phase", block("b", { useLockfile: false }), "it must lock as both in the table"],
    ["a newer phase", block("b", { dynamodbTable: undefined }), "got lockfile"],
    ["another table", block("b", { dynamodbTable: "old" }), 'got both in the table "old"'],
    ["another region", block("b", { region: "eu-west-9" }), 'region must be "'],
    [
      "a key that no consumer has",
      block("b", { key: "teams/old" }),
      "no consumer of the inventory has the state s3://",
    ],
    ["another prefix", block("b", { workspaceKeyPrefix: "ws" }), "with this prefix"],
  ])("fails %s", async (_, text, reason) => {
    const [only, ...more] = await compared({ "app/backend.tf": text });
    expect(more).toEqual([]);
    expect(only).toMatch(/^fail \| app\/backend.tf:/);
    expect(only).toContain(reason);
  });

  it("fails a key of KMS that synth writes no more", async () => {
    const plain = home(PLAIN);
    expect(await compared({ "app/backend.tf": block("a", {}, plain) }, plain)).toEqual([
      "pass | 1 backend below app | ",
    ]);
    const [old] = await compared({ "app/backend.tf": block("a", { kmsKeyId: KEY_ARN }, plain) }, plain);
    expect(old).toContain("kms_key_id must be left out");
  });

  it("does not know a backend whose key is on the command line, nor a folder without any", async () => {
    const empty = 'terraform {\n  backend "s3" {}\n}\n';
    expect(await compared({ "app/main.tf": empty })).toEqual([
      "unknown | app/main.tf:2 | its bucket or key is computed or in no file, so it may keep the state of a consumer",
    ]);
    expect(await compared({})).toEqual([
      "unknown | backends below app | no backend below app keeps the state of a consumer",
    ]);
  });

  it("leaves out the bootstrap stack, and the states of others", async () => {
    const own = { ...written("a"), key: HOME.bootstrap.key, assumeRole: undefined };
    expect(await compared({ "app/a.tf": block("a"), "boot/backend.tf": backendHcl(own).content })).toEqual([
      "pass | 1 backend below app | ",
    ]);
  });
});
