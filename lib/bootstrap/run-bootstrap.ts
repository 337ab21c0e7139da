import { product } from "../engine/spoken-engine";
import { refuse, shown, UserError, type Problem } from "../problem/problem";
import { counted } from "../text/counted";
import { isNewerVersion, OWN_VERSION } from "../text/own-version";
import type { Inventory } from "../inventory/inventory";
import type { Progress } from "../work/progress";
import { checkPosture } from "../verify/posture-checks";
import { adoptionProblems, existingResources, unclaimedProblems } from "./adoption";
import { deployedKeyArn, recordDeployed } from "./deployed-resources";
import { dataProblems } from "./destroy-rules";
import { droppedConsumerProblems } from "./dropped-consumers";
import { homeOutputs, type HomeOutput } from "./home-outputs";
import { lockOutProblems } from "./lock-out";
import { missingRoleProblems } from "./missing-roles";
import type { BootstrapPort, Import, Plan, Synthesized } from "./bootstrap-ports";
import { releasedKeyProblems } from "./released-key";
import { planWarnings } from "./plan-warnings";
import { settleState } from "./settle-state";
import { nameCreatedKey } from "./name-created-key";
import { moves, routeFrom, type Route } from "./situation";
import { taintedProblems } from "./tainted-resources";
import { readSnapshot } from "./state-snapshot";

/** Options of a run. */
export interface BootstrapOptions {
  /** Imports resources that exist already. Without it, they stop the run, unless an earlier run did not finish. */
  readonly adopt: boolean;
  /** Deploys although a newer Statelock deployed last. */
  readonly allowDowngrade: boolean;
  /** ARN of the deploying role that the operator vouches for. @default - IAM says it */
  readonly vouched?: string | undefined;
  /** Stops before the first change. */
  readonly dryRun: boolean;
  /** Called once, if the plan has changes. */
  readonly confirm: (plan: Plan) => Promise<boolean>;
  readonly progress: Progress;
}

/** The result of a run. `would-change` is a dry run with changes; `declined`: the operator said no. */
export interface BootstrapResult {
  readonly outcome: "deployed" | "unchanged" | "would-change" | "declined";
  readonly bucket: string;
  readonly plan: Plan;
  /** Where the bootstrap stack's state is now. */
  readonly state: { readonly location: "local" | "bucket"; readonly key: string };
  /** New name of the local state file, if this run retired it. */
  readonly backup: string | undefined;
  /** The outputs that the operator needs; empty unless the stack is deployed. */
  readonly outputs: readonly HomeOutput[];
}

/**
 * Deploys the bootstrap stack (the state bucket and its policies) and moves the stack's own state into that bucket. The
 * first deploy has to use a local state, because the bucket does not exist yet. Every step looks before it acts, so the
 * next run finishes a killed run, and a run with nothing to do changes nothing.
 * @throws UserError if the run must not go on
 */
export async function runBootstrap(port: BootstrapPort, options: BootstrapOptions): Promise<BootstrapResult> {
  const { progress } = options;
  let synthesized = await prepare(port, progress);
  const { route, keyArn } = await look(port, synthesized, options);
  const isUnrecorded = route.deployWith === "bucket" && synthesized.inventory.bootstrap.location === "local";
  if (isUnrecorded || keyArn !== port.project.readRecord()?.deployed?.createdKey?.keyArn) {
    // The state knows more than the record: where it is, or which key is deployed.
    const where = route.deployWith === "bucket" ? "in-bucket" : "as-recorded";
    synthesized = await port.project.synthesize(where, keyArn);
  }
  const { inventory } = synthesized;
  const { name } = inventory.bucket;

  const plan = await makePlan(port, options, name);
  const check = async (planned: Plan): Promise<void> => {
    refuse([
      ...dataProblems(planned),
      ...(await droppedConsumerProblems(planned, inventory, port.aws)),
      ...(await releasedKeyProblems(planned, inventory, port.aws)),
      ...(await missingRoleProblems(planned, port.aws)),
    ]);
  };
  await check(plan);
  const state = { location: route.deployWith, key: inventory.bootstrap.stateKey };
  const changes = plan.changes.length > 0 || plan.outputsChange;
  if (!changes && !moves(route)) {
    await progress("Verify the bucket", () => verifyBucket(port, synthesized));
    const outputs = await finish(port, inventory, options);
    return { outcome: "unchanged", bucket: name, plan, state, backup: undefined, outputs };
  }
  const nothingDone = { bucket: name, plan, state, backup: undefined, outputs: [] };
  if (options.dryRun) return { outcome: "would-change", ...nothingDone };
  if (changes && !(await options.confirm(plan))) return { outcome: "declined", ...nothingDone };

  const run = port.project.markStarted(name);
  if (changes) {
    await progress("Apply", (say) => port.engine.apply(say));
  }
  await progress("Verify the bucket", () => verifyBucket(port, synthesized));
  const backup = moves(route) ? await settleState(port, inventory, route, run, progress) : undefined;
  const named = await nameCreatedKey(port, synthesized, keyArn, { ...options, check });
  if (named !== undefined) await progress("Verify the bucket again", () => verifyBucket(port, named));
  const outputs = await finish(port, named?.inventory ?? inventory, options);
  return { outcome: "deployed", bucket: name, plan, state: { ...state, location: "bucket" }, backup, outputs };
}

