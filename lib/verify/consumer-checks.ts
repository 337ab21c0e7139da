import { program } from "../engine/spoken-engine";
import type { Inventory, InventoryConsumer } from "../inventory/inventory";
import type { LockReport } from "../lock/lock-report";
import { PROBE_PREFIX } from "../state/state-keys";
import { plainText } from "../text/plain-text";
import type { Reading, Unreadable } from "./posture";
import { checkResult, judge, type CheckResult } from "./run-checks";
import type { KeyPosture } from "./surroundings";
import { andMore, few } from "../text/few";

const LOOK_AT_LOCK =
  "Run `statelock locks show KEY`: it prints the commands to wait for, inspect and release the lock.";

/** How S3 encrypts one state. */
export interface StateEncryption {
  readonly algorithm: string;
  readonly keyArn: string | undefined;
}

/** One state in the bucket. */
export interface StatePosture {
  /** Undefined for the default workspace. */
  readonly workspace: string | undefined;
  /** No value if the state does not exist yet. */
  readonly encryption: Reading<StateEncryption>;
  /** Number of versions, after reading an earlier one succeeded. No value if the state does not exist yet. */
  readonly history: Reading<number>;
  /** Item of its digest in the legacy table; no value without one. @default - no table, or the consumer still uses it */
  readonly digest?: Reading<string> | undefined;
}

/** What one consumer has in the bucket. */
export interface ConsumerPosture {
  /** The default workspace first. */
  readonly states: readonly StatePosture[];
  /** Why there may be states of workspaces that Statelock did not see. @default - it saw every state */
  readonly workspacesUnreadable?: Unreadable | undefined;
  /** Locks of every workspace. */
  readonly locks: Reading<readonly LockReport[]>;
}

/** Returns the result of each check of one consumer. */
export function checkConsumer(
  consumer: InventoryConsumer,
  posture: ConsumerPosture,
  bucketDefault: WantedEncryption,
): CheckResult[] {
  const { name } = consumer;
  const everyState = (outcome: (state: StatePosture) => Reading<string>): Reading<string> =>
    together([
      ...posture.states.map((state) => inWorkspace(state.workspace, outcome(state))),
      ...(posture.workspacesUnreadable === undefined ? [] : [posture.workspacesUnreadable]),
    ]);
  const checks = [
    {
      code: "state-encryption",
      title: `${name}: every state is encrypted as declared`,
      fix: `A client wrote it with other settings. Copy the backend file again, run \`${program()} init -reconfigure\`, then apply a change: the next write encrypts it as declared, and an apply without a change writes nothing. docs/how-to/change-encryption.md shows how to write it at once.`,
      outcome: everyState((state) => encrypted(consumer, state.encryption, bucketDefault)),
    },
    {
      code: "state-history",
      title: `${name}: earlier versions of every state are readable`,
      fix: "Turn versioning on (`statelock bootstrap`). S3 keeps no history from before that.",
      outcome: everyState(({ history }) =>
        judge(
          history,
          (versions) =>
            versions === 0 && "none of its versions has an id, because versioning was off at the last write",
        ),
      ),
    },
    {
      code: "stale-locks",
      title: `${name}: no lock looks left behind`,
      fix: LOOK_AT_LOCK,
      outcome: judge(posture.locks, suspectText),
    },
  ];
  const leftDigest = {
    code: "left-digest",
    title: `${name}: the legacy table has no digest of it`,
    fix: "A client that still has dynamodb_table refuses this state because of that digest. When no client has dynamodb_table any more, delete the item (docs/how-to/leave-dynamodb.md).",
    outcome: everyState(({ digest = { value: undefined } }) =>
      judge(digest, (item) => item !== undefined && `the item ${plainText(item, 200)} is still there`),
    ),
  };
  const hasTable = posture.states.some(({ digest }) => digest !== undefined);
  return [...checks, ...(hasTable ? [leftDigest] : [])].map(({ outcome, ...about }) => checkResult(about, outcome));
}

function inWorkspace(workspace: string | undefined, outcome: Reading<string>): Reading<string> {
  if (workspace === undefined) return outcome;
  const at = (text: string): string => `workspace ${plainText(workspace, 100)}: ${text}`;
  if ("unreadable" in outcome) return { ...outcome, unreadable: at(outcome.unreadable) };
  return outcome.value === undefined ? outcome : { value: at(outcome.value) };
}

