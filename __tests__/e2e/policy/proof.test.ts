import type { AccessLevel } from "../../../lib/policy/access-level";
import { describeE2e } from "../../support/describe-e2e";
import { FULL, sampled } from "../../support/full";
import { firstFailure, foreignSteps, neighbourQuestions, planted } from "../../../lab/proof/checks";
import { ACTORS, principalOf } from "../../../lab/proof/guard-row";
import { rawRequest, ROWS, simulated } from "../../../lab/proof/guard-table";
import { openLab, type Lab } from "../../../lab/proof/lab";
import {
  differences,
  lineOf,
  measuredOf,
  readMeasured,
  writeMeasured,
  type Confirmed,
} from "../../../lab/proof/measured";
import { mutants } from "../../../lab/proof/mutants";
import { engineDifferences } from "../../../lab/machine/engine-differences";
import { testEngine } from "../../../lab/machine/test-engine";
import {
  failingStep,
  isOfOtherEngines,
  neededGrants,
  playAs,
  proveScenario,
  RICHEST,
  stepsOf,
  succeeded,
  uniqueQuestions,
  worldFor,
  type NeededGrant,
  type ScenarioProof,
} from "../../../lab/proof/prove";
import { granted, refusals } from "../../../lab/proof/replay";
import { role, scenario, SETUPS } from "../../../lab/proof/scenario";
import { send } from "../../../lab/proof/send";
import { STEPS } from "../../../lab/proof/steps";

/** {@link RICHEST} without the legacy table: every grant but those on the table is confirmed here, which is faster. */
const WITHOUT_TABLE = "kms-prefix-lockfile";
/** Terraform's own prefix, and a key whose ARN the config knows. */
const NAMED = "kms-named-both";

const SAMPLE: readonly string[] = [RICHEST, WITHOUT_TABLE, NAMED];
const SCENARIOS = SETUPS.map(scenario).filter(({ name }) => FULL || SAMPLE.includes(name));
const ALL_MUTANTS = SCENARIOS.filter(({ name }) => name === NAMED).flatMap(({ guard }) => mutants(guard));
const MUTANTS = sampled(ALL_MUTANTS, 8);
/** What can be sent. `lab/guard-table.test.ts` asks the evaluator about the other rows. */
const GUARD_ROWS = sampled(
  ROWS.filter(({ request }) => request !== undefined),
  5,
);

