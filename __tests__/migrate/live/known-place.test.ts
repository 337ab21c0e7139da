import { liveCheck } from "../../../lib/migrate/live/live-fleet-check";
import { liveTarget, type LiveTarget } from "../../../lib/migrate/live/live-target";
import { migrateStatus } from "../../../lib/migrate/live/state-status";
import { earlyValue } from "../../../lib/migrate/scan/expression/early-values";
import { rootVariables } from "../../../lib/migrate/scan/expression/root-variables";
import type { Problem } from "../../../lib/problem/problem";
import { NOTHING_SEEN } from "../../../lib/record/migration-record";
import { parsers, scanned } from "../../support/fleet";
import { liveState } from "../../support/live-state";

const backend = (lines: string): string => `terraform {\n  backend "s3" {\n${lines}\n  }\n}\n`;
const COMPUTED = 'bucket = "b"\nkey = "${var.env}/k"\nregion = "eu-west-1"\ndynamodb_table = "t"\nuse_lockfile = true';
const initialized = (config: object, type = "s3"): string => JSON.stringify({ version: 3, backend: { type, config } });
const OWN = { bucket: "b", key: "dev/k", region: "eu-west-1", dynamodb_table: "t", workspace_key_prefix: null };

async function place(
  lines: string,
  text: string | undefined,
  variables: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<LiveTarget | Problem> {
  const { positions } = await parsers();
  const [first] = (await scanned({ "app/main.tofu": backend(lines) })).configurations;
  if (first === undefined) throw new Error("nothing was scanned");
  return liveTarget(first, {
    ...{ region: undefined, account: undefined },
    known: {
      initialized: (root) => (root === "app" ? text : undefined),
      evaluate: (_root, expression) =>
        earlyValue(expression, rootVariables(new Map(Object.entries(files)), positions), {
          variables: new Map(Object.entries(variables)),
          environment: { TF_VAR_shell: "shell" },
        }),
    },
  });
}

describe("a root that computes its key is looked at", () => {
  it("where it is initialized", async () => {
    expect(await place(COMPUTED, initialized(OWN))).toMatchObject({ key: "dev/k", placedBy: "initialized" });
  });

  it("where it is initialized, if no file names key and bucket", async () => {
    expect(await place('region = "eu-west-1"\ndynamodb_table = "t"', initialized(OWN))).toMatchObject({
      ...{ bucket: "b", key: "dev/k", placedBy: "initialized" },
    });
  });

  it("where the caller's variables lead, whatever it is initialized with", async () => {
    expect(await place(COMPUTED, initialized(OWN), { env: "prod" })).toMatchObject({
      ...{ key: "prod/k", placedBy: "variables" },
    });
    expect(await place(COMPUTED.replace('"${var.env}/k"', "var.key"), undefined, { key: "x/y" })).toMatchObject({
      ...{ key: "x/y", placedBy: "variables" },
    });
  });
});

it("a root that computes nothing is where its files say", async () => {
  const plain = COMPUTED.replace("${var.env}", "prod");
  const target = await place(plain, initialized(OWN), { env: "dev" });
  expect(target).toMatchObject({ key: "prod/k" });
  expect(target).not.toHaveProperty("placedBy");
});

it.each<[string, string, string | undefined, Readonly<Record<string, string>>?]>([
  ["not initialized", COMPUTED, undefined],
  ["initialized with another bucket than its files name", COMPUTED, initialized({ ...OWN, bucket: "other" })],
  ["initialized with another table than its files name", COMPUTED, initialized({ ...OWN, dynamodb_table: "other" })],
  ["initialized in another region than its files name", COMPUTED, initialized({ ...OWN, region: "us-east-1" })],
  ["initialized with a local backend", COMPUTED, initialized({ path: null }, "local")],
  ["initialized with something unreadable", COMPUTED, "{"],
  ["given another variable", COMPUTED, undefined, { other: "x" }],
  ["given not every variable", COMPUTED.replace("/k", "/${var.name}"), undefined, { env: "x" }],
  ["computed by what only the engine knows", COMPUTED.replace("var.env", "file(var.env)"), undefined, { env: "x" }],
])("a root is not looked at that is %s", async (_what, lines, text, variables = {}) => {
  expect(await place(lines, text, variables)).toMatchObject({ code: "place-unknown" });
});

describe("a root whose variables have usual values is looked at", () => {
  const usual = { "variables.tf": 'variable "env" {\n  default = "test"\n}\n' };

  it("where they lead, if it is not initialized", async () => {
    expect(await place(COMPUTED, undefined, {}, usual)).toMatchObject({ key: "test/k", placedBy: "usual-values" });
  });

  it("where it is initialized, and where the caller's variables lead", async () => {
    expect(await place(COMPUTED, initialized(OWN), {}, usual)).toMatchObject({ key: "dev/k", placedBy: "initialized" });
    expect(await place(COMPUTED, initialized(OWN), { env: "prod" }, usual)).toMatchObject({
      ...{ key: "prod/k", placedBy: "variables" },
    });
  });

  it("with a finding as long as the caller does not name every value", async () => {
    const lines = COMPUTED.replace("/k", "/${var.shell}");
    expect(await place(lines, undefined, { env: "a" }, usual)).toMatchObject({
      key: "a/shell",
      placedBy: "usual-values",
    });
  });
});

it("a root whose expressions hang on no variable is where its files say", async () => {
  const target = await place(
    COMPUTED.replace("var.env", "local.env"),
    undefined,
    {},
    { "l.tf": 'locals {\n  env = "x"\n}\n' },
  );
  expect(target).toMatchObject({ key: "x/k" });
  expect(target).not.toHaveProperty("placedBy");
});

it("a root that is not looked at says which value is not known", async () => {
  const { message } = (await place(COMPUTED, undefined)) as Problem;
  expect(message).toContain("got an expression whose var.env is not known");
});

describe("the states that other values lead to", () => {
  const said = async (text: string | undefined, variables: Readonly<Record<string, string>>): Promise<string[]> => {
    const target = await place(COMPUTED, text, variables);
    if ("code" in target) throw new Error(target.message);
    const [configuration] = (await scanned({ "app/main.tofu": backend(COMPUTED) })).configurations;
    if (configuration === undefined) throw new Error("nothing was scanned");
    const root = { target, states: [liveState()], problems: [] };
    const status = migrateStatus([root], NOTHING_SEEN, []);
    const check = await liveCheck(new Map([[configuration, root]]), NOTHING_SEEN)(configuration);
    const codes = [check, status.states.flatMap(({ findings }) => findings)].map((problems) =>
      problems.map(({ code }) => code).join(),
    );
    return codes;
  };

  it("are a finding, and keep the root from going to lockfile", async () => {
    expect(await said(initialized(OWN), {})).toEqual(["place-computed", "place-computed"]);
  });

  it("are the caller's business if the caller names the values", async () => {
    expect(await said(initialized(OWN), { env: "prod" })).toEqual(["", ""]);
  });
});
