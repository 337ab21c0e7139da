import type { ProbeLock, ProbeStore, TakeReply } from "./probe-port";
import { unreadableBecause, type Reading } from "./posture";

const TAKERS = 16;
const ROUNDS = 3;

/** Versions of one round that are removed at most: each winner wrote one. */
const MOST_WRITES = TAKERS + 2;

/**
 * Lets many takers take one lock at the same moment, several times, each time on a new key. Some stores look first and write
 * later, so that several takers win.
 */
export async function raceForLock(store: ProbeStore, key: string, newLock: () => ProbeLock): Promise<Reading<string>> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const roundKey = key.replace(/(\.tflock)?$/, `-${String(round)}$1`);
    const takers = Array.from({ length: TAKERS }, newLock);
    const replies = await Promise.all(takers.map(({ text }) => store.take(roundKey, text)));
    const found = await outcomeOf(replies, store, roundKey);
    if (!(await isRemoved(store, roundKey, replies.some(mayHaveWritten)))) return withRemains(found, roundKey);
    if (!("value" in found) || found.value !== undefined) return found;
  }
  return { value: undefined };
}

async function outcomeOf(replies: readonly TakeReply[], store: ProbeStore, key: string): Promise<Reading<string>> {
  const winners = replies.filter(({ reply }) => reply === "taken").length;
  if (winners > 1) {
    const all = String(TAKERS);
    return {
      value: `${String(winners)} of ${all} takers at the same moment got the lock, so two runs can write one state`,
    };
  }
  const failures = replies.filter((reply) => reply.reply === "failed");
  // The winner's answer may be lost: its request is sent again, and refused. Then its lock is there.
  if (winners === 0 && (await store.read(key)).found !== "lock") {
    const [failure] = failures;
    return failure === undefined
      ? { unreadable: `the store refused all ${String(TAKERS)} takers of a free lock` }
      : unreadableBecause(failure.problem);
  }
  // A taker whose answer was lost may have won too.
  const unknown = failures.find(mayHaveWritten);
  return unknown === undefined ? { value: undefined } : unreadableBecause(unknown.problem);
}

function mayHaveWritten(reply: TakeReply): boolean {
  return reply.reply === "failed" ? !reply.nothingWritten : reply.reply === "taken";
}

/**
 * Removes every write of a round. Returns false if one may still be there.
 * @param isWritten a taker may have written: then an answer that there is nothing, before any delete, proves nothing
 */
async function isRemoved(store: ProbeStore, key: string, isWritten: boolean): Promise<boolean> {
  for (let write = 0; write < MOST_WRITES; write += 1) {
    const left = await store.read(key);
    if (left.found !== "lock") return left.found === "nothing" && (write > 0 || !isWritten);
    const { reply } = await store.remove(left.object, true);
    if (reply !== "deleted" && reply !== "gone") return false;
  }
  return false;
}

/** Names the key of a probe that may still exist. If a probe cannot be removed, its outcome is never "fine". */
export function withRemains(outcome: Reading<string>, key: string): Reading<string> {
  const remains = `${key} may still exist`;
  if ("unreadable" in outcome) return { ...outcome, unreadable: `${outcome.unreadable} (${remains})` };
  if (outcome.value === undefined) return { unreadable: `the probe could not be removed: ${remains}` };
  return { value: `${outcome.value} (${remains})` };
}
