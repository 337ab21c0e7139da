import fc, { runs } from "../support/fuzz";
import type { LockObject, LockReading, LockStore, RemoveReply } from "../../lib/lock/lock-port";
import { runRelease } from "../../lib/lock/release-lock";
import { lockBody } from "../../lab/memory/memory-s3";

const problem = { code: "aws-call", path: "s3://b/k", message: "must answer, got 500", fix: "Run it again." };

function lock(id: string, text: string | undefined = lockBody(id)): LockObject {
  return { key: "k.tflock", etag: `"${id}"`, lastModified: new Date(0), versionId: "v1", size: 1, text };
}

/** What S3 has, and what it answers next; every delete is written down. */
interface Script {
  present: LockObject | undefined;
  readonly removals: string[];
  readonly store: LockStore;
}

type Reaction = (script: Script, etag: string) => RemoveReply;

/** Deletes as S3 does. */
const asS3: Reaction = (script, etag) => {
  if (script.present === undefined) return { reply: "gone", attempts: 1 };
  if (script.present.etag !== etag) return { reply: "changed", attempts: 1 };
  script.present = undefined;
  return { reply: "deleted", deleteMarker: "marker-1", attempts: 1 };
};

function scripted(present: LockObject | undefined, reactions: Reaction[], reads: LockReading[] = []): Script {
  const script: Script = {
    present,
    removals: [],
    store: {
      list: () => {
        throw new Error("a release lists nothing");
      },
      look: (key) => script.store.read(key),
      read: () => {
        const now: LockReading =
          script.present === undefined ? { found: "nothing" } : { found: "lock", object: script.present };
        return Promise.resolve(reads.shift() ?? now);
      },
      stateWritten: () => Promise.resolve({ found: "nothing" }),
      remove: ({ etag }) => {
        script.removals.push(etag);
        return Promise.resolve((reactions.shift() ?? asS3)(script, etag));
      },
      now: () => new Date(0),
      skew: () => 0,
      pause: () => Promise.resolve(),
    },
  };
  return script;
}

const yes = (): Promise<boolean> => Promise.resolve(true);

async function release(
  script: Script,
  proof: { id: string } | { etag: string } = { id: "A" },
  confirm = yes,
): Promise<string> {
  const result = await runRelease(script.store, { lockKey: "k.tflock", proof, confirm });
  return `${result.outcome}${"answerLost" in result && result.answerLost ? ", answer lost" : ""}; deletes: ${script.removals.join(" ") || "none"}`;
}

it("deletes the named lock on condition of its ETag", async () => {
  expect(await release(scripted(lock("A"), []))).toBe('released; deletes: "A"');
});

it.each<[string, LockObject | undefined, { id: string } | { etag: string }, string]>([
  ["another ID", lock("B"), { id: "A" }, "other-lock; deletes: none"],
  ["no lock", undefined, { id: "A" }, "already-free; deletes: none"],
  ["an unreadable body and an ID", lock("A", "{"), { id: "A" }, "needs-etag; deletes: none"],
  ["an endless body and an ID", { ...lock("A"), text: undefined }, { id: "A" }, "needs-etag; deletes: none"],
  ["an unreadable body and its ETag", lock("A", ""), { etag: '"A"' }, 'released; deletes: "A"'],
  ["an ETag without its quotes", lock("A", ""), { etag: "A" }, 'released; deletes: "A"'],
  ["an unreadable body and another ETag", lock("B", ""), { etag: "A" }, "other-lock; deletes: none"],
  ["a readable body and its ETag", lock("A"), { etag: "A" }, "needs-id; deletes: none"],
])("%s", async (_name, present, proof, expected) => {
  expect(await release(scripted(present, []), proof)).toBe(expected);
});

it("deletes nothing when the person says no", async () => {
  expect(await release(scripted(lock("A"), []), { id: "A" }, () => Promise.resolve(false))).toBe(
    "declined; deletes: none",
  );
});

it("a lock that was replaced while the person typed stays", async () => {
  const script = scripted(lock("A"), []);
  const replaced = (): Promise<boolean> => {
    script.present = lock("B");
    return yes();
  };
  expect(await release(script, { id: "A" }, replaced)).toBe('changed; deletes: "A"');
  expect(script.present?.etag).toBe('"B"');
});

