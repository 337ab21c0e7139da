import { plannedGrants, type PlannedGrants } from "../../../lib/migrate/step/planned-grants";
import type { MoveOptions } from "../../../lib/migrate/step/move-plan";
import { planMoves } from "../../../lib/migrate/step/plan-moves";
import { parsers, scanned, type Fleet } from "../../support/fleet";
import { places } from "../../support/home";

const NO_DEFAULTS = { region: undefined, account: undefined };
const REGION = 'region = "eu-west-1"\n';
const DYNAMODB = `${REGION}dynamodb_table = "t"\n`;
const BOTH = `${DYNAMODB}use_lockfile = true\n`;

function root(key: string, locking: string): string {
  return `terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "${key}"\n${locking}  }\n}\n`;
}

async function grantsOf(fleet: Fleet, options: MoveOptions, region?: string): Promise<PlannedGrants> {
  const scan = await scanned(fleet);
  return plannedGrants(await planMoves(await parsers(), scan, options), scan, { ...NO_DEFAULTS, region });
}

/** `change roots: levels`, and `actions resource` below it. */
function shown({ grants }: PlannedGrants): string {
  return grants
    .flatMap(({ change, roots, levels, grants: each }) => [
      `${change} ${roots.join(" ")}: ${levels.join(" ")}`,
      ...each.flatMap(({ actions, resources }) => resources.map((resource) => `  ${actions.join(" ")} ${resource}`)),
    ])
    .join("\n");
}

describe("the grants of a step to both", () => {
  it("are on the lock objects of the default workspace and of others", async () => {
    expect(shown(await grantsOf({ "1/main.tf": root("k", DYNAMODB) }, { to: "both" }))).toMatchInlineSnapshot(`
      "needed 1: planner applier workspace-admin
        s3:PutObject arn:aws:s3:::b/k.tflock
        s3:PutObject arn:aws:s3:::b/env:/*/k.tflock
        s3:DeleteObject s3:GetObject arn:aws:s3:::b/k.tflock
        s3:DeleteObject s3:GetObject arn:aws:s3:::b/env:/*/k.tflock
      needed 1: unlocker
        s3:DeleteObject s3:GetObject arn:aws:s3:::b/k.tflock
        s3:DeleteObject s3:GetObject arn:aws:s3:::b/env:/*/k.tflock"
    `);
  });

  it("allow a client to write a lock only where no lock exists", async () => {
    const { grants } = await grantsOf({ "1/main.tf": root("k", DYNAMODB) }, { to: "both" });
    expect(grants[0]?.grants[0]?.condition).toEqual({
      StringEquals: { "aws:ResourceAccount": "<account>", "s3:if-none-match": "*" },
    });
  });

  it.each([
    ["arn:aws:kms:eu-west-1:123456789012:key/1", "arn:aws:kms:eu-west-1:123456789012:key/1"],
    ["1", "arn:aws:kms:eu-west-1:<account>:key/1"],
    ["alias/k", "arn:aws:kms:eu-west-1:<account>:key/*"],
    ["arn:aws:kms:eu-west-1:123456789012:alias/k", "arn:aws:kms:eu-west-1:123456789012:key/*"],
  ])("let a planner write under the key %s", async (id, resource) => {
    const fleet = { "1/main.tf": root("k", `${DYNAMODB}encrypt = true\nkms_key_id = "${id}"\n`) };
    const { grants } = await grantsOf(fleet, { to: "both" });
    const generates = grants.filter((each) =>
      each.grants.some(({ actions }) => actions.includes("kms:GenerateDataKey")),
    );
    expect(generates.map(({ levels }) => levels)).toEqual([["planner"]]);
    expect(generates[0]?.grants.at(-1)).toMatchObject({ actions: ["kms:GenerateDataKey"], resources: [resource] });
  });

  it("let OpenTofu tag the locks that it then takes, with exactly their tags if the files name them", async () => {
    const tagged = async (tags: string): Promise<unknown> => {
      const fleet = { "1/main.tf": root("k", `${DYNAMODB}${tags}`) };
      const { grants } = await grantsOf(fleet, { to: "both" });
      return grants.flatMap((each) => each.grants.filter(({ actions }) => actions.includes("s3:PutObjectTagging")));
    };
    const resources = ["arn:aws:s3:::b/k.tflock", "arn:aws:s3:::b/env:/*/k.tflock"];
    expect(await tagged('lock_tags = { object = "lock", n = 1 }\nstate_tags = { a = "b" }\n')).toEqual([
      {
        actions: ["s3:PutObjectTagging"],
        resources,
        condition: {
          StringEquals: {
            ...{
              "aws:ResourceAccount": "<account>",
              "s3:RequestObjectTag/n": "1",
              "s3:RequestObjectTag/object": "lock",
            },
          },
          "ForAllValues:StringEquals": { "s3:RequestObjectTagKeys": ["n", "object"] },
        },
      },
    ]);
    expect(await tagged("lock_tags = local.tags\n")).toEqual([
      {
        ...{ actions: ["s3:PutObjectTagging"], resources },
        condition: { StringEquals: { "aws:ResourceAccount": "<account>" } },
      },
    ]);
    expect(await tagged("lock_tags = {}\n")).toEqual([]);
    expect(await tagged('state_tags = { a = "b" }\n')).toEqual([]);
  });

  it("name no key that Terraform ignores", async () => {
    const fleet = { "1/main.tf": root("k", `${DYNAMODB}kms_key_id = "1"\n`) };
    expect(JSON.stringify(await grantsOf(fleet, { to: "both" }))).not.toContain("kms:");
  });

  it("are in the partition of the region, which the environment may name", async () => {
    const fleet = { "1/main.tf": root("k", 'dynamodb_table = "t"\nworkspace_key_prefix = "ws"\n') };
    const text = shown(await grantsOf(fleet, { to: "both" }, "cn-north-1"));
    expect(text).toContain(" arn:aws-cn:s3:::b/ws/*/k.tflock");
    expect(text).not.toContain("env:");
  });

  it("are of the roots that move or remain by hand, and of no other root", async () => {
    const fleet = {
      "1/main.tf": root("1", DYNAMODB),
      "2/main.tf": root("2", DYNAMODB),
      "3/main.tf": root("3", BOTH),
      "4/main.tf": root("4", `${DYNAMODB}dynamodb_table = "again"\n`),
      "5/cdk.tf.json":
        '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "5", "region": "eu-west-1", "dynamodb_table": "t"}}}}',
    };
    const { grants } = await grantsOf(fleet, { to: "both", roots: ["1", "3", "4", "5"] });
    expect([...new Set(grants.flatMap(({ roots }) => roots))]).toEqual(["1", "5"]);
  });

  it("are not asked for where an alternative of the root is further already", async () => {
    const fleet = {
      "1/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      "1/prod.tfbackend": `bucket = "p"\nkey = "k"\n${REGION}use_lockfile = true\n`,
      "1/test.tfbackend": `bucket = "t"\nkey = "k"\n${DYNAMODB}`,
    };
    const text = shown(await grantsOf(fleet, { to: "both" }));
    expect(text).toContain("arn:aws:s3:::t/k.tflock");
    expect(text).not.toContain("dynamodb");
  });

  it("are said once for roots of one state", async () => {
    const fleet = { "1/main.tf": root("k", DYNAMODB), "2/main.tf": root("k", DYNAMODB) };
    const { grants } = await grantsOf(fleet, { to: "both" });
    expect(grants.map(({ roots, levels }) => [roots, levels.length])).toEqual([
      [["1", "2"], 3],
      [["1", "2"], 1],
    ]);
  });
});

