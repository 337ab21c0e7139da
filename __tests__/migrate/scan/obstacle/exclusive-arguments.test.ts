import { needsPerson } from "../../../../lib/migrate/scan/needs-person";
import { moved, planned, scanned } from "../../../support/fleet";
import { places } from "../../../support/home";

const TABLE = 'dynamodb_table = "locks"';
const root = (...lines: readonly string[]): string =>
  `terraform {\n  backend "s3" {\n    bucket = "acme"\n    key    = "k"\n${[...lines, TABLE].map((line) => `    ${line}\n`).join("")}  }\n}\n`;
const KEY = 'kms_key_id = "alias/x"';

/** `code file:line argument` of each obstacle. */
async function obstacles(fleet: Readonly<Record<string, string>>): Promise<string[]> {
  return (await scanned(fleet)).configurations.flatMap(({ obstacles: all }) => places(all));
}

describe("two arguments that every engine refuses together are an obstacle", () => {
  it.each<[string, string, string]>([
    ["endpoint", 'endpoint = "http://a"', 'endpoints = { s3 = "http://a" }'],
    ["dynamodb_endpoint", 'dynamodb_endpoint = "http://a"', 'endpoints = { dynamodb = "http://b" }'],
    ["iam_endpoint", 'iam_endpoint = "http://a"', 'endpoints = { iam = "http://b" }'],
    ["sts_endpoint", 'sts_endpoint = "http://a"', 'endpoints = { sts = "http://b" }'],
    ["force_path_style", "force_path_style = true", "use_path_style = true"],
    ["shared_credentials_file", 'shared_credentials_file = "a"', 'shared_credentials_files = ["a"]'],
    ["sse_customer_key", 'sse_customer_key = "secret"', KEY],
    ["forbidden_account_ids", 'forbidden_account_ids = ["1"]', "allowed_account_ids = []"],
  ])("%s", async (name, one, other) => {
    const { configurations } = await scanned({ "main.tf": root(one, other) });
    const found = configurations.flatMap((each) => each.obstacles);
    expect(places(found)).toEqual([`exclusive-arguments main.tf:5 ${name}`]);
    expect(found[0]?.message).toMatch(/ \(main\.tf:6\): no engine takes both$/);
    expect(found[0]?.fix).not.toContain("secret");
    // The first one alone brings a warning, or nothing.
    expect(await obstacles({ "main.tf": root(one) })).toEqual([]);
    expect(await obstacles({ "main.tf": root(one.replace(/=.*/, "= null"), other) })).toEqual([]);
  });

  it("also inside of one object, in two files, in JSON and in a map of Terragrunt", async () => {
    const web = 'assume_role_with_web_identity = { web_identity_token = "x", web_identity_token_file = "y" }';
    expect(await obstacles({ "main.tf": root(web) })).toEqual([
      "exclusive-arguments main.tf:5 web_identity_token_file",
    ]);
    const partial = { "x.tfbackend": "use_path_style = false\n" };
    expect(await obstacles({ "main.tf": root("force_path_style = true"), ...partial })).toEqual([
      "exclusive-arguments main.tf:5 force_path_style",
    ]);
    const s3 = { bucket: "b", key: "k", endpoint: "a", endpoints: { s3: "b" }, dynamodb_table: "t" };
    expect(await obstacles({ "main.tf.json": JSON.stringify({ terraform: { backend: { s3 } } }, null, 1) })).toEqual([
      "exclusive-arguments main.tf.json:7 endpoint",
    ]);
    const config = '{\n    bucket = "b"\n    key = "k"\n    endpoint = "a"\n    endpoints = { s3 = "b" }\n  }';
    expect(
      await obstacles({ "terragrunt.hcl": `remote_state {\n  backend = "s3"\n  config = ${config}\n}\n` }),
    ).toContain("exclusive-arguments terragrunt.hcl:6 endpoint");
  });

  it("OpenTofu takes the flat arguments of a role, but not beside assume_role", async () => {
    const [flat, nested] = ['role_arn = "a"', 'assume_role = { role_arn = "a" }'];
    expect(await obstacles({ "main.tofu": root(flat) })).toEqual([]);
    expect(await obstacles({ "main.tofu": root(flat, nested) })).toEqual(["exclusive-arguments main.tofu:5 role_arn"]);
    const lock = { ".terraform.lock.hcl": 'provider "registry.opentofu.org/hashicorp/aws" {\n}\n' };
    expect(await obstacles({ "main.tf": root(flat), ...lock })).toEqual([]);
    expect(await obstacles({ "main.tf": root(flat) })).toEqual(["removed-argument main.tf:5 role_arn"]);
  });
});

it("a number as use_lockfile, which every engine refuses, is an obstacle in each phase; text is not", async () => {
  const lock = (value: string): string => root(`use_lockfile = ${value}`).replace(`    ${TABLE}\n`, "");
  for (const value of ["1", "0"]) {
    const { configurations } = await scanned({ "main.tf": lock(value) });
    expect(configurations.map((each) => [places(each.obstacles), needsPerson(each)])).toEqual([
      [["use-lockfile main.tf:5 use_lockfile"], true],
    ]);
  }
  expect(await obstacles({ "main.tf": lock('"1"') })).toEqual([]);
});