const replyOf =
  (reply: "gone" | "changed" | "conflict", attempts = 1): Reaction =>
  () => ({ reply, attempts });
const failure =
  (reply: "refused" | "failed"): Reaction =>
  () => ({ reply, problem, attempts: 3 });
const lost: Reaction = (script, etag) => {
  asS3(script, etag);
  return { reply: "gone", attempts: 2 };
};
const lostThenTaken: Reaction = (script) => {
  script.present = lock("B");
  return { reply: "changed", attempts: 2 };
};
const deletedThenTaken: Reaction = (script, etag) => {
  const reply = asS3(script, etag);
  script.present = lock("B");
  return reply;
};

it.each<[string, Reaction[], string]>([
  [
    "404 at the first attempt",
    [(script) => ((script.present = undefined), { reply: "gone", attempts: 1 })],
    'gone; deletes: "A"',
  ],
  ["the answer was lost, and the repeated delete met nothing", [lost], 'gone, answer lost; deletes: "A"'],
  ["the answer was lost, and somebody took it", [lostThenTaken], 'changed, answer lost; deletes: "A"'],
  ["deleted, and somebody took it since", [deletedThenTaken], 'released; deletes: "A"'],
  ["409 once", [replyOf("conflict")], 'released; deletes: "A" "A"'],
  ["409 for ever", [replyOf("conflict"), replyOf("conflict"), replyOf("conflict")], 'still-held; deletes: "A" "A" "A"'],
  ["403", [failure("refused")], 'still-held; deletes: "A"'],
  ["500 for ever", [failure("failed")], 'still-held; deletes: "A"'],
  ["412, and yet the same lock", [replyOf("changed")], 'still-held; deletes: "A"'],
  [
    "204, and yet the same lock",
    [() => ({ reply: "deleted", deleteMarker: undefined, attempts: 1 })],
    'still-held; deletes: "A"',
  ],
])("%s", async (_name, reactions, expected) => {
  expect(await release(scripted(lock("A"), reactions))).toBe(expected);
});

const denied: LockReading = { found: "unreadable", lasting: true, problem };
const there: LockReading = { found: "lock", object: lock("A") };

it("a look that is refused afterwards does not take S3's word away, and gives no word where there was none", async () => {
  expect(await release(scripted(lock("A"), [], [there, denied]))).toBe('released; deletes: "A"');
  expect(await release(scripted(lock("A"), [failure("failed")], [there, denied]))).toBe('unknown; deletes: "A"');
  expect(await release(scripted(lock("A"), [], [denied]))).toBe("unknown; deletes: none");
});

it("whatever S3 answers and whoever takes the lock meanwhile, deletes only the named lock", async () => {
  const reaction = fc.constantFrom<Reaction>(
    asS3,
    lost,
    lostThenTaken,
    deletedThenTaken,
    replyOf("conflict"),
    replyOf("gone"),
    replyOf("changed", 2),
    failure("refused"),
    failure("failed"),
  );
  const reading = fc.constantFrom<LockReading | undefined>(undefined, undefined, denied);
  await fc.assert(
    fc.asyncProperty(
      fc.array(reaction, { maxLength: 4 }),
      fc.array(reading, { maxLength: 3 }),
      fc.boolean(),
      async (reactions, reads, replaced) => {
        const script = scripted(lock("A"), [...reactions]);
        const read = script.store.read.bind(script.store);
        const queue = [...reads];
        const store: LockStore = { ...script.store, read: async (key) => queue.shift() ?? (await read(key)) };
        const seen = { replaced: false };
        const confirm = (): Promise<boolean> => {
          seen.replaced = replaced;
          if (replaced) script.present = lock("B");
          return yes();
        };
        const { outcome } = await runRelease(store, { lockKey: "k.tflock", proof: { id: "A" }, confirm });

        const noMore = outcome === "released" || outcome === "gone";
        expect(script.removals.every((etag) => etag === '"A"')).toBe(true);
        expect(script.removals.length).toBeLessThanOrEqual(3);
        expect(noMore && script.present?.etag === '"A"').toBe(false);
        expect(seen.replaced && script.present?.etag !== '"B"').toBe(false);
      },
    ),
    runs(500),
  );
});
