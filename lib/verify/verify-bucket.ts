import type { Inventory, InventoryConsumer } from "../inventory/inventory";
import type { DeployedHome } from "../record/bootstrap-record";
import { forEachLimited } from "../work/for-each-limited";
import { uncut } from "../work/interruption";
import type { Progress } from "../work/progress";
import {
  checkConsumer,
  checkOtherLocks,
  defaultEncryption,
  type ConsumerPosture,
  type StatePosture,
} from "./consumer-checks";
import { HANDMADE_CHECKS, SSE_C_CHECK } from "./handmade-checks";
import { checkIam, type ExpectedIam } from "./iam-checks";
import { probeLeaves, probeLock, type LockProbe } from "./lock-probe";
import { NO_BUCKET } from "./posture";
import { POSTURE_CHECKS } from "./posture-checks";
import { checkPrincipals, comparePrincipals } from "./principal-checks";
import { checkProviderLock } from "./provider-lock";
import { checkBootstrapState, checkDeployed } from "./record-checks";
import { checkResult, isSynthesized, runChecks, type CheckResult, type Expectation } from "./run-checks";
import { surveyBucket, type ListedState, type Survey, type Surveyed } from "./survey-bucket";
import { SURROUNDINGS_CHECKS } from "./surroundings-checks";
import type { VerifyPort } from "./verify-port";

/** What to verify. */
interface VerifyRequest {
  readonly expected: Expectation;
  /** Undefined for a bucket that was named on the command line. */
  readonly inventory: Inventory | undefined;
  /** What synth wrote for IAM. @default - nothing to compare */
  readonly iam?: readonly ExpectedIam[];
  /** What the bootstrap record lists. @default - there is no list */
  readonly deployed?: DeployedHome | undefined;
  /** The `.terraform.lock.hcl` of the bootstrap stack. @default - the stack was never initialized here */
  readonly providerLock?: { readonly text: string; readonly folder: string } | undefined;
  readonly progress: Progress;
}

/** Consumers to read at a time, and states of each. */
const CONCURRENCY = 8;

/** Runs every check of the bucket, its consumers and its locks, and returns their results. */
export async function verifyBucket(port: VerifyPort, request: VerifyRequest): Promise<CheckResult[]> {
  const results = await request.progress("Look at the bucket", (say) => readAndCheck(port, request, say));
  if (port.probe === undefined) return results;
  const isAbsent = results.some(({ code, result }) => code === "presence" && result === "fail");
  return [...results, ...(await request.progress("Try the lock", () => checkLock(port, isAbsent)))];
}

async function readAndCheck(
  port: VerifyPort,
  { expected, inventory, iam = [], deployed, providerLock }: VerifyRequest,
  say: (text: string) => void,
): Promise<CheckResult[]> {
  const posture = await port.posture();
  const surroundings = await port.surroundings(posture.encryption);
  const { presence } = surroundings;
  const isAbsent = "value" in presence && presence.value === "absent";
  const request = { store: port.locks, bucket: expected.bucket.name, inventory, say };
  const survey = isAbsent ? NOTHING_TO_SEE : await surveyBucket(request);
  const read = isAbsent ? () => Promise.resolve(NO_STATE) : stateReaderOf(port);
  const byDefault = defaultEncryption(inventory?.bucket.encryption ?? { type: "sse-s3" }, surroundings.key);
  const consumers = inventory?.consumers ?? [];
  const { account } = expected.bucket;
  const principals = account === undefined ? [] : await comparePrincipals(expected.guard, account, port.principal);
  const ofConsumers = new Map<string, CheckResult[]>();
  await forEachLimited(consumers, CONCURRENCY, async (consumer) => {
    const found = await consumerPosture(consumer, await survey.ofConsumer(consumer), read);
    ofConsumers.set(consumer.name, checkConsumer(consumer, found, byDefault));
    say(`${String(ofConsumers.size)} of ${String(consumers.length)} consumers`);
  });
  return [
    ...runChecks([...SURROUNDINGS_CHECKS, ...HANDMADE_CHECKS], expected, surroundings),
    ...asOfStore(runChecks([...POSTURE_CHECKS, SSE_C_CHECK], expected, posture), expected, await port.isAws()),
    ...checkPrincipals(principals),
    ...(inventory === undefined || isAbsent ? [] : await checkRecord(port, inventory, deployed)),
    ...(providerLock === undefined ? [] : [checkProviderLock(providerLock.text, providerLock.folder)]),
    ...(await checkAllIam(port, iam)),
    ...consumers.flatMap(({ name }) => ofConsumers.get(name) ?? []),
    checkOtherLocks(survey.others),
  ];
}

