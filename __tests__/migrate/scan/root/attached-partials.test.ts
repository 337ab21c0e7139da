import type { Setting } from "../../../../lib/migrate/scan/configuration/phase";
import { scan } from "../../../../lib/migrate/scan/scan";
import { globPattern } from "../../../../lib/text/glob-pattern";
import { memoryFiles, parsers, type Fleet } from "../../../support/fleet";

const root = (key?: string): string =>
  `terraform {\n  backend "s3" {${key === undefined ? "" : `\n    key = "${key}"\n  `}}\n}\n`;
const file = (bucket: string, key?: string): string =>
  `bucket = "${bucket}"\nregion = "r"\ndynamodb_table = "t"\n${key === undefined ? "" : `key = "${key}"\n`}`;
const ROOTS: Fleet = { "roots/net/main.tf": root("net"), "roots/app/main.tf": root("app") };
const FILES: Fleet = { "backends/dev.hcl": file("dev"), "backends/prod.hcl": file("prod") };
const ALL = ["app: dev/app dynamodb", "app: prod/app dynamodb", "net: dev/net dynamodb", "net: prod/net dynamodb"];

/** `root: bucket/key phase` of every configuration, and the places of problems. */
async function told(fleet: Fleet, globs: readonly string[] = []): Promise<string[]> {
  const found = await scan(memoryFiles(fleet), await parsers(), ["."], undefined, globs);
  const value = (setting: Setting): string => (setting !== undefined && "value" in setting ? setting.value : "-");
  return [
    ...found.configurations.map(
      ({ root: at, bucket, key, phase }) => `${at.replace("roots/", "")}: ${value(bucket)}/${value(key)} ${phase}`,
    ),
    ...found.problems.map(({ code, path }) => `${code} ${path}`),
  ];
}

