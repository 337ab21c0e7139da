import { papersOf } from "../../lib/home/papers";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { artifacts } from "../../lib/artifacts/write-artifacts";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { inventoryJsonSchema, inventorySchema } from "../../lib/inventory/inventory";
import type { StateHome } from "../../lib/config/state-home";
import { home, KEY_ARN, role } from "../support/home";
import { people } from "../support/roles";

const FULL = home(
  {
    locking: "both",
    legacyTable: "locks",
    bucket: { encryption: { type: "created-key", keyArn: KEY_ARN }, accessLogs: {}, bootstrapKey: "home/s" },
    consumers: [
      { name: "demo", type: "cdktf", access: { planner: [role("ci")] }, roles: { planner: people(role("sre")) } },
      {
        name: "network",
        workspaceKeyPrefix: "network/ws",
        locking: "lockfile",
        assumeRole: { roleArn: role("writer"), sessionName: "ci" },
        readerRole: { roleArn: role("reader"), externalId: "ab" },
      },
    ],
  },
  { environment: { STATELOCK_BOOTSTRAP_STATE: "bucket" } },
);

const HOMES: readonly { readonly what: string; readonly of: StateHome }[] = [
  { what: "the smallest home", of: home() },
  { what: "a home with everything", of: FULL },
  { what: "a home without consumers", of: home({ consumers: [] }) },
  { what: "a home with a key known by alias", of: home({ bucket: { encryption: { type: "created-key" } } }) },
  {
    what: "a home with an existing key",
    of: home({ bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } }),
  },
];

/** The inventory as a program reads it. */
function written(of: StateHome): unknown {
  return JSON.parse(new Map(artifacts(papersOf(of))).get("inventory.json") ?? "");
}

it("a consumer's entry names the roles that its backend and its readers assume", () => {
  expect(buildInventory(papersOf(FULL)).consumers[1]).toMatchObject({
    lockKey: "network/terraform.tfstate.tflock",
    backend: { kms_key_id: KEY_ARN, assume_role: { role_arn: role("writer"), session_name: "ci" } },
    reader: { workspace_key_prefix: "network/ws", assume_role: { role_arn: role("reader"), external_id: "ab" } },
  });
});

it("a made role is one of the roles of its level, and its trust is a file", () => {
  const arn = role("statelock/acme-tfstate.demo.planner");
  const planner = buildInventory(papersOf(FULL)).consumers[0]?.policies.find(({ level }) => level === "planner");
  expect(planner).toEqual({
    level: "planner",
    file: "policies/demo.planner.json",
    arn: "arn:aws:iam::123456789012:policy/statelock/acme-tfstate-demo-planner",
    roles: [role("ci"), arn],
    madeRole: { arn, trust: "policies/demo.planner.trust.json" },
  });
});

it("the bucket's entry describes its settings", () => {
  expect(JSON.parse(JSON.stringify(buildInventory(papersOf(home())).bucket))).toEqual({
    name: "acme-tfstate",
    arn: "arn:aws:s3:::acme-tfstate",
    region: "eu-central-1",
    account: "123456789012",
    partition: "aws",
    encryption: { type: "sse-s3" },
    history: { days: 90, newestVersions: 100 },
    guard: "policies/guard.json",
  });
});

it("says where the bootstrap stack's state is, and how it is reached there", () => {
  expect(buildInventory(papersOf(home())).bootstrap).toEqual({
    stack: "stacks/bootstrap",
    stateKey: "bootstrap/terraform.tfstate",
    location: "local",
    backend: {
      bucket: "acme-tfstate",
      key: "bootstrap/terraform.tfstate",
      region: "eu-central-1",
      encrypt: true,
      use_lockfile: true,
    },
  });
  expect(buildInventory(papersOf(FULL)).bootstrap).toMatchObject({ stateKey: "home/s", location: "bucket" });
});

it("names the table if there is a table", () => {
  expect(buildInventory(papersOf(home()))).not.toHaveProperty("legacyTable");
  expect(buildInventory(papersOf(FULL)).legacyTable).toBe("locks");
});

it("a reader's arguments hold nothing that locks, encrypts or writes", () => {
  const arguments_ = buildInventory(papersOf(FULL)).consumers.flatMap(({ reader }) => Object.keys(reader));
  expect(new Set(arguments_)).toEqual(new Set(["bucket", "key", "region", "workspace_key_prefix", "assume_role"]));
});

it("every file it names is written", () => {
  const files = new Map(artifacts(papersOf(FULL)));
  const { bucket, consumers } = buildInventory(papersOf(FULL));
  const named = [
    bucket.guard,
    ...(bucket.keyPolicy === undefined ? [] : [bucket.keyPolicy]),
    ...consumers.flatMap((consumer) => [
      ...Object.values(consumer.files),
      ...consumer.policies.flatMap(({ file, madeRole }) => [file, ...(madeRole === undefined ? [] : [madeRole.trust])]),
    ]),
  ];
  expect(named.filter((path) => !files.has(path))).toEqual([]);
  expect(named).toHaveLength(files.size - 1);
});

describe.each(HOMES)("the inventory of $what", ({ of }) => {
  it("has the shape that the CLI reads", () => {
    expect(inventorySchema.parse(written(of))).toEqual(written(of));
  });

  it("is valid by the published JSON Schema", () => {
    const schema = JSON.parse(
      readFileSync(join(__dirname, "../../schemas/inventory.v1.schema.json"), "utf8"),
    ) as object;
    const validate = new Ajv2020({ strict: true }).compile(schema);
    validate(written(of));
    expect(validate.errors).toBeNull();
  });
});

describe("the published JSON Schema", () => {
  const path = join(__dirname, "../../schemas/inventory.v1.schema.json");
  const published = JSON.parse(readFileSync(path, "utf8")) as object;

  // npx tsx -e 'console.log(JSON.stringify(require("./lib/inventory/inventory").inventoryJsonSchema()))' > schemas/inventory.v1.schema.json
  it("is current", () => {
    expect(published).toEqual(inventoryJsonSchema());
  });

  it.each([
    { what: "another version", change: { version: 2 } },
    { what: "a field nobody knows", change: { more: true } },
    { what: "no consumers", change: { consumers: undefined } },
    {
      what: "a level nobody knows",
      change: { consumers: [{ ...consumer(), policies: [{ level: "admin", file: "f", roles: [] }] }] },
    },
    { what: "a consumer without its lock key", change: { consumers: [{ ...consumer(), lockKey: undefined }] } },
  ])("refuses $what, as the CLI does", ({ change }) => {
    const inventory: unknown = JSON.parse(JSON.stringify({ ...(written(home()) as object), ...change }));
    const validate = new Ajv2020({ strict: true }).compile(published);
    expect([validate(inventory), inventorySchema.safeParse(inventory).success]).toEqual([false, false]);
  });

  it("says what each field that needs it is", () => {
    expect(JSON.stringify(published).match(/"description"/g)?.length).toBeGreaterThan(5);
  });
});

/** The only consumer of the smallest home, as a program reads it. */
function consumer(): object {
  const [first] = (written(home()) as { consumers: object[] }).consumers;
  return first ?? {};
}
