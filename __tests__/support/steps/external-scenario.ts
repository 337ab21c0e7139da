import { papersOf } from "../../../lib/home/papers";
import { resolveStateHome } from "../../../lib/home/resolve-home";
import type { StateConfig } from "../../../lib/config/state-config";
import type { AccessLevel } from "../../../lib/policy/access-level";
import { scenario, type Scenario, type Setup } from "../../../lab/proof/scenario";

/** The account that the bucket lets in. */
const OTHER_ACCOUNT = "222222222222";

/** The levels that roles of the other account are given here. */
const EXTERNAL_LEVELS: readonly AccessLevel[] = ["reader", "planner", "applier"];

/** A role of the other account. */
export function external(name: string): string {
  return `arn:aws:iam::${OTHER_ACCOUNT}:role/teams/${name}`;
}

/** A setup of the proof whose consumer's roles lie in another account: no organization, only named roles. */
export function externalScenario(setup: Setup): Scenario {
  const base = scenario(setup);
  const access = Object.fromEntries(EXTERNAL_LEVELS.map((level) => [level, [external(level)]]));
  const [app, ...neighbours] = base.config.consumers;
  if (app === undefined) throw new Error("the scenario has no consumer");
  const config: StateConfig = {
    ...base.config,
    bucket: { ...base.config.bucket, name: `outside-${base.name}`, guard: { accounts: [OTHER_ACCOUNT] } },
    consumers: [{ ...app, access }, ...neighbours],
  };
  const home = resolveStateHome(config);
  const { consumers, guard, keyPolicy = base.keyPolicy } = papersOf(home);
  const [made] = consumers;
  if (made === undefined) throw new Error("the home has no consumer");
  return {
    ...base,
    ...{ name: home.bucket.name, config, home, consumer: made.consumer, guard, guardWithForceUnlock: guard, keyPolicy },
    policies: new Map(made.policies.map(({ level, document }) => [level, document])),
  };
}
