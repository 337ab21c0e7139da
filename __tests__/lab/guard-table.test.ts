import { policyGate } from "../../lab/policy-gate/policy-gate";
import { ACTORS, ROWS, simulated } from "../../lab/proof/guard-table";
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
