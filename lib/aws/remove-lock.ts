import { program } from "../engine/spoken-engine";
import { isSameLock, type LockObject, type RemoveReply } from "../lock/lock-port";
import type { Problem } from "../problem/problem";
import { problemOf } from "./aws-problem";
import { readLock } from "./read-lock";
import type { S3Objects } from "./s3-objects";

/**
 * Deletes exactly the lock that was read, or nothing. On AWS, the lock's ETag is the proof. Other stores may ignore that
 * condition and delete a lock that somebody has just taken. There the proof is the lock's version, if it has one; otherwise the
 * ETag, if the store was seen to honour it on a key of this run.
 */
export async function removeLock(objects: S3Objects, lock: LockObject, unproven = false): Promise<RemoveReply> {
  const { key, etag } = lock;
  if (etag !== "" && (await objects.isAws())) return objects.remove(key, { ifMatch: etag });
  const byVersion = await removeVersion(objects, lock);
  if (byVersion !== undefined && byVersion.reply !== "refused") return byVersion;
  const { release } = await objects.honours();
  if (etag !== "" && release === "yes") return objects.remove(key, { ifMatch: etag });
  if (unproven) return removeUnproven(objects, lock);
  const why = typeof release === "object" ? release : undefined;
  return { reply: "unproven", attempts: 0, problem: cannotProve(key, byVersion, why) };
}

/** Deletes the version that holds the lock. Undefined if the lock has no version of its own. */
async function removeVersion(objects: S3Objects, lock: LockObject): Promise<RemoveReply | undefined> {
  const { key, versionId } = lock;
  // A suspended bucket calls each object's version `null`: a newer lock has that version too.
  if (versionId === undefined || versionId === "" || versionId === "null") return undefined;
  const reply = await objects.remove(key, { versionId });
  return reply.reply === "deleted" ? { ...reply, by: "version" } : reply;
}

/** Looks once more, and deletes whatever is there. The history then shows if that was another lock. */
async function removeUnproven(objects: S3Objects, lock: LockObject): Promise<RemoveReply> {
  const { key } = lock;
  const now = await readLock(objects, key);
  if (now.found === "unreadable") return { reply: "failed", attempts: 0, problem: now.problem };
  if (now.found === "nothing") return { reply: "gone", attempts: 0 };
  if (!isSameLock(now.object, lock)) return { reply: "changed", attempts: 0 };
  const reply = await objects.remove(key, "unconditional");
  return reply.reply === "deleted" ? { ...reply, by: "nothing", hit: await otherVersion(objects, lock) } : reply;
}

/** Returns the newest version of the key if it is not the lock's. Undefined if it is, or if the store shows no versions. */
async function otherVersion(objects: S3Objects, { key, versionId }: LockObject): Promise<string | undefined> {
  if (versionId === undefined || versionId === "null") return undefined;
  try {
    for await (const version of objects.versions(key)) {
      if (version.kind !== "object") continue;
      return version.versionId === versionId ? undefined : version.versionId;
    }
  } catch (error) {
    problemOf(error);
  }
  return undefined;
}

function cannotProve(key: string, byVersion: RemoveReply | undefined, why: Problem | undefined): Problem {
  const version =
    byVersion === undefined ? "the lock has no version of its own" : "your credentials may not delete its version";
  const etag =
    why === undefined
      ? "the store ignores or refuses the condition of a delete"
      : `Statelock could not find out whether the store honours the condition of a delete (${why.message})`;
  return {
    code: "release-unproven",
    path: key,
    message: `must be deleted exactly as it was read, and this store offers no proof: ${version}, and ${etag}. Statelock deleted nothing`,
    fix: `Turn on versioning for the bucket, or let the lock's holder release it (\`${program()} force-unlock ID\` in its root). If nothing can take the lock at this moment, run \`statelock locks release\` with --unproven.`,
  };
}
