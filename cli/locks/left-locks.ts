import type { BucketPlace } from "../../lib/aws/connect";
import { lockStore } from "../../lib/aws/lock-store";
import type { LockStore } from "../../lib/lock/lock-port";
import { parseLockInfo } from "../../lib/lock/lock-info";
import { isLogged, isOwnOrphan, type LoggedLock } from "../../lib/lock/own-orphan";
import { leftAudit, releaseAudit, type Audit, type AuditFacts } from "../../lib/lock/release-audit";
import type { ReleaseResult } from "../../lib/lock/release-decisions";
import { runRelease } from "../../lib/lock/release-lock";
import type { Ended } from "../../lib/lock/retry-while-locked";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { auditIdentity } from "../options/audit-identity";

/** What to do with a lock that a run left behind. */
interface LeftLockOptions {
  /** Releases the lock if the run provably left it. Otherwise the lock is only named. */
  readonly release: boolean;
  /** Returns the command that releases a lock, ready to paste; without an ID, the command that shows the lock. */
  readonly command: (stateKey: string, lockId: string | undefined) => string;
  readonly note: (text: string) => void;
  /** Keeps an audit line, and returns it. */
  readonly record: (audit: object) => string;
}

/** True if a signal ended the run. A run that ends by itself releases its lock, or Terraform reports that it could not. */
export function wasCut({ code, interrupted }: Ended): boolean {
  return interrupted || code >= 128;
}

/** Names a lock that is still there after its run has ended, with the command that releases it, or releases it. */
export async function settleLeftLock(
  place: BucketPlace,
  logged: LoggedLock,
  stateKey: string,
  ended: Ended,
  { release, command, note, record }: LeftLockOptions,
): Promise<void> {
  const path = `s3://${place.name}/${stateKey}${LOCK_SUFFIX}`;
  const store = lockStore(place);
  const reading = await store.read(stateKey + LOCK_SUFFIX);
  if (reading.found === "nothing") return;
  const id = reading.found === "lock" ? parseLockInfo(reading.object.text ?? "")?.ID : logged.id;
  const named = `${path}${id === undefined ? "" : `, ID ${id}`}. Release it once nothing of that run is alive: ${command(stateKey, id)}`;
  if (reading.found === "unreadable") {
    // S3 also answers 403 for a lock that is gone, unless the role may list the bucket.
    if (reading.lasting && !wasCut(ended)) return;
    note(`the run may have left its lock, and S3 did not show it: ${named}`);
    return;
  }
  if (id === undefined || !isLogged(reading.object.text, logged)) return;
  const about = { bucket: place.name, stateKey, by: await auditIdentity(place), at: store.now() };
  if (ended.isAlive === true) {
    record(leftAudit(reading.object, { ...about, reason: "something that this run started may still hold it" }));
    note(`the run ended, but something that it started is alive and may hold its lock: ${named}`);
    return;
  }
  if (!release) {
    record(leftAudit(reading.object, { ...about, reason: "left by this run itself" }));
    note(`the run ended and left its lock: ${named}`);
    return;
  }
  const facts = { ...about, reason: "left by this run itself, which was stopped" };
  const { result, audit } = await releaseOrphan(store, { stateKey, id }, ended, { note, record }, () =>
    Promise.resolve(facts),
  );
  if (audit === null && ["still-held", "unknown", "declined"].includes(result.outcome)) {
    record(leftAudit(reading.object, { ...about, reason: "left by this run itself, which could not release it" }));
    note(`the run left its lock, and it could not be released: ${named}`);
  }
}

/**
 * Releases a lock that this run left, if the lock shows that. Keeps the audit line, and notes it.
 * @param factsOf asks who runs this command, once the release is over
 */
export async function releaseOrphan(
  store: LockStore,
  { stateKey, id }: { readonly stateKey: string; readonly id: string },
  ended: Ended,
  { note, record }: Pick<LeftLockOptions, "note" | "record">,
  factsOf: () => Promise<AuditFacts>,
): Promise<{ readonly result: ReleaseResult; readonly audit: Audit | null }> {
  const result = await runRelease(store, {
    lockKey: stateKey + LOCK_SUFFIX,
    proof: { id },
    confirm: (lock) => Promise.resolve(isOwnOrphan(lock, ended)),
  });
  const audit = releaseAudit(result, await factsOf());
  if (audit !== null) note(`released the lock that this run left behind: ${record(audit).trimEnd()}`);
  return { result, audit };
}
