/** `npm run demo`: the whole story against an AWS stand-in on this machine; no account, no edit, nothing left behind. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMotoServer, installMotoServer } from "../lab/machine/moto-install";
import { missingPrerequisites } from "../lab/machine/prerequisites";
import { requireSuccess } from "../lab/machine/require-success";
import { startStandIn, type StandIn } from "../lab/stand-in/stand-in";
import { testEngine } from "../lab/machine/test-engine";
import { productOf } from "../lib/engine/engine";
import { createWorkspace, type Workspace } from "../lab/machine/workspace";
import { resolveStateHome } from "../lib";
import { stateConfig } from "../state.config";
import { bucketContents } from "./bucket-contents";
import { GO_ON, writeHeldRoot } from "./held-root";
import { narrator, type Narrator } from "./narrator";

const LOCK = "network/terraform.tfstate.tflock";

async function demo(tell: Narrator): Promise<void> {
  const missing = missingPrerequisites(["terraform"]);
  if (missing.length > 0) throw new Error(missing.join("\n"));
  if (findMotoServer() === undefined) await installMotoServer({ onProgress: tell.quote });
  const product = testEngine().title ?? "the engine";
  const { bucket } = resolveStateHome(stateConfig);
  const standIn = await startStandIn({ region: bucket.region });
  const workspace = createWorkspace({ env: standIn.env });
  const end = async (): Promise<void> => {
    await workspace.remove();
    await standIn.stop();
  };
  process.once("SIGINT", () => void end().then(() => process.exit(130)));
  try {
    tell.say(`An AWS stand-in listens on ${standIn.url}; ${product} and its AWS provider are the real ones.`);
    const project = workspace.copyProject();
    await bootstrap(tell, workspace, project);
    await applyAndBeRefused(tell, workspace, standIn, project);
    await deployDemo(tell, workspace, project);
    tell.chapter("What the bucket holds");
    tell.quote(await bucketContents(bucket.name, standIn.env));
    tell.say("Every run leaves a version and a delete marker of its lock; the lifecycle rule trims them.");
  } finally {
    await end();
  }
  tell.summary();
}

async function bootstrap(tell: Narrator, workspace: Workspace, project: string): Promise<void> {
  tell.chapter("statelock bootstrap --yes");
  tell.say("Deploys the bucket with local state, verifies it, and moves that state into it.");
  tell.say("AWS needs about a minute to settle a lifecycle configuration, and the provider waits for it.");
  const run = { cwd: project, onStderr: tell.quote };
  requireSuccess(await workspace.run("node", ["bin/statelock.js", "bootstrap", "--yes"], run));
  tell.keep("bucket deployed, its own state moved into it", "bootstrap.state.json records where");

  tell.chapter("statelock bootstrap --yes, a second time");
  requireSuccess(await workspace.run("node", ["bin/statelock.js", "bootstrap", "--yes"], run));
  tell.keep("second run", "changed nothing");
}

async function applyAndBeRefused(
  tell: Narrator,
  workspace: Workspace,
  standIn: StandIn,
  project: string,
): Promise<void> {
  const cwd = workspace.path("network");
  writeHeldRoot(cwd);
  const backend = join(project, "cdktf.out", "backends", "network", "network.s3.tfbackend");
  const { name } = testEngine();
  tell.chapter(`A plain ${productOf(name)} root takes its backend from the file that synth wrote`);
  tell.say(`$ ${name} init -backend-config=network.s3.tfbackend`);
  requireSuccess(await workspace.terraform(["init", `-backend-config=${backend}`], { cwd }));

  tell.chapter("One apply holds the lock, a second run is refused");
  const taken = new Promise<void>((resolve) => {
    standIn.afterRequest((request) => {
      if (request.operation === "PutObject" && request.key === LOCK) resolve();
    });
  });
  standIn.clear();
  const apply = workspace.start("terraform", ["apply", "-auto-approve", "-no-color"], { cwd });
  await Promise.race([taken, apply.done.then(requireSuccess)]);
  const refused = await workspace.terraform(["plan"], { cwd });
  if (refused.code === 0) throw new Error("the second run was not refused");
  tell.quote(refused.stderr.trim());
  for (const { operation, key, headers, status } of standIn.requests().filter((request) => request.key === LOCK)) {
    const condition = headers["if-none-match"] === undefined ? "" : ` If-None-Match: ${headers["if-none-match"]}`;
    tell.say(`${operation} ${String(key)}${condition} → ${String(status)}`);
  }
  tell.keep("second run while the lock is held", "refused with 412");

  tell.chapter("The first apply ends and releases the lock");
  writeFileSync(join(cwd, GO_ON), "");
  tell.quote(
    requireSuccess(await apply.done)
      .stdout.trim()
      .split("\n")
      .slice(-4)
      .join("\n"),
  );
  requireSuccess(await workspace.terraform(["plan", "-detailed-exitcode"], { cwd }));
  tell.keep("lock released", "the next plan goes through: no changes");
}

async function deployDemo(tell: Narrator, workspace: Workspace, project: string): Promise<void> {
  tell.chapter("The CDKTF consumer: demo, with its random_pet");
  const cwd = join(project, "cdktf.out", "stacks", "demo");
  if (!workspace.cliConfig.offers("hashicorp/random")) {
    leaveDemoOut(tell, "this machine's provider mirror has no random provider");
    return;
  }
  const init = await workspace.terraform(["init"], { cwd, timeoutMs: 120_000 });
  if (init.code !== 0) {
    tell.quote((init.stderr.trim() || init.stdout.trim()).slice(-4_000));
    leaveDemoOut(tell, "its init failed; what it printed is above");
    return;
  }
  requireSuccess(await workspace.terraform(["apply", "-auto-approve"], { cwd }));
  const name = requireSuccess(await workspace.terraform(["output", "-raw", "server_name"], { cwd })).stdout;
  tell.say(`server_name = ${name}`);
  tell.keep("demo stack deployed", name);
}

function leaveDemoOut(tell: Narrator, reason: string): void {
  tell.say(`Left out: ${reason}. It is synthesized all the same: cdktf.out/stacks/demo/cdk.tf.json.`);
  tell.leaveOut("demo stack", reason);
}

// The SDK would print a notice about its plans for Node 20 in the middle of the story.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
demo(narrator(process.env)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