/** Returns many outcomes as one. A failure comes before an unreadable outcome. */
export function together(outcomes: readonly Reading<string>[]): Reading<string> {
  const wrong = outcomes.flatMap((outcome) => ("value" in outcome ? (outcome.value ?? []) : []));
  if (wrong.length > 0) return { value: listText(wrong) };
  const unreadable = outcomes.filter((outcome) => "unreadable" in outcome);
  const [first] = unreadable;
  return first === undefined
    ? { value: undefined }
    : { ...first, unreadable: listText(unreadable.map((outcome) => outcome.unreadable)) };
}

/** Number of texts that a person still reads. */
const SHOWN = 5;

function listText(texts: readonly string[]): string {
  const [named, others] = few(texts, SHOWN);
  return [named.join("; "), andMore(others)].join(others > 0 ? ";" : "");
}

/** Returns the result of the check of the locks on keys that no consumer has. */
export function checkOtherLocks(locks: Reading<readonly LockReport[]>): CheckResult {
  const about = {
    code: "other-locks",
    title: "no lock of another key looks left behind",
    fix: LOOK_AT_LOCK,
  };
  return checkResult(about, judge(locks, suspectText));
}

function suspectText(locks: readonly LockReport[] | undefined): string | false {
  const suspects = (locks ?? []).filter(
    ({ verdict, stateKey }) => verdict === "suspect" && !stateKey.startsWith(PROBE_PREFIX),
  );
  return (
    suspects.length > 0 && suspects.map(({ stateKey, reason }) => `${plainText(stateKey, 200)}: ${reason}`).join("; ")
  );
}

function encrypted(
  { backend }: InventoryConsumer,
  state: Reading<StateEncryption>,
  bucketDefault: WantedEncryption,
): Reading<string> {
  const wanted: WantedEncryption = declaredEncryption(backend) ?? bucketDefault;
  const isOfAlgorithm = "value" in state && state.value?.algorithm === wanted.algorithm;
  if (isOfAlgorithm && wanted.keyUnknown !== undefined) return wanted.keyUnknown;
  return judge(state, (actual) => {
    if (actual === undefined) return false;
    if (actual.algorithm !== wanted.algorithm)
      return `S3 encrypts it with ${actual.algorithm}, not ${wanted.algorithm}`;
    const otherKey = wanted.keyArn !== undefined && actual.keyArn !== wanted.keyArn;
    return otherKey && `its key is ${actual.keyArn ?? "not known"}, not ${wanted.keyArn}`;
  });
}

/**
 * Returns the encryption that Terraform requests: `kms_key_id` with `encrypt` means this key, `encrypt` alone means SSE-S3.
 * Undefined: the bucket's default applies.
 */
function declaredEncryption(backend: InventoryConsumer["backend"]): StateEncryption | undefined {
  if (backend["encrypt"] !== true) return undefined;
  const { kms_key_id: key } = backend;
  return typeof key === "string" ? { algorithm: "aws:kms", keyArn: key } : { algorithm: "AES256", keyArn: undefined };
}

/** How S3 must encrypt a state. */
interface WantedEncryption extends StateEncryption {
  /** Why the key is unknown. @default - the key is known, or any key will do */
  readonly keyUnknown?: Unreadable;
}

/** Returns the bucket's synthesized default encryption. An alias stands for the key that it points to now. */
export function defaultEncryption(
  encryption: Inventory["bucket"]["encryption"],
  key: Reading<KeyPosture>,
): WantedEncryption {
  if (encryption.type === "sse-s3") return { algorithm: "AES256", keyArn: undefined };
  const known = { algorithm: "aws:kms", keyArn: encryption.keyArn };
  if (encryption.keyArn !== undefined) return known;
  if ("unreadable" in key) return { ...known, keyUnknown: key };
  if (key.value === undefined) return known;
  const { arn, aliases } = key.value;
  if ("unreadable" in aliases) return { ...known, keyUnknown: aliases };
  return aliases.value?.includes(encryption.alias ?? "") === true ? { ...known, keyArn: arn } : known;
}