describeE2e("the policies, under real Terraform", ["terraform", "moto-server", "openssl"], () => {
  let lab: Lab;
  let proofs: Map<string, Promise<ScenarioProof>>;
  let lanes: Promise<void>[];
  let confirmed: Promise<Confirmed[]>;

  const proofOf = async (name: string): Promise<ScenarioProof> => {
    const proof = await proofs.get(name);
    if (proof === undefined) throw new Error(`there is no scenario ${name}`);
    return proof;
  };

  beforeAll(async () => {
    lab = await openLab();
    proofs = new Map();
    lanes = [Promise.resolve(), Promise.resolve()];
    for (const [index, each] of SCENARIOS.entries()) {
      const proof = (lanes[index % 2] ?? Promise.resolve()).then(() => proveScenario(each, lab));
      proofs.set(each.name, proof);
      lanes[index % 2] = proof.then(ignore, ignore);
    }
    confirmed = Promise.all(lanes).then(confirmGrants);
    confirmed.catch(ignore);
  });

  afterAll(async () => {
    await Promise.allSettled([...lanes, confirmed]);
    await lab.close();
  });

  describe("are sufficient", () => {
    it.each(SCENARIOS.map(({ name }) => name))("in %s", async (name) => {
      const { played } = await proofOf(name);
      const failures = [...played]
        .filter(([step, outcome]) => !succeeded(step, outcome))
        .map(([step, { results }]) => `${step.level}: ${step.name}\n${results.map(({ stderr }) => stderr).join("")}`);
      expect(failures).toEqual([]);
    });

    it("for what a level inherits: it is allowed each request of the levels before it", async () => {
      const refused: string[] = [];
      for (const { name } of SCENARIOS) {
        const proof = await proofOf(name);
        for (const [level, policy] of proof.scenario.policies)
          for (const step of stepsOf(level, proof.scenario)) {
            const asked = uniqueQuestions(granted(proof.played.get(step)?.judged ?? []));
            const found = await refusals(asked, { arn: role(level), policy }, worldFor(level, proof.scenario, lab));
            refused.push(...found.map(({ question }) => `${name} ${level} ${step.name}: ${question.action}`));
          }
      }
      expect(refused).toEqual([]);
    });
  });

  describe("are minimal", () => {
    it("in every scenario, some command needs each grant", async () => {
      const idle: string[] = [];
      for (const { name } of SCENARIOS)
        for (const { level, grant, steps } of await neededGrants(await proofOf(name), lab))
          if (steps.length === 0 && !isOfOtherEngines(grant)) idle.push(`${name} ${level}: ${grant.name}`);
      expect(idle).toEqual([]);
    });

    it("under real Terraform: without it a command fails", async () => {
      const idle = (await confirmed).filter(
        ({ fails, needed }) => fails === undefined && !isOfOtherEngines(needed.grant),
      );
      expect(idle.map(({ needed }) => `${needed.level}: ${needed.grant.name}`)).toEqual([]);
    });
  });

  describe("are confined", () => {
    it("in every scenario: what a level is not for asks for something it does not have", async () => {
      const through: string[] = [];
      for (const { name } of SCENARIOS) {
        const { scenario: of, played } = await proofOf(name);
        for (const [level, policy] of of.policies) {
          const who = { arn: role(level), policy };
          for (const step of foreignSteps(level, of)) {
            const asked = uniqueQuestions(granted(played.get(step)?.judged ?? []));
            if ((await refusals(asked, who, lab.gate.world)).length === 0)
              through.push(`${name} ${level}: ${step.name}`);
          }
          const others = neighbourQuestions(of);
          const refused = await refusals(others, who, lab.gate.world);
          through.push(
            ...others
              .filter((asked) => !refused.includes(asked))
              .map(({ question }) => `${name} ${level}: ${question.action} ${question.resource}`),
          );
        }
      }
      expect(through).toEqual([]);
    });

    const trespasses: readonly [AccessLevel, string][] = [
      ["reader", "plan"],
      ["reader", "apply"],
      ["reader", "force-unlock"],
      ["planner", "apply"],
      ["planner", "destroy"],
      ["planner", "state rm"],
      ["planner", "workspace new"],
      ["applier", "workspace new"],
      ["applier", "workspace delete"],
      ["unlocker", "init"],
      ["unlocker", "output"],
      ["unlocker", "plan"],
      ["unlocker", "apply"],
    ];

    it.each(sampled(trespasses, 4))(
      "a %s that tries %s is refused cleanly: no lock stays, no state changes",
      async (level, name) => {
        await confirmed.catch(ignore);
        const { stage } = await proofOf(NAMED);
        const step = STEPS.find(
          (each) => each.name === name && each.level !== "unlocker" && (each.where?.(engineDifferences()) ?? true),
        );
        if (step === undefined) throw new Error(`there is no step ${name}`);
        const played = await playAs(step, level, stage, lab);
        expect(played.results.at(-1)?.code).not.toBe(0);
        expect(played.judged.some(({ refusedBy }) => refusedBy !== undefined)).toBe(true);
        const locks = (await stage.keys()).filter((key) => key.endsWith(".tflock"));
        expect(locks).toHaveLength(step.before?.bucket === "locked" ? 2 : 0);
        expect(await stage.object(stage.key("default"))).toBe(stage.stateText());
      },
    );

    it("an unlocker's force-unlock is refused by the guard as it is by default", async () => {
      await confirmed.catch(ignore);
      const { stage, scenario: of } = await proofOf(NAMED);
      const step = STEPS.find((each) => each.level === "unlocker");
      const policies = [of.policies.get("unlocker")].filter((policy) => policy !== undefined);
      const played = await stage.play(step?.runs ?? [], step?.before ?? {}, { arn: role("unlocker"), policies });
      const refused = played.judged.flatMap(({ refusedBy }) => refusedBy?.question.action ?? []);
      expect(refused).toEqual(["s3:DeleteObject"]);
      expect(await stage.keys()).toContain(`${stage.key("default")}.tflock`);
    });

    it("an applier cannot even initialize another consumer's root", async () => {
      await confirmed.catch(ignore);
      const { stage, scenario: of } = await proofOf(WITHOUT_TABLE);
      const policies = [of.policies.get("applier")].filter((policy) => policy !== undefined);
      for (const neighbour of of.home.consumers.slice(1)) {
        const before = { directory: "fresh", files: () => stage.files(neighbour) } as const;
        const played = await stage.play([{ args: ["init"] }], before, { arn: role("applier"), policies });
        expect(played.results[0]?.code).not.toBe(0);
      }
    });
  });

  describe("are guarded", () => {
    it.each(GUARD_ROWS.map((row) => [row.name, row] as const))("%s", async (_name, row) => {
      await confirmed.catch(ignore);
      const { scenario: of, stage } = await proofOf(NAMED);
      const through: string[] = [];
      const answers: string[] = [];
      for (const actor of ACTORS) {
        const bySimulation = await simulated(row, actor, of, lab.gate.world);
        if (bySimulation) through.push(actor);
        await stage.restore("locked");
        const accessKeyId = `direct-${actor}`;
        lab.gate.world.principals.set(accessKeyId, principalOf(actor, of));
        const status = await send(lab, rawRequest(row, of, accessKeyId));
        stage.soil();
        const wanted = /answered (\d+)/.exec(row.name)?.[1] ?? String(status === 403 ? 0 : status);
        const fine = bySimulation ? String(status) === wanted : status === 403;
        if (!fine) answers.push(`${actor}: ${String(status)}`);
      }
      expect(answers).toEqual([]);
      expect(through).toEqual([...row.passes].sort(byActor));
    });
  });

  describe("and the proof fails when it should:", () => {
    it("finds no fault in the policies as synth writes them", async () => {
      const proof = await proofOf(NAMED);
      expect(await firstFailure(proof, proof.scenario, lab.gate.world)).toBeUndefined();
    });

    it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s", async (_name, mutant) => {
      const proof = await proofOf(NAMED);
      const [of, world] = planted(mutant, proof.scenario, lab.gate.world);
      expect(await firstFailure(proof, of, world, mutant.gate)).toBeDefined();
    });
  });

  it("the gate knew every request", async () => {
    await confirmed;
    expect(lab.gate.unmapped()).toEqual([]);
  });

  it("docs/evidence/proof.json says what was found under this engine, if it knows the engine", async () => {
    const { title = "" } = testEngine();
    const found = measuredOf(await proofOf(RICHEST), await confirmed);
    const known = Object.entries(readMeasured()).find(([each]) => lineOf(each) === lineOf(title))?.[1];
    if (FULL) writeMeasured(title, found);
    expect(differences(known ?? found, found, FULL)).toEqual([]);
  });

  /** Both lanes again: what has to do with the table beside what has not. */
  async function confirmGrants(): Promise<Confirmed[]> {
    const needs = async (name: string, wanted: (needed: NeededGrant) => boolean): Promise<Confirmed[]> => {
      const proof = await proofOf(name);
      const found: Confirmed[] = [];
      const sample = (await neededGrants(proof, lab)).filter(({ level }) => FULL || level === "planner");
      for (const needed of sampled(sample.filter(wanted), 2))
        found.push({ needed, fails: await failingStep(needed, proof, lab) });
      return found;
    };
    const ofTable = ({ grant }: NeededGrant): boolean => grant.actions.some((action) => action.startsWith("dynamodb:"));
    const [table, rest] = await Promise.all([
      // Terraform forgives a refused list of its own prefix, so there it is needed by less.
      needs(RICHEST, ofTable).then(async (found) => [
        ...found,
        ...(await needs(NAMED, ({ grant }) => grant.actions.includes("s3:ListBucket"))).map(inNamed),
      ]),
      needs(WITHOUT_TABLE, (needed) => !ofTable(needed)),
    ]);
    return [...rest, ...table];
  }
});

function inNamed({ needed, fails }: Confirmed): Confirmed {
  const grant = { ...needed.grant, name: `${needed.grant.name} (Terraform's own prefix)` };
  return { needed: { ...needed, grant }, fails };
}

function byActor(a: (typeof ACTORS)[number], b: (typeof ACTORS)[number]): number {
  return ACTORS.indexOf(a) - ACTORS.indexOf(b);
}

function ignore(): void {
  // Told by the test that waits for it.
}
