import type { ConsumerConfig, StateConfig } from "../../../lib/config/state-config";
import { places, refusals, role, text, config } from "../../support/home";

/** The problems of a config with this consumer. */
function problems(consumer: Partial<ConsumerConfig>, part: Partial<StateConfig> = {}): ReturnType<typeof refusals> {
  return refusals(config({ ...part, consumers: [{ name: "app", ...consumer }] }));
}

it("a consumer needs a name and nothing else", () => {
  expect(problems({})).toEqual([]);
});

describe("the name", () => {
  it.each(["a", "A-b_9", "9lives", "n".repeat(48)])("may be %s", (name) => {
    expect(problems({ name })).toEqual([]);
  });

  it.each(["", "-a", "_a", "a b", "a/b", "a.b", "ä", "n".repeat(49), "app\n", "__proto__"])(
    "must not be %j",
    (name) => {
      expect(places(problems({ name }))).toEqual(["consumer-name consumers[0].name"]);
    },
  );

  it.each(["bootstrap", "Bootstrap"])("must not be %s, which is the bucket's own stack", (name) => {
    expect(places(problems({ name, key: "x" }))).toEqual(["consumer-name consumers[0].name"]);
  });

  it("is refused with its reason", () => {
    expect(text(problems({ name: "a/b" }))).toMatchInlineSnapshot(`
      "[consumer-name] consumers[0].name must be 1 to 48 letters, digits, "-" and "_", and begin with a letter or digit, got "a/b"
        -> Rename the consumer. Its state key may hold other characters."
    `);
  });

  it("is unique whatever its case, for file systems and IAM do not all see it", () => {
    const twice = refusals(config({ consumers: [{ name: "App" }, { name: "app" }, { name: "other" }] }));
    expect(text(twice)).toMatchInlineSnapshot(`
      "[duplicate-name] consumers[1].name must be unique in any case, got "app" after "App"
        -> Rename one: files and stacks carry this name."
    `);
  });

  it("may differ in its punctuation alone", () => {
    expect(refusals(config({ consumers: [{ name: "a-b" }, { name: "a_b" }, { name: "ab" }] }))).toEqual([]);
  });
});

describe("what it defaults to", () => {
  it("is checked as if it had been written: a default key can be inside another consumer's workspaces", () => {
    const consumers = [{ name: "app" }, { name: "other", workspaceKeyPrefix: "app" }];
    expect(places(refusals(config({ consumers })))).toEqual(["key-in-workspaces consumers[0].key"]);
  });
});

describe("key and prefix", () => {
  it("are checked, and together", () => {
    expect(places(problems({ key: "/a", workspaceKeyPrefix: "b//c" }))).toEqual([
      "state-key consumers[0].key",
      "workspace-prefix consumers[0].workspaceKeyPrefix",
    ]);
    expect(places(problems({ key: "k".repeat(900), workspaceKeyPrefix: "w".repeat(50) }))).toEqual([
      "state-key consumers[0].key",
    ]);
  });
});

describe("locking", () => {
  it("with DynamoDB needs a table", () => {
    expect(text(problems({ locking: "dynamodb" }))).toMatchInlineSnapshot(`
      "[locking] consumers[0].locking must be "lockfile" without legacyTable, got "dynamodb"
        -> Name the DynamoDB table in legacyTable, or remove locking: a new state home needs no table."
    `);
    expect(places(problems({ locking: "both" }))).toEqual(["locking consumers[0].locking"]);
    expect(problems({ locking: "both" }, { legacyTable: "terraform-locks" })).toEqual([]);
  });

  it("is the config's where the consumer says nothing", () => {
    expect(places(problems({}, { locking: "both" }))).toEqual(["locking consumers[0].locking"]);
    expect(problems({ locking: "lockfile" }, { locking: "both" })).toEqual([]);
  });

  it("with DynamoDB refuses a key whose lock item is the digest of another state", () => {
    expect(text(problems({ key: "a-md5", locking: "both" }, { legacyTable: "locks" }))).toMatchInlineSnapshot(`
      "[state-key] consumers[0].key must not end in -md5 while locking is "both", got "a-md5"
        -> Choose another key, or lock with "lockfile": the table keeps the digest of "a" under this name."
    `);
    expect(problems({ key: "a-md5" })).toEqual([]);
  });
});

