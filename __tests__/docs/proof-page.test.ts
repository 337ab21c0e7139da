import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lab/machine/project-root";
import { differences, readMeasured, type Measured } from "../../lab/proof/measured";
import { mutants } from "../../lab/proof/mutants";
import { proofPage } from "../../lab/proof/report";
import { scenario, SETUPS } from "../../lab/proof/scenario";
import { UPDATE } from "../support/update";

const PATH = join(PROJECT_ROOT, "docs", "evidence", "proof.md");

it("docs/evidence/proof.md is made from what was measured (UPDATE_GOLDEN=1 writes it)", () => {
  const of = SETUPS.map(scenario).filter(({ name }) => name === "kms-named-both");
  const names = of.flatMap(({ guard }) => mutants(guard)).map(({ name }) => name);
  const page = proofPage(readMeasured(), names);
  if (UPDATE) writeFileSync(PATH, page);
  expect(readFileSync(PATH, "utf8")).toBe(page);
});

const A: Measured = { requests: { "reader: init": "Get" }, grants: { "reader: list": "init" } };

it("the page says where engines differ, and which were not there", () => {
  const engines = {
    "Terraform 1.11.4": { requests: { "reader: init": "Get", "planner: console": "Put" }, grants: A.grants },
    "OpenTofu 1.12.6": { requests: { "reader: init": "Get", "planner: console": "Get, Put" }, grants: {} },
  };
  const page = proofPage(engines, []);
  for (const line of [
    "| level | command | Terraform 1.11.4 | OpenTofu 1.12.6 |",
    "| `reader` | init | Get | = |",
    "| `planner` | console | Put | Get, Put |",
    "| `reader` | list | init | – |",
    "- Not proven: Terraform 1.13, Terraform 1.15, OpenTofu 1.10, OpenTofu 1.11.",
  ])
    expect(page).toContain(`${line}\n`);
});

it.each<[string, Measured, boolean, string[]]>([
  ["the same", A, true, []],
  ["a sample without it", { requests: {}, grants: {} }, false, []],
  ["a whole run without it", { requests: A.requests, grants: {} }, true, ["reader: list: no longer found; init"]],
  ["another command", { ...A, grants: { "reader: list": "plan" } }, false, ["reader: list: plan; init"]],
])("what a run finds differently: %s", (_, found, whole, expected) => {
  expect(differences(A, found, whole)).toEqual(expected);
});
