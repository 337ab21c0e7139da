import { papersOf } from "../../../lib/home/papers";
import { buildInventory } from "../../../lib/artifacts/build-inventory";
import type { TableItem } from "../../../lib/lock/lock-table";
import { retireBlocks } from "../../../lib/migrate/table/retire-blocks";
import { home } from "../../support/home";
import { scanned, type Fleet } from "../../support/fleet";
import { lockInfo, MD5 } from "../../support/live-state";

const TABLE = {
  arn: "arn:aws:dynamodb:eu-west-1:111122223333:table/locks",
  status: "ACTIVE",
  deletionProtection: true,
};
const backend = (body: string): string =>
  `terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n${body}\n  }\n}\n`;

async function blocks(fleet: Fleet, items: readonly TableItem[] = [], status = "ACTIVE"): Promise<string[]> {
  const { configurations } = await scanned(fleet);
  const facts = {
    name: "locks",
    table: { ...TABLE, status },
    items,
    fleet: configurations,
    inventory: undefined,
    grants: [],
  };
  return retireBlocks(facts).map(({ code, path }) => `${code} ${path}`);
}

const LOCK: TableItem = { kind: "lock", lockId: "b/k", info: lockInfo("a@b"), attributes: {} };
const DIGEST: TableItem = { kind: "digest", lockId: "b/k-md5", digest: MD5, attributes: { LockID: { S: "b/k-md5" } } };
const OTHER: TableItem = { kind: "other", lockId: "x", attributes: {} };

describe("a table goes", () => {
  it("when it is empty and nobody names it: not a root on lockfile, not one with another table", async () => {
    expect(
      await blocks({ "a/main.tf": backend("use_lockfile = true"), "b/main.tf": backend('dynamodb_table = "others"') }),
    ).toEqual([]);
  });

  it.each([
    ["a root", { "a/main.tf": backend('dynamodb_table = "locks"') }],
    ["a root that names it by its ARN", { "a/main.tf": backend(`dynamodb_table = "${TABLE.arn}"`) }],
    ["a root on both", { "a/main.tf": backend('dynamodb_table = "locks"\nuse_lockfile = true') }],
    ["a root whose table is computed", { "a/main.tf": backend("dynamodb_table = var.t") }],
    ["a root with a part in no file", { "a/main.tf": 'terraform {\n  backend "s3" {}\n}\n' }],
    [
      "a reader",
      {
        "a/main.tf":
          'data "terraform_remote_state" "x" {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "k"\n    dynamodb_table = "locks"\n  }\n}\n',
      },
    ],
  ])("not while %s names it, or may", async (_, fleet) => {
    expect(await blocks(fleet)).toEqual([expect.stringMatching(/^table-in-use a\/main\.tf:\d$/)]);
  });

  it.each([
    ["its ARN, and the root has the name", TABLE.arn, 'dynamodb_table = "locks"', TABLE.arn],
    ["its name, and the root has the ARN", "locks", `dynamodb_table = "${TABLE.arn}"`, ""],
  ])("not while somebody gives %s", async (_how, name, line, arn) => {
    const { configurations: fleet } = await scanned({ "a/main.tf": backend(line) });
    const found = retireBlocks({ name, table: { ...TABLE, arn }, items: [], fleet, inventory: undefined, grants: [] });
    expect(found.map(({ code }) => code)).toEqual(["table-in-use"]);
  });

  it("not while anything is in it, nor while DynamoDB changes it", async () => {
    expect(await blocks({}, [LOCK, DIGEST, OTHER], "UPDATING")).toEqual([
      "table-not-active DynamoDB table locks",
      "lock-held item b/k",
      "digest-left item b/k-md5",
      "item-unknown item x",
    ]);
  });

  it("not by hand while the bootstrap stack manages it, nor while a consumer locks in it", () => {
    const of = home({ legacyTable: "locks", manageLegacyTable: "protected", locking: "both" });
    const facts = {
      name: "locks",
      table: TABLE,
      items: [],
      fleet: [],
      inventory: buildInventory(papersOf(of)),
      grants: [],
    };
    expect(retireBlocks(facts).map(({ code, path }) => `${code} ${path}`)).toEqual([
      "table-managed DynamoDB table locks",
      "table-in-use consumer app",
    ]);
    expect(retireBlocks({ ...facts, name: "others" })).toEqual([]);
  });

  it("not while a grant names it", () => {
    const grant = {
      holders: ["role/ci"],
      policy: "p",
      statement: "#1",
      actions: ["dynamodb:GetItem"],
      resources: ["arn"],
    };
    const facts = { name: "locks", table: TABLE, items: [], fleet: [], inventory: undefined, grants: [grant] };
    expect(retireBlocks(facts)).toMatchObject([
      {
        code: "grant-left",
        path: "p, statement #1, of role/ci",
        message: "must not name locks, but allows dynamodb:GetItem on arn",
      },
    ]);
  });
});
