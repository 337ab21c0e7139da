import { policyGate } from "../../lab/policy-gate/policy-gate";
import { planted } from "../../lab/proof/checks";
import { ACTORS, type Actor, type Row } from "../../lab/proof/guard-row";
import { ROWS, simulated } from "../../lab/proof/guard-table";
import { mutants } from "../../lab/proof/mutants";
import { sids, STOPS, stopsAlone, TAGGED } from "../../lab/proof/statements";
import { enter, REGION, scenario } from "../../lab/proof/scenario";
import { ACCOUNT_ID } from "../../lab/stand-in/stand-in";
import { sampled } from "../support/full";

const KMS = scenario({ encryption: "KMS", workspaces: "named", locking: "lockfile" });
const { world } = policyGate({ account: ACCOUNT_ID, region: REGION });
enter(world, KMS);

it("there are at least 150 requests past Terraform, each named once", () => {
  const names = ROWS.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(150);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it("policies, guard and key policy answer each of them as the table says, to everybody", async () => {
  const wrong: string[] = [];
  for (const row of sampled(ROWS, 4))
    for (const actor of ACTORS)
      if ((await simulated(row, actor, KMS, world)) !== row.passes.includes(actor)) wrong.push(`${row.name}: ${actor}`);
  expect(wrong).toEqual([]);
});

it("each deny of the guard stops an attack that nothing else stops", async () => {
  enter(world, TAGGED);
  const idle: string[] = [];
  for (const of of [KMS, TAGGED])
    for (const sid of sids(of).filter((each) => of === KMS || each.includes("Tag")))
      if (!(await stopsAlone(sid, of, world))) idle.push(sid);
  expect(idle).toEqual([]);
  expect(Object.keys(STOPS).sort()).toEqual([...new Set([...sids(KMS), ...sids(TAGGED)])].sort());
});

it("the rows about what is off by default notice each fault in it", async () => {
  const optional = /Network|network|Unproven|MFA|grant it|many accounts|OrganizationRole/;
  const faults = mutants(KMS.guard).filter(({ name, gate }) => optional.test(name) && gate === undefined);
  const rows = ROWS.filter(({ name }) => /address|endpoint|break-glass|CreateGrant|below the ID/.test(name));
  const unnoticed: string[] = [];
  for (const fault of sampled(faults, 4)) {
    const [of, within] = planted(fault, KMS, world);
    const noticed = await firstWrong(rows, (row, actor) => simulated(row, actor, of, within));
    if (noticed === undefined) unnoticed.push(fault.name);
  }
  expect([faults.length, unnoticed]).toEqual([11, []]);
});

async function firstWrong(
  rows: readonly Row[],
  passes: (row: Row, actor: Actor) => Promise<boolean>,
): Promise<string | undefined> {
  for (const row of rows)
    for (const actor of ACTORS) if ((await passes(row, actor)) !== row.passes.includes(actor)) return row.name;
  return undefined;
}
