import { sameState } from "../../../../lib/migrate/scan/configuration/same-state";
import { planned, scanned } from "../../../support/fleet";
import { places } from "../../../support/home";

const LOCKINGS = {
  dynamodb: '    dynamodb_table = "t"\n',
  both: '    dynamodb_table = "t"\n    use_lockfile = true\n',
  lockfile: "    use_lockfile = true\n",
  none: "",
  "another table": '    dynamodb_table = "u"\n',
};
type Locking = keyof typeof LOCKINGS;

const attributes = (locking: Locking, more = "", key = "k"): string =>
  `    bucket = "b"\n    key = "${key}"\n${more}${LOCKINGS[locking]}`;
const root = (locking: Locking, more?: string, key?: string): string =>
  `terraform {\n  backend "s3" {\n${attributes(locking, more, key)}  }\n}\n`;
const terragrunt = (key: string): string =>
  `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = ${key}\n${LOCKINGS.dynamodb}  }\n}\n`;

describe("two roots with one bucket and key", () => {
  it.each([
    ["nothing else", "", "", ["duplicate-key b/main.tf:2"]],
    ["one prefix", 'workspace_key_prefix = "p"', 'workspace_key_prefix = "p"', ["duplicate-key b/main.tf:2"]],
    ["the default prefix, written in one", 'workspace_key_prefix = "env:"', "", ["duplicate-key b/main.tf:2"]],
    ["their own prefixes", 'workspace_key_prefix = "p"', 'workspace_key_prefix = "q"', []],
    ["a prefix in one of them", 'workspace_key_prefix = "p"', "", []],
    ["two stores", 'endpoints = { s3 = "https://minio" }', "", []],
    ["two endpoints", 'endpoint = "https://a"', 'endpoints = { s3 = "https://b" }', []],
    [
      "one endpoint, written twice",
      'endpoint = "a.example/"',
      'endpoint = "https://A.example"',
      ["duplicate-key b/main.tf:2"],
    ],
    ["AWS's own endpoint in one", 'endpoint = "https://s3.eu-west-1.amazonaws.com"', "", ["duplicate-key b/main.tf:2"]],
    ["two regions", 'region = "eu-west-1"', 'region = "us-east-1"', []],
    [
      "two regions of one store that is not AWS",
      'endpoint = "http://minio"\n    region = "a"',
      'endpoint = "http://minio"\n    region = "b"',
      ["duplicate-key b/main.tf:2"],
    ],
    ["a region in one of them", 'region = "eu-west-1"', "", ["duplicate-key b/main.tf:2"]],
  ])("share a state by what else they have: %s", async (_, left, right, expected) => {
    const fleet = { "a/main.tf": root("both", `${left}\n`), "b/main.tf": root("both", `${right}\n`) };
    expect(places((await scanned(fleet)).problems)).toEqual(expected);
  });

  it("with their own prefixes move apart: the standard layout of an organization", async () => {
    const fleet = {
      "a/main.tf": root("both", '    workspace_key_prefix = "a"\n'),
      "b/main.tf": root("dynamodb", '    workspace_key_prefix = "b"\n'),
    };
    const { moves, refusals } = await planned(fleet, { to: "lockfile", roots: ["a"] });
    expect([moves.length, refusals]).toEqual([1, []]);
  });
});

it.each(["arn:aws:s3:eu-west-1:1:accesspoint/ap", "arn:aws:s3:eu-west-1:1:accesspoint:ap", "ap-1234-s3alias"])(
  "an access point (%s) may lead to the bucket of another root",
  async (bucket) => {
    const through = (locking: Locking): string => root(locking).replace('"b"', `"${bucket}"`);
    const told = async (one: Locking, other: Locking): Promise<string[]> =>
      places((await scanned({ "a/main.tf": root(one), "b/main.tf": through(other) })).problems);
    expect(await told("lockfile", "dynamodb")).toEqual(["two-lockings b/main.tf:2"]);
    expect(await told("dynamodb", "lockfile")).toEqual(["two-lockings b/main.tf:2"]);
    expect(await told("both", "both")).toEqual([]);
    const twice = { "a/main.tf": through("both"), "b/main.tf": through("both") };
    expect(places((await scanned(twice)).problems)).toEqual(["duplicate-key b/main.tf:2"]);
  },
);

const SAME = ["dynamodb", "both", "lockfile", "none", "another table"] as const;

/** Two ways to give one root one state twice. */
const FORMS: Readonly<Record<string, (one: Locking, other: Locking) => Record<string, string>>> = {
  "a .tofu file beside the .tf file": (one, other) => ({ "main.tf": root(one), "main.tofu": root(other) }),
  "two partial files": (one, other) => ({
    "main.tf": 'terraform {\n  backend "s3" {\n    region = "r"\n  }\n}\n',
    "a.s3.tfbackend": attributes(one),
    "b.s3.tfbackend": `${attributes(other)}max_retries = 3\n`,
  }),
};

describe.each(Object.entries(FORMS))("%s", (_, fleetOf) => {
  it.each(SAME.flatMap((one) => SAME.map((other) => [one, other] as const)))(
    "%s and %s: reported unless both lock in the same way",
    async (one, other) => {
      const { problems } = await scanned(fleetOf(one, other));
      expect(problems.map(({ code }) => code)).toEqual(one === other ? [] : ["two-lockings"]);
    },
  );
});

describe("compares a computed state by its literal parts", () => {
  it.each([
    ['"${path}/k"', "app/k", "maybe"],
    ['"${path}/k"', "app/other", "no"],
    ['"a/${path}/${x}"', "b/c/d", "no"],
    ['"a/${path}/${x}"', "a/c/d", "maybe"],
    ["local.key", "a", "maybe"],
    ['"${a}" == "b" ? "x" : "y"', "z", "maybe"],
  ])("%s and %s: %s", async (computed, key, expected) => {
    const { configurations } = await scanned({
      "a/main.tf": root("both", "", key),
      "tg/root.hcl": terragrunt(computed),
    });
    const [left, right] = configurations;
    if (left === undefined || right === undefined) throw new Error("no pair");
    expect(sameState(left, right)).toBe(expected);
  });

  it("and one that may be many is one problem, not one for each root", async () => {
    const roots = Array.from({ length: 13 }, (_, index) => [
      `${String(index)}/main.tf`,
      root("both", "", String(index)),
    ]);
    const { refusals } = await planned(
      { ...(Object.fromEntries(roots) as Record<string, string>), "tg/root.hcl": terragrunt("local.key") },
      { to: "lockfile" },
    );
    const problems = refusals.flatMap((refusal) => refusal.problems).filter(({ code }) => code === "still-dynamodb");
    expect(new Set(problems.map(({ path, message }) => `${path} ${message.slice(-14)}`))).toEqual(
      new Set(["tg/root.hcl:1 holds 13 roots"]),
    );
  });
});