/** Brings the record up to date and ends the run, except in a dry run, and returns the outputs of the deployed stack. */
async function finish(
  port: BootstrapPort,
  inventory: Inventory,
  { dryRun, progress }: BootstrapOptions,
): Promise<HomeOutput[]> {
  const stateText = await port.aws.readState(inventory.bootstrap.stateKey);
  if (!dryRun) {
    upgradeRecord(port);
    await recordDeployed(port, stateText, inventory, progress);
    port.project.markFinished();
  }
  return homeOutputs(stateText, inventory);
}

/** Rewrites the record (bootstrap.state.json) if another version of Statelock wrote it, so that it names this version. */
function upgradeRecord({ project }: BootstrapPort): void {
  const record = project.readRecord();
  if (record !== undefined && record.statelock !== OWN_VERSION) project.writeRecord(record);
}

/** Returns a problem if a newer Statelock wrote one of these states: this version could take its changes back. */
function downgradeProblems(place: string, versions: readonly (string | undefined)[]): Problem[] {
  const newer = versions.find((version) => version !== undefined && isNewerVersion(version, OWN_VERSION));
  if (newer === undefined) return [];
  return [
    {
      code: "newer-version",
      path: place,
      message: `must not be deployed by an older Statelock, got ${OWN_VERSION} after ${shown(newer)}`,
      fix: `Use Statelock ${newer} or later. Add --allow-downgrade only if you know what the plan takes back.`,
    },
  ];
}

/** Synthesizes with the backend that the record names, and finds the engine. */
async function prepare(port: BootstrapPort, progress: Progress): Promise<Synthesized> {
  const synthesized = await progress("Synthesize", async (say) => {
    const written = await port.project.synthesize("as-recorded");
    say(counted(written.inventory.consumers.length, "consumer"));
    return written;
  });
  await progress(`Find ${product()}`, async (say) => {
    say(await port.engine.version());
  });
  return synthesized;
}

/** What a run found before it plans. */
interface Found {
  readonly route: Route;
  /** ARN of the created key in the state that the run deploys with. */
  readonly keyArn: string | undefined;
}

/**
 * Checks the account, and decides how the run goes on from the bucket, the record and both states. Releases the lock that
 * an unfinished run of this checkout left.
 */
async function look(port: BootstrapPort, synthesized: Synthesized, options: BootstrapOptions): Promise<Found> {
  const { bucket, bootstrap } = synthesized.inventory;
  await options.progress("Check the account", async (say) => {
    const { account, arn } = await port.aws.identity();
    refuse(account === bucket.account ? [] : [wrongAccount(account, bucket.account)]);
    const deployer = { identity: arn, vouched: options.vouched };
    refuse(await lockOutProblems(synthesized.guard, deployer, account, port.aws.principal));
    say(arn);
  });
  return options.progress("Look for the bucket and the state", async (say) => {
    const bucketExists = await port.aws.bucketExists();
    const place = `s3://${bucket.name}/${bootstrap.stateKey}`;
    const remoteText = bucketExists ? await port.aws.readState(bootstrap.stateKey) : undefined;
    const localText = port.project.readLocalState();
    const remote = readSnapshot(remoteText, place);
    const local = readSnapshot(localText, port.project.localState);
    if (!options.allowDowngrade) refuse(downgradeProblems(place, [remote?.statelock, local?.statelock]));
    const unfinished = port.project.unfinishedRun(bucket.name);
    const route = routeFrom({
      bucket: bucket.name,
      key: bootstrap.stateKey,
      bucketExists,
      record: port.project.readRecord(),
      local,
      remote,
      interrupted: unfinished !== undefined,
      adopt: options.adopt,
    });
    if ("code" in route) throw new UserError([route]);
    refuse(taintedProblems(route.deployWith === "bucket" ? remoteText : localText));
    if (bucketExists && unfinished !== undefined && !options.dryRun) {
      await port.aws.releaseLock(bootstrap.stateKey, unfinished.lockId);
    }
    const where = [...(remote === undefined ? [] : ["in the bucket"]), ...(local === undefined ? [] : ["here"])];
    say(
      `the bucket ${bucketExists ? "exists" : "does not exist yet"}; its state ${where.length === 0 ? "does not exist yet" : `is ${where.join(" and ")}`}`,
    );
    return { route, keyArn: deployedKeyArn(route.deployWith === "bucket" ? remoteText : localText) };
  });
}

