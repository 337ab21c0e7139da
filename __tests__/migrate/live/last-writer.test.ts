import { fileRuns, writtenUnderFileLock } from "../../../lib/migrate/live/file-lock-history";
import { digestVerdict, lastWriter } from "../../../lib/migrate/live/last-writer";
import { stateDigest } from "../../../lib/lock/table-digest";
import type { FileRuns, LiveState } from "../../../lib/migrate/live/live-state";
import { digestItem, fileLock, liveState, lockItem, MD5, minute, OTHER_MD5 } from "../../support/live-state";

const problem = { code: "aws-call", path: "", message: "", fix: "" };
const runs = (...found: [number, number?][]): FileRuns => ({
  found: "runs",
  runs: found.map(([taken, released]) => ({
    taken: minute(taken),
    released: released === undefined ? undefined : minute(released),
  })),
  lastByClient: found.length > 0 ? minute(0) : undefined,
});
const digest = (reading: ReturnType<typeof digestItem> | { found: "nothing" }): Partial<LiveState> => ({
  table: { lock: { found: "nothing" }, digest: reading },
});
const stale = digest(digestItem(OTHER_MD5));

describe("lock files, as the versions show them", () => {
  it("end with the next delete marker, the newest first", () => {
    expect(fileRuns([minute(3), minute(1)], [minute(2), minute(4)])).toEqual([
      { taken: minute(3), released: minute(4) },
      { taken: minute(1), released: minute(2) },
    ]);
  });

  it("last until a delete marker, and never take the marker of a later lock", () => {
    expect(fileRuns([minute(1), minute(3)], [minute(4)])).toEqual([
      { taken: minute(3), released: minute(4) },
      { taken: minute(1), released: undefined },
    ]);
    expect(fileRuns([minute(5)], [minute(2)])).toEqual([{ taken: minute(5), released: undefined }]);
  });

  it("gives each of two locks within one second its own end", () => {
    const runs = fileRuns([minute(1), minute(1)], [minute(1), minute(2)]);
    expect(runs.map(({ released }) => released)).toEqual([minute(2), minute(1)]);
    expect(writtenUnderFileLock(minute(2), runs)).toBe(true);
  });

  it("say nothing of what was written before the oldest that is known", () => {
    expect(writtenUnderFileLock(minute(1), [])).toBeUndefined();
    expect(writtenUnderFileLock(minute(1), fileRuns([minute(2)], [minute(3)]))).toBeUndefined();
    expect(writtenUnderFileLock(minute(3), fileRuns([minute(2)], [minute(3)]))).toBe(true);
    expect(writtenUnderFileLock(minute(4), fileRuns([minute(2)], [minute(3)]))).toBe(false);
  });
});

describe("who wrote a state last", () => {
  it.each<[string, Partial<LiveState>, string, string]>([
    ["under both locks, with its digest", {}, "both", "matches"],
    ["with its digest, outside every file lock", { fileRuns: runs([1, 2]) }, "dynamodb", "matches"],
    ["with its digest, before any file lock that is known", { fileRuns: runs([6, 7]) }, "with-table", "matches"],
    [
      "with its digest, and versions may not be listed",
      { fileRuns: { found: "unreadable", problem } },
      "with-table",
      "matches",
    ],
    ["under a file lock, without its digest", stale, "lockfile", "stale"],
    ["outside every file lock, without its digest", { ...stale, fileRuns: runs([1, 2]) }, "no-lock", "stale"],
    ["without its digest, file locks not known", { ...stale, fileRuns: runs() }, "without-table", "stale"],
    ["no digest at all, under a file lock", digest({ found: "nothing" }), "lockfile", "missing"],
    ["no digest at all, locks not known", { ...digest({ found: "nothing" }), fileRuns: runs() }, "unknown", "missing"],
    ["no state", { state: { found: "nothing" }, ...digest({ found: "nothing" }) }, "nobody", "no-state"],
    ["no state, but a digest of one", { state: { found: "nothing" } }, "nobody", "stale"],
    ["a root without a table", { table: undefined }, "lockfile", "no-table"],
    ["a state that may not be read", { state: { found: "unreadable", problem } }, "unknown", "unknown"],
  ])("%s", (_, change, writer, verdict) => {
    const live = liveState(change);
    expect([lastWriter(live), digestVerdict(live)]).toEqual([writer, verdict]);
  });

  it.each<[string, Partial<LiveState>]>([
    ["with a file", { ...stale, fileLock: fileLock("a@b") }],
    ["in the table", { table: { lock: lockItem("a@b"), digest: digestItem(OTHER_MD5) } }],
  ])("stays unknown if the digest differs while somebody holds a lock %s", (_, change) => {
    const live = liveState(change);
    expect([lastWriter(live), digestVerdict(live)]).toEqual(["unknown", "unknown"]);
  });
});

describe("a digest is compared as Terraform compares it", () => {
  const verdict = (text: string, change: Partial<LiveState> = {}): string =>
    digestVerdict(liveState({ ...digest(digestItem(text)), ...change }));
  const gone = { state: { found: "nothing" } } as const;

  it("in upper case too", () => {
    expect([verdict(MD5.toUpperCase()), verdict(OTHER_MD5.toUpperCase())]).toEqual(["matches", "stale"]);
  });

  it.each(["", ` ${MD5}`, `${MD5} `, `${MD5}\n`, MD5.slice(1), `${MD5}00`, "x".repeat(32)])(
    "%j is no MD5, so every state is accepted",
    (text) => {
      expect([verdict(text), verdict(text, gone)]).toEqual(["missing", "no-state"]);
    },
  );

  it("the MD5 of an empty object fits nothing, because Terraform reads that object as no state", () => {
    const empty = stateDigest("");
    const state = { found: "state", md5: empty, etag: "e", lastModified: minute(5), serial: 1, lineage: "l" } as const;
    expect([verdict(empty, { state }), verdict(empty, gone)]).toEqual(["stale", "stale"]);
  });
});
