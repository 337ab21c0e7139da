import { describeE2e } from "./support/describe-e2e";
import { startMotoServer, type MotoServer } from "./support/moto-server";
import { policyGate, type PolicyGate } from "./support/policy-gate/policy-gate";
import { role, scenario, SETUPS, REGION } from "./support/proof/scenario";
import { createTable, Stage } from "./support/proof/stage";
import { STEPS } from "./support/proof/steps";
import { ACCOUNT_ID, startStandIn, type StandIn } from "./support/stand-in";
import { temporaryTlsIdentity, type TemporaryTlsIdentity } from "./support/tls-identity";
import { createWorkspace, type Workspace } from "./support/workspace";

describeE2e("probe", ["terraform", "moto-server", "openssl"], () => {
  let moto: MotoServer;
  let tls: TemporaryTlsIdentity;
  let standIn: StandIn;
  let gate: PolicyGate;
  let workspace: Workspace;
  beforeAll(async () => {
    moto = await startMotoServer();
    tls = temporaryTlsIdentity();
    gate = policyGate({ account: ACCOUNT_ID, region: REGION });
    standIn = await startStandIn({ motoServer: moto, tls, gates: [gate.handler], region: REGION });
    workspace = createWorkspace({ env: standIn.env });
    await createTable(moto.url);
  });
  afterAll(async () => {
    await workspace.remove();
    await standIn.stop();
    await moto.stop();
    tls.remove();
  });
  it("probes", async () => {
    const wanted = (process.env["PROBE"] ?? "0").split(",").map(Number);
    for (const n of wanted) {
      const stage = await Stage.open(scenario(SETUPS[n]!), gate, workspace, moto.url);
      console.log(stage.scenario.name, await stage.keys());
      const lines: string[] = [];
      const t0 = Date.now();
      for (const s of STEPS) {
        if (s.workspaces && SETUPS[n]!.workspaces === "default") continue;
        const t = Date.now();
        const { home, guard, guardWithForceUnlock } = stage.scenario;
        const b = gate.world.buckets.get(home.bucket.name)!;
        gate.world.buckets.set(home.bucket.name, { ...b, policy: s.level === "unlocker" ? guardWithForceUnlock : guard });
        const p = await stage.play(s.runs, s.before ?? {}, { arn: role(s.level), policies: [stage.scenario.policies.get(s.level)!] });
        const bad = p.results.filter((r) => r.code !== 0);
        lines.push(`${bad.length ? "FAIL" : "ok  "} ${s.level} ${s.name} ${Date.now() - t}ms ${p.judged.map((j) => j.request.operation + (j.refusedBy ? "!" : "")).join(" ")}${bad.map((r) => `\n${r.stdout.slice(-600)}${r.stderr.slice(-1500)}`).join("")}`);
      }
      console.log(lines.join("\n"), Date.now() - t0, gate.unmapped());
    }
  }, 300000);
});