/**
 * Plans, adds an import block for each resource that exists already, and plans again until the plan creates no such
 * resource. One round is not enough: Statelock knows a bucket's settings only after the bucket's import. Afterwards only
 * the saved plan has the import blocks, so that a later `cdktf deploy` does not import what nobody confirmed.
 */
async function makePlan(port: BootstrapPort, options: BootstrapOptions, bucket: string): Promise<Plan> {
  const { progress } = options;
  port.project.writeImports([]);
  await progress(`Initialize ${product()}`, () => port.engine.init());
  try {
    return await progress("Plan", (say) => planWithImports(port, options, bucket, say));
  } finally {
    port.project.writeImports([]);
  }
}

/** Plans in rounds. @throws UserError if resources exist that this run must not take over */
async function planWithImports(
  port: BootstrapPort,
  options: BootstrapOptions,
  bucket: string,
  say: (text: string) => void,
): Promise<Plan> {
  const imports: Import[] = [];
  for (;;) {
    const plan = await port.engine.plan({ lock: !options.dryRun });
    const existing = await existingResources(plan, port.aws);
    const mayTake = options.adopt || port.project.unfinishedRun(bucket) !== undefined;
    if (!mayTake) refuse(unclaimedProblems(existing));
    if (existing.length === 0) {
      if (imports.length > 0) refuse(adoptionProblems(plan));
      say(planText(plan));
      const warnings = await planWarnings(port, plan, imports, bucket);
      return warnings.length === 0 ? plan : { ...plan, warnings };
    }
    imports.push(...existing);
    port.project.writeImports(imports);
  }
}

/** Compares the live bucket with the config. @throws UserError for each check that fails or is unknown */
async function verifyBucket(port: BootstrapPort, { inventory, guard }: Synthesized): Promise<void> {
  const findings = checkPosture({ bucket: inventory.bucket, guard }, await port.aws.posture());
  const problems = findings
    .filter((finding) => finding.result !== "pass")
    .map((finding) => ({
      code: `posture-${finding.code}`,
      path: `s3://${inventory.bucket.name}`,
      message: `must pass the check "${finding.title}", but ${finding.result === "unknown" ? "Statelock could not read it: " : ""}${finding.reason}`,
      fix: "Statelock did not move the state. Fix the setting, then run the command again.",
    }));
  if (problems.length > 0)
    throw new UserError(problems, findings.some(({ result }) => result === "fail") ? "refused" : "unknown");
}

function wrongAccount(got: string, wanted: string): Problem {
  return {
    code: "wrong-account",
    path: "bucket.account",
    message: `must be the account of your credentials, ${got}, got ${wanted}`,
    fix: "Use credentials of the account in the config (AWS_PROFILE), or correct bucket.account.",
  };
}

/** Returns one line for a plan: `9 to create, 1 to update`. */
export function planText(plan: Plan): string {
  const actions = ["import", "create", "update", "replace", "forget", "delete"] as const;
  const counts = actions.map(
    (action) => [action, plan.changes.filter((change) => change.action === action).length] as const,
  );
  const text = counts.filter(([, count]) => count > 0).map(([action, count]) => `${String(count)} to ${action}`);
  if (text.length > 0) return text.join(", ");
  return plan.outputsChange ? "only outputs change" : "no changes";
}
