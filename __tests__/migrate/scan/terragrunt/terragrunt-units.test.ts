import { settingOf } from "../../../../lib/migrate/scan/configuration/configuration";
import { TERRAGRUNT_UNITS } from "../../../fleets/terragrunt-units";
import { scanned, type Fleet } from "../../../support/fleet";

const INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';

/** `root: phase key region` of each unit. */
async function units(fleet: Fleet): Promise<string[]> {
  const { configurations } = await scanned(fleet);
  return configurations.map((each) => {
    const text = (setting: ReturnType<typeof settingOf>): string =>
      setting === undefined ? "-" : "value" in setting ? setting.value : "computed";
    return `${each.root}: ${each.phase} ${text(each.key)} ${text(settingOf(each, "region"))}`;
  });
}

it.each(TERRAGRUNT_UNITS)("units with %s", async (_, fleet, expected) => {
  expect(await units(fleet)).toEqual(expected);
});

it.each<[string, Fleet, string]>([
  ["an include outside of the folders", { "a/terragrunt.hcl": INCLUDE }, "a/terragrunt.hcl:1"],
  ["a unit that no parser reads", { "a/terragrunt.hcl": 'terraform {\n  source = "\n' }, "a/terragrunt.hcl:1"],
  [
    "an included file that no parser reads",
    { "a/terragrunt.hcl": 'include "x" {\n  path = "../x.hcl"\n}\n', "x.hcl": "locals {" },
    "a/terragrunt.hcl:1",
  ],
  [
    "a unit of a stack from elsewhere",
    { "terragrunt.stack.hcl": '\nunit "a" {\n  source = "git::https://x//y"\n  path = "a"\n}\n' },
    "terragrunt.stack.hcl:2",
  ],
  [
    "a config that a command makes",
    {
      "a/terragrunt.hcl": 'terraform {}\nremote_state {\n  backend = "s3"\n  config = jsondecode(run_cmd("./x"))\n}\n',
    },
    "a/terragrunt.hcl:2",
  ],
  [
    "a config that makes itself",
    { "a/terragrunt.hcl": "locals {\n  c = local.c\n}\nterraform {}\nremote_state = local.c\n" },
    "a/terragrunt.hcl:5",
  ],
])("%s is unknown, with its place", async (_, fleet, place) => {
  const { configurations } = await scanned(fleet);
  expect(configurations.map(({ phase, file, line }) => `${phase} ${file.path}:${String(line)}`)).toEqual([
    `unknown ${place}`,
  ]);
});

it("a config that is put together is changed by hand, at the part with the table", async () => {
  const { configurations } = await scanned({
    "common.hcl": 'locals {\n  x = 1\n  backend = {\n    bucket = "b"\n    dynamodb_table = "t"\n  }\n}\n',
    "a/terragrunt.hcl":
      'locals {\n  common = read_terragrunt_config(find_in_parent_folders("common.hcl"))\n}\nterraform {}\nremote_state {\n  backend = "s3"\n  config = merge(local.common.locals.backend, { key = "a" })\n}\n',
  });
  expect(configurations.map(({ root, file, line, next }) => [root, `${file.path}:${String(line)}`, next])).toEqual([
    ["a", "common.hcl:3", "add use_lockfile = true where its value comes from, by hand (serves 1 unit)"],
  ]);
});

it.each<[string, Fleet, string]>([
  ["an include", { "a/terragrunt.hcl": INCLUDE }, "a/terragrunt.hcl:1"],
  [
    "a unit of a stack",
    { "terragrunt.stack.hcl": 'unit "a" {\n  source = "git::https://x//y"\n  path = "a"\n}\n' },
    "terragrunt.stack.hcl:1",
  ],
])("%s from elsewhere says to scan its folder too", async (_, fleet, place) => {
  const { configurations } = await scanned(fleet);
  expect(configurations.map(({ next }) => next.replace(" (serves 1 unit)", ""))).toEqual([
    `scan the folder that ${place} takes it from too: it is not below the scanned ones`,
  ]);
});