describe("--modernize", () => {
  it.each<[string, string, string]>([
    ["endpoint", 'endpoint = "http://a"', 'endpoints = { s3 = "http://a" }'],
    ["force_path_style", "force_path_style = true", "use_path_style = true"],
    ["shared_credentials_file", 'shared_credentials_file = "a"', 'shared_credentials_files = ["a"]'],
  ])("removes %s if its successor says the same", async (_, one, other) => {
    const after = await moved({ "main.tf": root(one, other) }, { to: "both", modernize: true });
    expect(after["main.tf"]).toBe((await moved({ "main.tf": root(other) }, { to: "both" }))["main.tf"]);
  });

  it.each<[string, readonly string[]]>([
    ["an endpoint and another one", ['endpoint = "http://a"', 'endpoints = { s3 = "http://b" }']],
    ["an endpoint and another one in a block", ['endpoint = "http://a"', "endpoints {", '  s3 = "http://b"', "}"]],
    ["a computed endpoint", ['endpoint = "${x}"', 'endpoints = { s3 = "${x}" }']],
    ["two kinds of keys", ['sse_customer_key = "a"', KEY]],
    ["two blocks of one type", ["assume_role {", "}", "assume_role {", "}"]],
    ["a block beside its argument", ["assume_role {", "}", 'assume_role = { role_arn = "a" }']],
    ["a block with a label", ['assume_role "x" {', "}"]],
    ["a block in a block", ["assume_role {", "  tags {", "  }", "}"]],
    ["a block, and a choice", ["endpoints {", "}", 'sse_customer_key = "a"', KEY]],
  ])("leaves a root with %s as it is", async (_, lines) => {
    const { moves, refusals } = await planned({ "main.tf": root(...lines) }, { to: "both", modernize: true });
    expect([moves, refusals.length]).toEqual([[], 1]);
  });

  it("makes blocks the arguments that they are meant to be, and says how without it", async () => {
    const block = [
      "assume_role { # who",
      '  role_arn = "arn"',
      '  duration = "1h"',
      "}",
      'endpoints { s3 = "http://a" }',
    ];
    const fleet = { "main.tf": root(...block) };
    const after = await moved(fleet, { to: "both", modernize: true });
    expect(after["main.tf"]?.split("\n").slice(4, -3)).toEqual([
      "    assume_role = { # who",
      '      role_arn = "arn"',
      '      duration = "1h"',
      "    }",
      '    endpoints      = { s3 = "http://a" }',
      '    dynamodb_table = "locks"',
      "    use_lockfile   = true",
    ]);
    const { refusals } = await planned(fleet, { to: "both" });
    expect(refusals.flatMap(({ problems }) => problems.map(({ path, fix }) => `${path}: ${fix}`))).toEqual([
      'main.tf:5 assume_role: Write assume_role = { role_arn = "arn", duration = "1h" }, with an equal sign, or let `statelock migrate apply` do it with --modernize.',
      'main.tf:9 endpoints: Write endpoints = { s3 = "http://a" }, with an equal sign, or let `statelock migrate apply` do it with --modernize.',
    ]);
  });

  const ROLE = ['    role_arn = "arn"\n', "    assume_role_duration_seconds = 3600\n"].join("");
  const OBJECT = '    assume_role = {\n      role_arn = "arn"\n      duration = "3600s"\n    }\n';
  const REST = `    bucket = "b"\n    key = "k"\n    ${TABLE}\n`;
  const LOCK = "    use_lockfile   = true\n";

  it("moves a role in a map of Terragrunt", async () => {
    const file = (lines: string): string => `remote_state {\n  backend = "s3"\n  config = {\n${lines}  }\n}\n`;
    const fleet = { "terragrunt.hcl": file(ROLE + REST) };
    expect(await moved(fleet, { to: "both", modernize: true })).toEqual({
      "terragrunt.hcl": file(OBJECT + REST + LOCK),
    });
    expect(await moved(fleet, { to: "both" })).toEqual(fleet);
  });

  it("leaves a role to a person where the file is generated, or where a value of Terragrunt comes from", async () => {
    const role = 'role_arn = "arn"';
    const twice = ["force_path_style = true", "use_path_style = true"];
    const [include, config] = [
      'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n',
      `{\n    bucket = "b"\n    key = "k"\n    ${role}\n    ${twice.join("\n    ")}\n    ${TABLE}\n  }`,
    ];
    const state = 'remote_state {\n  backend = "s3"\n  config = local.c\n}\n';
    const fleets: Readonly<Record<string, string>>[] = [
      { "main.tf": `# Code generated by x. DO NOT EDIT.\n${root(role, ...twice)}` },
      { "root.hcl": `locals {\n  c = ${config}\n}\n${state}`, "u/terragrunt.hcl": include },
    ];
    for (const fleet of fleets) {
      const { configurations } = await scanned(fleet);
      const fixes = configurations.flatMap((each) => each.obstacles.map(({ fix }) => fix));
      expect(fixes).toEqual([
        'Replace it by assume_role = { role_arn = "arn" }, with Terraform 1.6 or later.',
        "Remove it, and keep use_path_style = true.",
      ]);
      const { moves, byHand } = await planned(fleet, { to: "both", modernize: true });
      expect([moves, byHand.length]).toEqual([[], 1]);
    }
  });

  it("moves a role and blocks in a heredoc", async () => {
    const file = (lines: string): string =>
      `generate "backend" {\n  path = "backend.tf"\n  if_exists = "overwrite"\n  contents = <<EOF\nterraform {\n  backend "s3" {\n${lines}  }\n}\nEOF\n}\n`;
    const [before, after] = ['    endpoints {\n      s3 = "a"\n    }\n', '    endpoints = {\n      s3 = "a"\n    }\n'];
    const fleet = { "terragrunt.hcl": file(ROLE + before + REST) };
    expect(await moved(fleet, { to: "both", modernize: true })).toEqual({
      "terragrunt.hcl": file(OBJECT + after + REST + LOCK),
    });
    expect(await obstacles(fleet)).toEqual([
      "removed-argument terragrunt.hcl:7 role_arn",
      "removed-argument terragrunt.hcl:9 endpoints",
    ]);
  });
});