it.each(["ab", "a".repeat(256), "arn:aws:dynamodb:eu-central-1:123456789012:table/locks", "locks locks", ""])(
  "the legacy table must not be called %j",
  (legacyTable) => {
    expect(places(problems({}, { legacyTable }))).toEqual(["legacy-table legacyTable"]);
  },
);

describe("managing the legacy table", () => {
  const legacyTable = "locks";

  it("needs its name", () => {
    expect(places(problems({}, { manageLegacyTable: "protected" }))).toEqual(["legacy-table manageLegacyTable"]);
    expect(problems({}, { manageLegacyTable: "protected", legacyTable })).toEqual([]);
  });

  it("does not end while a consumer locks in it", () => {
    const ending = { manageLegacyTable: "unprotected", legacyTable } as const;
    expect(text(problems({ locking: "both" }, ending))).toMatchInlineSnapshot(`
      "[legacy-table-in-use] manageLegacyTable must be "protected" while consumers lock in the table, got "unprotected" with "app"
        -> Bring every consumer to locking: "lockfile" first (docs/how-to/leave-dynamodb.md)."
    `);
    expect(places(problems({}, { ...ending, locking: "dynamodb" }))).toEqual(["legacy-table-in-use manageLegacyTable"]);
    expect(problems({ locking: "lockfile" }, { ...ending, locking: "both" })).toEqual([]);
  });
});

describe("access", () => {
  it("names roles of the bucket's account", () => {
    expect(problems({ access: { reader: [role("a")], applier: [role("a"), role("team/b")] } })).toEqual([]);
    expect(places(problems({ access: { planner: [role("a"), "arn:aws:iam::999999999999:role/b", "c"] } }))).toEqual([
      "role-arn consumers[0].access.planner[1]",
      "role-arn consumers[0].access.planner[2]",
    ]);
  });

  it("names a role once whatever its path: in an account a role's name is unique", () => {
    expect(places(problems({ access: { reader: [role("x/a"), role("y/a"), role("Y/A")] } }))).toEqual([
      "duplicate-role consumers[0].access.reader[1]",
      "duplicate-role consumers[0].access.reader[2]",
    ]);
  });

  it("has a workspace-admin only where there are workspaces", () => {
    const access = { "workspace-admin": [role("a")] };
    expect(text(problems({ access }))).toMatchInlineSnapshot(`
      "[workspace-admin] consumers[0].access.workspace-admin must not be set without workspaceKeyPrefix, got ["arn:aws:iam::123456789012:role/a"]
        -> Set workspaceKeyPrefix: without it, the consumer has no workspaces to administer."
    `);
    expect(problems({ access, workspaceKeyPrefix: "app/ws" })).toEqual([]);
    expect(problems({ access: { "workspace-admin": [] } })).toEqual([]);
  });
});

it("roles to assume are checked, and may be in any account", () => {
  const roleArn = "arn:aws:iam::999999999999:role/state";
  expect(problems({ assumeRole: { roleArn }, readerRole: { roleArn } })).toEqual([]);
  expect(places(problems({ assumeRole: { roleArn: "x" }, readerRole: { roleArn, sessionName: "a b" } }))).toEqual([
    "role-arn consumers[0].assumeRole.roleArn",
    "assume-role consumers[0].readerRole.sessionName",
  ]);
});

describe("the key with which the engine itself encrypts", () => {
  const arn = "arn:aws:kms:us-west-2:999999999999:key/11111111-2222-4333-8444-555555555555";

  it.each<[string, Partial<ConsumerConfig>, Partial<StateConfig>, string[]]>([
    ["of OpenTofu may be in any region and account", { engine: "tofu" }, {}, []],
    ["is fine where the whole home is of OpenTofu", {}, { engine: "tofu" }, []],
    ["is refused under Terraform, which cannot encrypt", {}, {}, ["engine-option consumers[0].encryptionKeyArn"]],
    [
      "is refused for a consumer of Terraform in a home of OpenTofu",
      { engine: "terraform" },
      { engine: "tofu" },
      ["engine-option consumers[0].encryptionKeyArn"],
    ],
    [
      "must not be an alias",
      { engine: "tofu", encryptionKeyArn: "arn:aws:kms:us-west-2:999999999999:alias/x" },
      {},
      ["kms-key consumers[0].encryptionKeyArn"],
    ],
  ])("%s", (_, consumer, part, expected) => {
    expect(places(problems({ encryptionKeyArn: arn, ...consumer }, part))).toEqual(expected);
  });
});
