import type { Inventory } from "../inventory/inventory";
import type { DeployedHome } from "../record/bootstrap-record";
import { shown } from "../problem/problem";
import { together, type StateEncryption } from "./consumer-checks";
import type { Reading } from "./posture";
import { checkResult, type CheckResult } from "./run-checks";

/** Reads what the record names; no value if AWS has none. */
export interface RecordReader {
  /** State of a key, such as `Enabled`. */
  keyState(arn: string): Promise<Reading<string>>;
  bucketExists(name: string): Promise<Reading<true>>;
}

const FINISH = "Run `statelock bootstrap`: it finishes a run that was cut off, and records what it deployed.";

/** Checks where the bootstrap stack's own state is. @param state how S3 encrypts it; no value without an object */
export function checkBootstrapState(
  { bucket, bootstrap }: Pick<Inventory, "bucket" | "bootstrap">,
  state: Reading<StateEncryption>,
): CheckResult {
  const about = {
    code: "bootstrap-state",
    title: "the bootstrap stack's state is in the bucket",
    fix: FINISH,
  };
  const place = `s3://${bucket.name}/${bootstrap.stateKey}`;
  if ("unreadable" in state) return checkResult(about, state);
  const isThere = state.value !== undefined;
  if (bootstrap.location === "bucket")
    return checkResult(about, {
      value: isThere ? undefined : `bootstrap.state.json names ${place}, which has no object`,
    });
  const where = isThere ? `${place} has a state, but synth saw no bootstrap.state.json` : `${place} has no object`;
  return checkResult(about, { value: `${where}: synth uses a local state` });
}

/** Compares what the record lists as deployed with the config of the last synth and with AWS. */
export async function checkDeployed(
  deployed: DeployedHome,
  { bucket, consumers }: Pick<Inventory, "bucket" | "consumers">,
  aws: RecordReader,
): Promise<CheckResult> {
  const { createdKey, logBucket } = deployed;
  const keyArn = createdKey?.keyArn;
  const [keyState, logs] = await Promise.all([
    keyArn === undefined ? undefined : aws.keyState(keyArn),
    logBucket === undefined ? undefined : aws.bucketExists(logBucket),
  ]);
  const before = new Map(deployed.consumers.map(({ name, key }) => [name, key]));
  const now = new Map(consumers.map(({ name, stateKey }) => [name, stateKey]));
  const differences = [
    deployed.encryption !== bucket.encryption.type &&
      `the encryption ${shown(deployed.encryption)} is deployed, and the config has ${bucket.encryption.type}`,
    ...[...before].map(
      ([name]) => !now.has(name) && `the consumer ${shown(name)} is deployed, and the config has none`,
    ),
    ...[...now].map(
      ([name, key]) => before.get(name) !== key && `the consumer ${shown(name)} is not deployed with ${key}`,
    ),
  ];
  const about = {
    code: "deployed",
    title: "everything that bootstrap.state.json lists is deployed, and matches the config",
    fix: FINISH,
  };
  return checkResult(
    about,
    together([
      ...differences.map((text) => ({ value: text === false ? undefined : text })),
      ...existing(keyState, (state) => state !== "Enabled" && `the key ${keyArn ?? ""} is ${state ?? "gone"}`),
      ...existing(logs, (there) => there === undefined && `the log bucket ${shown(logBucket)} does not exist`),
    ]),
  );
}

function existing<T>(
  reading: Reading<T> | undefined,
  wrong: (value: T | undefined) => string | false,
): Reading<string>[] {
  if (reading === undefined) return [];
  if ("unreadable" in reading) return [reading];
  const text = wrong(reading.value);
  return [{ value: text === false ? undefined : text }];
}