describe("one folder of backend files for many roots", () => {
  it("is one picture of every root with every file that --backend-files names", async () => {
    expect(await told({ ...ROOTS, ...FILES }, ["backends/*.hcl"])).toEqual(ALL);
  });

  it("is two pictures that do not meet if nothing says which root takes which file", async () => {
    expect(await told({ ...ROOTS, ...FILES })).toEqual([
      "backends: dev/- dynamodb",
      "backends: prod/- dynamodb",
      "app: -/app unknown",
      "net: -/net unknown",
    ]);
  });

  it.each<[string, Fleet]>([
    [
      "a pipeline with computed names",
      { "ci.yml": "- run: terraform -chdir=roots/$ROOT init -backend-config=../../backends/${{ matrix.env }}.hcl\n" },
    ],
    [
      "a script that goes through the roots",
      {
        "run.sh":
          'for root in roots/*; do\n  cd "$root"\n  terraform init -backend-config="../../backends/$ENV.hcl"\ndone\n',
      },
    ],
    [
      "scripts in the roots",
      Object.fromEntries(
        ["net", "app"].map((name) => [
          `roots/${name}/init.sh`,
          "terraform init -reconfigure -backend-config=../../backends/$1.hcl\n",
        ]),
      ),
    ],
  ])("is one picture by %s", async (_, commands) => {
    expect(await told({ ...ROOTS, ...FILES, ...commands })).toEqual(ALL);
  });

  it("stays apart if the path in a command leads elsewhere from a root", async () => {
    const ci = { "ci.sh": 'cd "$root"\nterraform init -backend-config="../backends/$ENV.hcl"\n' };
    expect(await told({ ...ROOTS, ...FILES, ...ci })).toContain("net: -/net unknown");
  });

  it("a computed name in the folder of the root is a file there, not one of another root", async () => {
    const roots = { "roots/net/main.tf": root(), "roots/app/main.tf": root() };
    const files = { "roots/net/dev.s3.tfbackend": file("b", "net"), "roots/app/dev.s3.tfbackend": file("b", "app") };
    const ci = {
      Makefile: 'init:\n\tterraform -chdir="roots/app" init -backend-config="$(ENVIRONMENT).s3.tfbackend"\n',
    };
    expect(await told({ ...roots, ...files, ...ci })).toEqual(["app: b/app dynamodb", "net: b/net dynamodb"]);
  });

  it("a file with the name of a root is for that root, and a file with another key is for no root", async () => {
    const files = { "b/net.hcl": file("b", "n"), "b/app/x.hcl": file("b", "a"), "b/other.hcl": file("b", "o") };
    const roots = { "roots/net/main.tf": root(), "roots/app/main.tf": root() };
    expect(await told({ ...roots, ...files }, ["b/**/*.hcl"])).toEqual([
      "b: b/o dynamodb",
      "app: b/a dynamodb",
      "net: b/n dynamodb",
    ]);
  });

  it("reports files with a key that fit no root while some roots need a file", async () => {
    const files = { "b/x.hcl": file("b", "x"), "b/y.hcl": file("b", "y") };
    const roots = { "roots/net/main.tf": root(), "roots/app/main.tf": root() };
    expect(await told({ ...roots, ...files }, ["b/*.hcl"])).toEqual([
      ...["b: b/x dynamodb", "b: b/y dynamodb", "app: -/- unknown", "net: -/- unknown"],
      ...["backend-files b/x.hcl", "backend-files b/y.hcl"],
    ]);
  });

  it("of two folders, a file for each region and one for each key, come together in every way", async () => {
    const files = Object.fromEntries([
      ...["eu", "us"].map((region) => [`region/${region}.hcl`, `bucket = "${region}"\ndynamodb_table = "t"\n`]),
      ...["dev", "prod"].map((key) => [`env/${key}.hcl`, `key = "${key}"\nencrypt = true\n`]),
    ]) as Fleet;
    const init =
      "terraform -chdir=roots/app init -backend-config=../../region/$R.hcl -backend-config=../../env/$E.hcl\n";
    const ways = ["eu/dev", "us/dev", "eu/prod", "us/prod"].map((way) => `app: ${way} dynamodb`);
    const found = await told({ "roots/app/main.tf": root(), ...files, "ci.sh": init });
    expect([...found].sort()).toEqual([...ways].sort());
  });

  it("a root with a whole backend takes no file of others", async () => {
    const whole = { "roots/db/main.tf": root("db").replace("}", `bucket = "own"\n    use_lockfile = true\n  }`) };
    expect(await told({ ...ROOTS, ...FILES, ...whole }, ["backends/*.hcl"])).toEqual([
      ...ALL.slice(0, 2),
      "db: own/db lockfile",
      ...ALL.slice(2),
    ]);
  });

  it("a file of any name counts if the operator names it, and has to be one", async () => {
    const files = { "conf/one": 'bucket = "one"\n', "conf/two": 'name = "x"\n', "conf/three": "{{" };
    expect(await told({ ...ROOTS, ...files }, ["conf/*"])).toEqual([
      "app: one/app none",
      "net: one/net none",
      "unreadable-file conf/three:1",
      "backend-files conf/two",
    ]);
  });

  it("a pattern without a file is a problem", async () => {
    expect(await told({ ...ROOTS, ...FILES }, ["backend/*.hcl"])).toContain(
      "backend-files --backend-files backend/*.hcl",
    );
  });
});

it.each<[string, string, boolean]>([
  ["a/*.hcl", "a/b.hcl", true],
  ["a/*.hcl", "a/b/c.hcl", false],
  ["./a/**/*.hcl", "a/b/c.hcl", true],
  ["a/**/*.hcl", "a/c.hcl", true],
  ["a/**", "a/b/c", true],
  ["{dev,prod}.hcl", "prod.hcl", true],
  ["?.hcl", "ab.hcl", false],
  ["a+b.hcl", "aab.hcl", false],
  ["../x/*.hcl", "../x/a.hcl", true],
])("the glob %s and the path %s: %s", (glob, path, expected) => {
  expect(globPattern(glob).test(path)).toBe(expected);
});
