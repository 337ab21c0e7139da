import type { AccessLevel } from "../../../lib/policy/access-level";
import type { PolicyDocument } from "../../../lib/policy/policy-document";
import { external, externalScenario } from "../../support/steps/external-scenario";
import { describeE2e } from "../../support/describe-e2e";
import { EVERYTHING } from "../../../lab/proof/guard-row";
import { openLab, type Lab } from "../../../lab/proof/lab";
import type { Scenario } from "../../../lab/proof/scenario";
import { Stage, type Before, type Played, type TerraformRun } from "../../../lab/proof/stage";

const SSE_S3 = externalScenario({ encryption: "SSE-S3", workspaces: "default", locking: "lockfile" });
const KMS = externalScenario({ encryption: "KMS", workspaces: "named", locking: "lockfile" });
const SCENARIOS: readonly (readonly [string, Scenario])[] = [
  ["SSE-S3", SSE_S3],
  ["a KMS key", KMS],
];

const run = (...args: string[]): TerraformRun => ({ args });
const FRESH: Before = { directory: "fresh" };

/** A home without the statements that let the other account in. */
function closed(policy: PolicyDocument): PolicyDocument {
  return { ...policy, Statement: policy.Statement.filter(({ Sid }) => !Sid.startsWith("External")) };
}

describeE2e("a consumer whose roles are in another account", ["terraform", "moto-server", "openssl"], () => {
  let lab: Lab;
  let stages: Map<Scenario, Promise<Stage>>;

  beforeAll(async () => {
    lab = await openLab();
    stages = new Map(SCENARIOS.map(([, of]) => [of, Stage.open(of, lab)]));
  });

  afterAll(async () => {
    await Promise.allSettled([...stages.values()]);
    await lab.close();
  });

  async function stageOf(of: Scenario): Promise<Stage> {
    const stage = await stages.get(of);
    if (stage === undefined) throw new Error(`there is no stage for ${of.name}`);
    return stage;
  }

  /** Runs Terraform as a role of the other account, with the emitted policy of a level, or another, attached there. */
  async function play(
    of: Scenario,
    who: string,
    policies: readonly (PolicyDocument | undefined)[],
    runs: readonly TerraformRun[],
    before: Before = {},
  ): Promise<Played> {
    const given = policies.filter((policy) => policy !== undefined);
    return (await stageOf(of)).play(runs, before, { arn: external(who), policies: given });
  }

  const playAs = (of: Scenario, level: AccessLevel, runs: readonly TerraformRun[], before?: Before): Promise<Played> =>
    play(of, level, [of.policies.get(level)], runs, before);

  function expectDone({ results }: Played): void {
    expect(results.filter(({ code }) => code !== 0).map(({ stderr }) => stderr)).toEqual([]);
  }

  /** Terraform gave up because something was refused, and left neither a lock nor another state. */
  async function expectRefused(of: Scenario, { results, judged }: Played): Promise<void> {
    const stage = await stageOf(of);
    expect(results.at(-1)?.code).toBe(1);
    expect(judged.filter(({ refusedBy }) => refusedBy !== undefined)).not.toEqual([]);
    expect((await stage.keys()).filter((key) => key.endsWith(".tflock"))).toEqual([]);
    expect(await stage.object(stage.key("default"))).toBe(stage.stateText());
  }

  describe.each(SCENARIOS)("with %s", (_encryption, of) => {
    it("initializes, plans and applies under guard, key policy and the policy in its own account", async () => {
      const applied = [run("init"), run("plan"), run("apply", "-auto-approve", "-var=note=second"), run("output")];
      const played = await playAs(of, "applier", applied, FRESH);
      expectDone(played);
      expect(played.results.at(-1)?.stdout).toContain("second");
      const operations = played.judged.map(({ request: { operation, key } }) => `${operation} ${String(key)}`);
      expect(operations).toContain("PutObject app/terraform.tfstate");
      expect(operations).toContain("DeleteObject app/terraform.tfstate.tflock");
    });

    it("plans as a planner, and as a reader has its outputs read", async () => {
      expectDone(await playAs(of, "planner", [run("init"), run("plan")], FRESH));
      expectDone(await playAs(of, "reader", [run("init"), run("apply", "-auto-approve")], { directory: "reader" }));
    });

    it("is confined as roles of the bucket's account are", async () => {
      await expectRefused(of, await playAs(of, "reader", [run("plan")]));
      await expectRefused(of, await playAs(of, "planner", [run("apply", "-auto-approve", "-var=note=second")]));
      const stage = await stageOf(of);
      for (const neighbour of of.home.consumers.slice(1)) {
        const before: Before = { directory: "fresh", files: () => stage.files(neighbour) };
        await expectRefused(of, await playAs(of, "applier", [run("init")], before));
      }
    });

    it("is not open to a role of that account that is not named, whatever its account lets it do", async () => {
      await expectRefused(of, await play(of, "stranger", [of.policies.get("applier")], [run("init")], FRESH));
      await expectRefused(of, await play(of, "stranger", [EVERYTHING], [run("init")], FRESH));
      await expectRefused(of, await play(of, "stranger", [EVERYTHING], [run("apply", "-auto-approve")]));
    });

    it("needs its own account's consent as well", async () => {
      await expectRefused(of, await play(of, "applier", [], [run("init")], FRESH));
    });

    it("needs the guard's", async () => {
      const { name } = of.home.bucket;
      const bucket = lab.gate.world.buckets.get(name);
      if (bucket === undefined) throw new Error("the bucket is not in the world");
      await stageOf(of);
      lab.gate.world.buckets.set(name, { ...bucket, policy: closed(bucket.policy) });
      const played = await playAs(of, "applier", [run("init")], FRESH);
      lab.gate.world.buckets.set(name, bucket);
      await expectRefused(of, played);
    });
  });

  it("with a KMS key needs the key policy's consent", async () => {
    await stageOf(KMS);
    const key = lab.gate.world.keys.get(KMS.keyArn);
    if (key === undefined) throw new Error("the key is not in the world");
    lab.gate.world.keys.set(key.arn, { ...key, policy: closed(key.policy) });
    const played = await playAs(KMS, "applier", [run("plan")]);
    lab.gate.world.keys.set(key.arn, key);
    await expectRefused(KMS, played);
    const refused = played.judged.flatMap(({ refusedBy }) => refusedBy?.question.action ?? []);
    expect(refused[0]).toBe("kms:GenerateDataKey");
  });

  it("with a KMS key works in a workspace that exists", async () => {
    const apply = [run("apply", "-auto-approve", "-var=note=second")];
    expectDone(await playAs(KMS, "applier", apply, { workspace: "dev" }));
  });

  it("sends nothing that the gate could not map", () => {
    expect(lab.gate.unmapped()).toEqual([]);
  });
});
