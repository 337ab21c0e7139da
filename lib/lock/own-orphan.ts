import { createHash } from "node:crypto";
import { LOCK_SUFFIX } from "../state/state-keys";
import { parseLockInfo } from "./lock-info";
import { parseJson } from "../text/parse-json";
import type { LockObject } from "./lock-port";

/** A run that has ended, and what proves that a lock was its own. */
export interface EndedRun {
  /** The locks that it asked for, from its own log. */
  readonly locks: readonly LoggedLock[];
  /** `user@host` */
  readonly who: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** True if something that it started may still run, and hold a lock. @default false */
  readonly isAlive?: boolean;
}

/** For rounding: one machine has one clock. Milliseconds. */
const TOLERANCE = 1_000;

/**
 * True if a run that has ended left this lock: the run logged the lock's ID, or the SHA-256 of its body, before it asked for
 * the lock, the holder is the run's user on its host, the lock was made while it ran, and nothing that the run started is
 * alive. Otherwise the lock may be in use.
 */
export function isOwnOrphan(lock: LockObject, run: EndedRun): boolean {
  if (run.isAlive === true) return false;
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  if (info?.Who !== run.who || !run.locks.some((logged) => isLogged(lock.text, logged))) return false;
  const created = Date.parse(info.Created);
  return created >= run.startedAt.getTime() - TOLERANCE && created <= run.endedAt.getTime() + TOLERANCE;
}

/** A lock that an engine logged before it asked for it: Terraform logs its ID, OpenTofu the digest of its body. */
export interface LoggedLock {
  readonly id: string | undefined;
  /** SHA-256 of the body, in hex. */
  readonly sha256: string | undefined;
  /** Where the lock is; undefined if the log does not say. */
  readonly place: { readonly bucket: string; readonly stateKey: string } | undefined;
  /** True if the log says that the engine released it. @default false */
  readonly isReleased?: boolean;
}

/** True if this body is the logged lock's. */
export function isLogged(text: string | undefined, { id, sha256 }: LoggedLock): boolean {
  if (text === undefined) return false;
  if (sha256 !== undefined) return createHash("sha256").update(text).digest("hex") === sha256;
  return id !== undefined && parseLockInfo(text)?.ID === id;
}

/** Returns the locks in an engine's log, each once. */
export function loggedLocks(log: string): LoggedLock[] {
  const found = new Map<string, LoggedLock>();
  for (const line of log.split("\n")) {
    const lock = line.includes("Attempting to lock remote state")
      ? fromTerraform(line)
      : line.includes("HTTP Request Sent")
        ? fromOpenTofu(line)
        : undefined;
    if (lock !== undefined) found.set(lock.id ?? lock.sha256 ?? "", lock);
    const [name, released] = [...found].find(([, each]) => isReleaseOf(line, each)) ?? [];
    if (name !== undefined && released !== undefined) found.set(name, { ...released, isReleased: true });
  }
  return [...found.values()];
}

/** Terraform logs that it released a lock; OpenTofu logs the request. */
function isReleaseOf(line: string, { id, place, isReleased }: LoggedLock): boolean {
  if (isReleased === true) return false;
  if (line.includes("Unlocked remote state")) return id !== undefined && field(line, "tf_backend.lock.id") === id;
  if (!line.includes("HTTP Request Sent") || field(line, "rpc.method") !== "S3/DeleteObject") return false;
  return (
    place?.bucket === field(line, "aws.s3.bucket") &&
    `${place?.stateKey ?? ""}${LOCK_SUFFIX}` === field(line, "aws.s3.key")
  );
}

/** Terraform, at INFO, as `tf_backend.lock.path=<bucket>/<state key>`. */
function fromTerraform(line: string): LoggedLock | undefined {
  const id = field(line, "tf_backend.lock.id");
  const path = field(line, "tf_backend.lock.path") ?? "";
  const slash = path.indexOf("/");
  const place = slash < 0 ? undefined : { bucket: path.slice(0, slash), stateKey: path.slice(slash + 1) };
  return id === undefined ? undefined : { id, sha256: undefined, place };
}

/**
 * OpenTofu, at DEBUG: the request that writes a lock only if there is none. The digest is there unless `skip_s3_checksum` is
 * set.
 */
function fromOpenTofu(line: string): LoggedLock | undefined {
  const [bucket, key, checksum] = ["aws.s3.bucket", "aws.s3.key", "http.request.header.x_amz_checksum_sha256"].map(
    (name) => field(line, name),
  );
  const isTaking =
    field(line, "rpc.method") === "S3/PutObject" && field(line, "http.request.header.if_none_match") === "*";
  if (!isTaking || bucket === undefined || key?.endsWith(LOCK_SUFFIX) !== true || checksum === undefined)
    return undefined;
  const sha256 = Buffer.from(checksum, "base64").toString("hex");
  return { id: undefined, sha256, place: { bucket, stateKey: key.slice(0, -LOCK_SUFFIX.length) } };
}

/** Returns a field of a log line, which quotes a value if it has to. */
function field(line: string, name: string): string | undefined {
  const at = line.indexOf(` ${name}=`);
  if (at < 0) return undefined;
  const [, quoted, bare] = /^=(?:("(?:[^"\\]|\\.)*")|(\S+))/.exec(line.slice(at + name.length + 1)) ?? [];
  if (quoted === undefined) return bare;
  const value = parseJson(quoted);
  return typeof value === "string" ? value : undefined;
}