async function checkRecord(
  port: VerifyPort,
  inventory: Inventory,
  deployed: DeployedHome | undefined,
): Promise<CheckResult[]> {
  const state = checkBootstrapState(inventory, await port.bootstrapState(inventory.bootstrap.stateKey));
  return deployed === undefined ? [state] : [state, await checkDeployed(deployed, inventory, port.recorded)];
}

async function checkAllIam(port: VerifyPort, expected: readonly ExpectedIam[]): Promise<CheckResult[]> {
  const found = new Map<string, CheckResult[]>();
  await forEachLimited(expected, CONCURRENCY, async (each) => {
    found.set(each.consumer, await checkIam(each, port.iam));
  });
  return expected.flatMap(({ consumer }) => found.get(consumer) ?? []);
}

/** Settings that AWS alone is sure to have: neither a lock nor a history needs them. */
const OF_AWS = ["encryption", "public-access", "ownership", "guard"];

/** On another store than AWS, without a config, a setting of AWS that is missing is not wrong. */
function asOfStore(results: CheckResult[], expected: Expectation, isAws: boolean): CheckResult[] {
  if (isAws || isSynthesized(expected)) return results;
  return results.map((each) =>
    each.result === "fail" && OF_AWS.includes(each.code)
      ? { ...each, result: "none", reason: `${each.reason}; a lock and a history do not need it`, fix: "" }
      : each,
  );
}

type StateReader = (consumer: InventoryConsumer, state: ListedState) => Promise<StatePosture>;

/** Reads a state's settings, and its digest if the consumer no longer uses the legacy table. */
function stateReaderOf(port: VerifyPort): StateReader {
  return async ({ locking }, { key, workspace }) => {
    const [state, digest] = await Promise.all([
      port.state(key),
      locking === "lockfile" ? port.digest?.(key) : undefined,
    ]);
    return { workspace, ...state, digest };
  };
}

async function consumerPosture(
  consumer: InventoryConsumer,
  { workspaces, locks }: Surveyed,
  read: StateReader,
): Promise<ConsumerPosture> {
  const own: ListedState = { key: consumer.stateKey, workspace: undefined };
  const listed = [own, ...("value" in workspaces ? (workspaces.value ?? []) : [])];
  const states = new Map<string, StatePosture>();
  await forEachLimited(listed, CONCURRENCY, async (state) => {
    states.set(state.key, await read(consumer, state));
  });
  const mayHaveMore = "unreadable" in workspaces && consumer.workspaceKeyPrefix !== undefined;
  return {
    states: listed.flatMap(({ key }) => states.get(key) ?? []),
    workspacesUnreadable: mayHaveMore ? workspaces : undefined,
    locks,
  };
}

/** The survey of a bucket that does not exist. */
const NOTHING_TO_SEE: Survey = {
  ofConsumer: () => Promise.resolve({ workspaces: { value: [] }, locks: NO_BUCKET }),
  others: NO_BUCKET,
};
const NO_STATE: StatePosture = { workspace: undefined, encryption: NO_BUCKET, history: NO_BUCKET };

const REMAINS = "Look for remains of the probe below .statelock/.";
const UNFIT = `Do not use this store for the native lock. ${REMAINS}`;

/** What the probe of the lock tells, and the next step after each. */
const LOCK_CHECKS = [
  { code: "lock-probe", title: "the lock locks: S3 refuses a second taker", fix: UNFIT, of: "secondTaker" },
  { code: "lock-again", title: "a lock can be taken again after its release", fix: UNFIT, of: "takeAgain" },
  {
    code: "lock-release",
    title: "Statelock can release exactly one lock",
    fix: `Turn on versioning for the bucket: then Statelock releases a lock by its version. ${REMAINS}`,
    of: "release",
  },
] as const;

/** Runs the live test of the lock. Without a bucket only `presence` fails, so the probe writes nothing. */
async function checkLock({ probe }: VerifyPort, isAbsent: boolean): Promise<CheckResult[]> {
  const results = (found: LockProbe | undefined): CheckResult[] =>
    LOCK_CHECKS.map(({ of, ...about }) => checkResult(about, found?.[of] ?? NO_BUCKET));
  if (isAbsent || probe === undefined) return results(undefined);
  // A signal does not cut the probe: it removes its lock, and the run ends with its report.
  return uncut(
    probeLeaves(probe.lockKey),
    async () => results(await probeLock(probe.store, probe.lockKey, probe.newLock)),
    {
      goesOn: true,
    },
  );
}
