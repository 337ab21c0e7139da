import type { Inventory, InventoryConsumer } from "../inventory/inventory";
import type { LockReport } from "../lock/lock-report";
import { plainText } from "../text/plain-text";
import { finding, judge, type Finding } from "./check";
import type { Reading, Unreadable } from "./posture";
import type { KeyPosture } from "./surroundings";

/** How one state is encrypted. */
export interface StateEncryption {
  readonly algorithm: string;
  readonly keyArn: string | undefined;
}

/** One state as it is in the bucket. */
export interface StatePosture {
  /** Undefined for the default one. */
  readonly workspace: string | undefined;
  /** No value: there is no state yet. */
  readonly encryption: Reading<StateEncryption>;
  /** How many versions there are, after one that is not the current one was looked at. No value: there is none yet. */
  readonly history: Reading<number>;
  /** Its digest in the legacy table. No value: there is none. @default - there is no table, or the consumer uses it */
  readonly digest?: Reading<string> | undefined;
}

/** What a consumer has in the bucket. */
export interface ConsumerPosture {
  /** Its states, that of the default workspace first. */
  readonly states: readonly StatePosture[];
  /** Why there may be states of workspaces that were not looked at. @default - there are none */
  readonly workspacesUnreadable?: Unreadable | undefined;
  /** Its locks, in every workspace. */
  readonly locks: Reading<readonly LockReport[]>;
}

/** What the states of one consumer should be like, and are. */
export function consumerFindings(
  consumer: InventoryConsumer,
  posture: ConsumerPosture,
  bucketDefault: WantedEncryption,
): Finding[] {
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
      fix: "It was written with other settings. Copy the backend file again, `terraform init -reconfigure`, then apply: a write encrypts it anew.",
      outcome: everyState((state) => encrypted(consumer, state.encryption, bucketDefault)),
    },
    {
      code: "state-history",
      title: `${name}: earlier versions of every state can be read`,
      fix: "Turn versioning on (`statelock bootstrap`); versions from before then cannot be told apart.",
      outcome: everyState(({ history }) =>
        judge(
          history,
          (versions) => versions === 0 && "no version of it has an id: versioning was off when it was written",
        ),
      ),
    },
    {
      code: "stale-locks",
      title: `${name}: no lock looks left behind`,
      fix: "Look at it: `statelock locks show KEY` has the commands to wait, to inspect and to release.",
      outcome: judge(posture.locks, suspectText),
    },
  ];
  const leftDigest = {
    code: "left-digest",
    title: `${name}: no digest is left over in the legacy table`,
    fix: "A client that still has dynamodb_table refuses this state because of it. When no client has it any more, delete the item (docs/how-to/leave-dynamodb.md).",
    outcome: everyState(({ digest = { value: undefined } }) =>
      judge(digest, (item) => item !== undefined && `the item ${plainText(item, 200)} is still there`),
    ),
  };
  const hasTable = posture.states.some(({ digest }) => digest !== undefined);
  return [...checks, ...(hasTable ? [leftDigest] : [])].map(({ outcome, ...about }) => finding(about, outcome));
}

function inWorkspace(workspace: string | undefined, outcome: Reading<string>): Reading<string> {
  if (workspace === undefined) return outcome;
  const at = (text: string): string => `workspace ${plainText(workspace, 100)}: ${text}`;
  if ("unreadable" in outcome) return { ...outcome, unreadable: at(outcome.unreadable) };
  return outcome.value === undefined ? outcome : { value: at(outcome.value) };
}

/** Many outcomes as one: what is wrong is said before what could not be told. */
function together(outcomes: readonly Reading<string>[]): Reading<string> {
  const wrong = outcomes.flatMap((outcome) => ("value" in outcome ? (outcome.value ?? []) : []));
  if (wrong.length > 0) return { value: listText(wrong) };
  const untold = outcomes.filter((outcome) => "unreadable" in outcome);
  const [first] = untold;
  return first === undefined
    ? { value: undefined }
    : { ...first, unreadable: listText(untold.map(({ unreadable }) => unreadable)) };
}

/** More than a person reads. */
const SHOWN = 5;

function listText(texts: readonly string[]): string {
  const more = texts.length > SHOWN ? [`and ${String(texts.length - SHOWN)} more`] : [];
  return [...texts.slice(0, SHOWN), ...more].join("; ");
}

/** The locks of keys that no consumer has. */
export function otherLocksFinding(locks: Reading<readonly LockReport[]>): Finding {
  const about = {
    code: "other-locks",
    title: "no lock of another key looks left behind",
    fix: "Look at it: `statelock locks show KEY` has the commands to wait, to inspect and to release.",
  };
  return finding(about, judge(locks, suspectText));
}

function suspectText(locks: readonly LockReport[] | undefined): string | false {
  const suspects = (locks ?? []).filter(({ verdict }) => verdict === "suspect");
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
      return `it is encrypted with ${actual.algorithm}, not ${wanted.algorithm}`;
    const otherKey = wanted.keyArn !== undefined && actual.keyArn !== wanted.keyArn;
    return otherKey && `its key is ${actual.keyArn ?? "not known"}, not ${wanted.keyArn}`;
  });
}

/** What Terraform asks for: `kms_key_id` with `encrypt` is that key, `encrypt` alone is SSE-S3, neither is the bucket's default. */
function declaredEncryption(backend: InventoryConsumer["backend"]): StateEncryption | undefined {
  if (backend["encrypt"] !== true) return undefined;
  const { kms_key_id: key } = backend;
  return typeof key === "string" ? { algorithm: "aws:kms", keyArn: key } : { algorithm: "AES256", keyArn: undefined };
}

/** How a state is to be encrypted. */
export interface WantedEncryption extends StateEncryption {
  /** Why its key is not known. @default - it is, or any will do */
  readonly keyUnknown?: Unreadable;
}

/** The default that was synthesized. A key that is known by its alias only is the one that has the alias now. */
export function declaredDefault(
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