describe("the grants of a step to lockfile", () => {
  const lockfile = { to: "lockfile" } as const;

  it("are DynamoDB's that nobody needs any more, and the account that no file names is not made up", async () => {
    const { grants } = await grantsOf({ "1/main.tf": root("k", BOTH) }, lockfile);
    expect([...new Set(grants.map(({ change }) => change))]).toEqual(["unneeded"]);
    const each = grants.flatMap((change) => change.grants);
    expect([...new Set(each.flatMap(({ resources }) => resources))]).toEqual([
      "arn:aws:dynamodb:eu-west-1:<account>:table/t",
    ]);
    const planner = grants.find(({ levels }) => levels.includes("planner"));
    expect(planner?.grants.map(({ actions, condition }) => [actions, Object.values(condition ?? {})])).toEqual([
      [["dynamodb:GetItem"], [{ "dynamodb:LeadingKeys": ["b/k-md5", "b/env:/*/k-md5"] }]],
      [
        ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
        [{ "dynamodb:LeadingKeys": ["b/k", "b/env:/*/k"] }],
      ],
    ]);
  });

  it("are of the account that the table's ARN names", async () => {
    const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/t";
    const fleet = { "1/main.tf": root("k", BOTH.replace('"t"', `"${arn}"`)) };
    expect(shown(await grantsOf(fleet, lockfile))).toContain(` ${arn}\n`);
  });

  it("take the digest from a reader, which holds no more than that", async () => {
    const fleet = {
      "r/main.tf": `data "terraform_remote_state" "r" {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "k"\n${DYNAMODB}  }\n}\n`,
    };
    expect(shown(await grantsOf(fleet, lockfile))).toBe(
      "unneeded r: reader\n  dynamodb:GetItem arn:aws:dynamodb:eu-west-1:<account>:table/t",
    );
  });
});

describe("grants that cannot be named", () => {
  it.each([
    ["no region", "1", 'dynamodb_table = "t"\n', "place-unknown 1/main.tf:2"],
    [
      "a region of no known partition",
      "1",
      'region = "us-iso-east-1"\ndynamodb_table = "t"\n',
      "place-unknown 1/main.tf:2",
    ],
    ["a key that is a pattern in IAM", "a*", DYNAMODB, "state-key 1/main.tf:2 key"],
    [
      "workspaces anywhere in the bucket",
      "1",
      `${DYNAMODB}workspace_key_prefix = ""\n`,
      "workspace-prefix 1/main.tf:2 workspaceKeyPrefix",
    ],
  ])("%s: reports it, and guesses nothing", async (_, key, locking, problem) => {
    const { grants, untold } = await grantsOf({ "1/main.tf": root(key, locking) }, { to: "both" });
    expect(grants).toEqual([]);
    expect(places(untold)).toEqual([problem]);
  });
});

it("roots that are alike have the grants that each has alone", async () => {
  const keys = ["a", "b/c", "z.tfstate", "with space", "st*r"];
  const fleet = Object.fromEntries(keys.map((key, index) => [`${String(index)}/main.tf`, root(key, DYNAMODB)]));
  const all = (await grantsOf(fleet, { to: "both" })).grants;
  for (const [path, text] of Object.entries(fleet)) {
    const own = all.filter(({ roots }) => roots.includes(path.split("/")[0] ?? ""));
    expect(own).toEqual((await grantsOf({ [path]: text }, { to: "both" })).grants);
  }
});
