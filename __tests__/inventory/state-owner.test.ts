import { papersOf } from "../../lib/home/papers";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { ownerOf, stateKeyOf, tableNote, TABLES_UNSEEN } from "../../lib/inventory/state-owner";
import { home } from "../support/home";

const inventory = buildInventory(
  papersOf(
    home({
      consumers: [{ name: "app" }, { name: "net", workspaceKeyPrefix: "net/ws", locking: "both" }],
      legacyTable: "locks",
    }),
  ),
);

it.each([
  ["app/terraform.tfstate", "app", undefined],
  ["net/ws/dev/net/terraform.tfstate", "net", "dev"],
  ["net/ws/dev/x/net/terraform.tfstate", undefined, undefined],
  ["net/ws//net/terraform.tfstate", undefined, undefined],
  ["env:/dev/other", undefined, "dev"],
  ["unknown", undefined, undefined],
])("%s belongs to %s, workspace %s", (key, consumer, workspace) => {
  expect(ownerOf(key, inventory)).toMatchObject({ consumer, workspace });
});

it("a lock in DynamoDB beside the one in S3 is known", () => {
  expect(ownerOf("net/ws/dev/net/terraform.tfstate", inventory).alsoInDynamoDb).toBe(true);
  expect(ownerOf("app/terraform.tfstate", inventory).alsoInDynamoDb).toBe(false);
});

it.each(["a/b", "a/b.tflock", "s3://acme/a/b", "s3://acme/a/b.tflock"])("%s means a/b", (given) => {
  expect(stateKeyOf(given, "acme")).toBe("a/b");
});

it.each([
  ["s3://other/a/terraform.tfstate", 'must be a key in s3://acme, got "s3://other/a/terraform.tfstate"'],
  ["S3://acme/a", "must be a key in s3://acme"],
  ["s3://acme", "must be a key in s3://acme"],
  ["s3://acme-2/a", "must be a key in s3://acme"],
  ["https://acme.s3.amazonaws.com/a", "must be a key in s3://acme"],
  ["arn:aws:s3:::acme/a", "must be a key in s3://acme"],
  ["", 'must name a state, got ""'],
  [" \t", "must name a state"],
  ["s3://acme/", "must name a state"],
  [".tflock", "must name a state"],
  ["/", 'must not begin or end with "/"'],
  ["/a/b", 'must not begin or end with "/"'],
  ["a/.tflock", 'must not begin or end with "/"'],
])("%j names no state of the bucket", (given, message) => {
  expect(() => stateKeyOf(given, "acme")).toThrow(`KEY ${message}`);
});

it.each([
  ["app/terraform.tfstate", undefined],
  [inventory.bootstrap.stateKey, undefined],
  ["net/ws/dev/net/terraform.tfstate", "net locks in DynamoDB, and this command did not check that table"],
  ["unknown", TABLES_UNSEEN],
])("where %s has no lock file, the note on tables is %j", (key, expected) => {
  expect(tableNote(key, inventory)).toBe(expected);
});

it("without inventory nothing is known of tables", () => {
  expect(tableNote("app/terraform.tfstate", undefined)).toBe(TABLES_UNSEEN);
});
