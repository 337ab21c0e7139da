import { ACCESS_LEVELS, type AccessLevel } from "../../lib/policy/access-level";
import { describeE2e } from "./support/describe-e2e";
import { openLab, type Lab } from "./support/proof/lab";
import {
  failingStep,
  neededGrants,
  ownSteps,
  playAs,
  proveScenario,
  stepsOf,
  succeeded,
  uniqueQuestions,
  worldFor,
  type NeededGrant,
  type ScenarioProof,
} from "./support/proof/prove";
import { granted, refusals } from "./support/proof/replay";
import { role, scenario, SETUPS, type Scenario } from "./support/proof/scenario";
import type { Step } from "./support/proof/steps";

/** The scenario with every kind of grant there is. */
const RICHEST = "kms-prefix-both";
const SCENARIOS = SETUPS.map(scenario);

/** What was found of one grant. */
interface Found {
  readonly needed: NeededGrant;
  readonly fails: Step | undefined;
}

describeE2e("the policies, under real Terraform", ["terraform", "moto-server", "openssl"], () => {
  let lab: Lab;
  let proofs: Map<string, Promise<ScenarioProof>>;
  let found: Promise<Found[]>;

  const proofOf = async (name: string): Promise<ScenarioProof> => {
    const proof = await proofs.get(name);
    if (proof === undefined) throw new Error(`there is no scenario ${name}`);
    return proof;
  };

  beforeAll(async () => {
    lab = await openLab();
    // Two lanes, the scenario that everything else looks at first.
    const order = [...SCENARIOS].sort((a, b) => Number(b.name === RICHEST) - Number(a.name === RICHEST));
    proofs = new Map();
    const lanes = [Promise.resolve(), Promise.resolve()];
    order.forEach((each, index) => {
      const lane = index % 2;
      const proof = (lanes[lane] ?? Promise.resolve()).then(() => proveScenario(each, lab));
      proofs.set(each.name, proof);
      lanes[lane] = proof.then(
        () => undefined,
        () => undefined,
      );
    });
    // On both lanes, when the scenarios are through.
    found = Promise.all(lanes).then(async () => confirmed([...(await needsOf(RICHEST)), ...(await onlyInNamed())]));
    found.catch(() => undefined);
  });

  afterAll(async () => {
    await lab.close();
  });

  async function needsOf(name: string): Promise<{ proof: ScenarioProof; needed: NeededGrant }[]> {
    const proof = await proofOf(name);
    return (await neededGrants(proof, lab)).map((needed) => ({ proof, needed }));
  }

  /** Terraform forgives a refused list of its own default prefix: there the prefix is needed by less. */
  async function onlyInNamed(): ReturnType<typeof needsOf> {
    return (await needsOf("kms-named-both")).filter(({ needed }) => needed.grant.name.startsWith("s3:ListBucket"));
  }

  async function confirmed(needs: readonly { proof: ScenarioProof; needed: NeededGrant }[]): Promise<Found[]> {
    const results: Found[] = [];
    for (const { proof, needed } of needs) results.push({ needed, fails: await failingStep(needed, proof, lab) });
    return results;
  }

  describe("are sufficient", () => {
    it.each(SCENARIOS.map(({ name }) => name))(
      "%s",
      async (name) => {
        const { played } = await proofOf(name);
        const failures = [...played].flatMap(([step, outcome]) =>
          succeeded(step, outcome)
            ? []
            : [`${step.level}: ${step.name}\n${outcome.results.map(({ stderr }) => stderr).join("")}`],
        );
        expect(failures).toEqual([]);
      },
      180_000,
    );

    it("for what a level inherits: it is allowed each request of the levels before it", async () => {
      const refused: string[] = [];
      for (const { name } of SCENARIOS) {
        const proof = await proofOf(name);
        for (const level of proof.scenario.policies.keys())
          for (const step of stepsOf(level, proof.scenario))
            refused.push(
              ...(await refusedTo(level, step, proof)).map((what) => `${name} ${level} ${step.name}: ${what}`),
            );
      }
      expect(refused).toEqual([]);
    });

    it("and nothing was sent that the gate could not map", async () => {
      await found;
      expect(lab.gate.unmapped()).toEqual([]);
    });
  });

  async function refusedTo(level: AccessLevel, step: Step, { scenario: of, played }: ScenarioProof): Promise<string[]> {
    const policy = of.policies.get(level);
    if (policy === undefined) return ["no policy"];
    const asked = uniqueQuestions(granted(played.get(step)?.judged ?? []));
    const who = { arn: role(level), policy };
    return (await refusals(asked, who, worldFor(level, of, lab))).map(
      ({ question }) => `${question.action} ${question.resource}`,
    );
  }

  describe("are minimal", () => {
    it("in every scenario, every grant is asked for by a command", async () => {
      const idle: string[] = [];
      for (const { name } of SCENARIOS)
        for (const { needed } of await needsOf(name))
          if (needed.steps.length === 0) idle.push(`${name} ${needed.level}: ${needed.grant.name}`);
      expect(idle).toEqual([]);
    }, 120_000);

    it("and without it, a command fails", async () => {
      const idle = (await found).filter(({ fails }) => fails === undefined);
      expect(
        idle.map(
          ({ needed }) => `${needed.level}: ${needed.grant.name} (${needed.steps.map(({ name }) => name).join(", ")})`,
        ),
      ).toEqual([]);
    }, 180_000);
  });
});
void ACCESS_LEVELS;
void ownSteps;
void playAs;
export type { Scenario };
