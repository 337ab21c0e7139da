import { createHash } from "node:crypto";
import type { RestorePort, RestoreRequest, RestoreResult } from "../../lib/history/restore-state";
import { restoreState } from "../../lib/history/restore-state";
import { tableDigest } from "../../lib/lock/table-digest";
import { digestItemId, lockItemId } from "../../lib/lock/lock-table";
import { UserError, type Problem } from "../../lib/problem/problem";
import { FakeHistory, LOCK, NO_ANSWER, OWN_LOCK } from "../support/fake-history";
import { FakeLockTable } from "../support/fake-lock-table";
import { stateText, type StatePart } from "../support/state-text";

const BUCKET = "acme-tfstate";
const KEY = "app/terraform.tfstate";
const DIGEST = digestItemId(BUCKET, KEY);
const state = (serial: number, part: StatePart = {}): string =>
  stateText({ serial, outputs: { was: { value: String(serial) } }, ...part });
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

interface Story {
  readonly table?: FakeLockTable;
  readonly request?: Partial<RestoreRequest>;
  readonly port?: Partial<RestorePort>;
}

function restore(store: FakeHistory, version: string, { table, request, port }: Story = {}): Promise<RestoreResult> {
  const locks = { bucket: BUCKET, s3: store, table, releaseCommand: () => "statelock locks release …" };
  return restoreState(
    {
      store,
      locks,
      digest: table === undefined ? undefined : tableDigest(table, DIGEST),
      progress: (_title, step) => step(() => undefined),
      confirm: () => Promise.resolve(true),
      interrupted: () => false,
      ...port,
    },
    {
      ...{ bucket: BUCKET, stateKey: KEY, version, forceLineage: undefined, lock: OWN_LOCK, dryRun: false },
      encryption: { algorithm: "aws:kms", kmsKeyId: "arn" },
      ...request,
    },
  );
}

async function problemsOf(run: Promise<unknown>): Promise<readonly Problem[]> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UserError) return error.problems;
  throw error instanceof Error ? error : new Error("it was not refused");
}

const codes = async (run: Promise<unknown>): Promise<string[]> => (await problemsOf(run)).map(({ code }) => code);

it("the version comes back under the lock with the highest serial, and only over the state that was compared", async () => {
  const store = new FakeHistory([state(1), state(9), state(4)]);
  expect(await restore(store, "v1")).toMatchObject({ outcome: "restored", versionId: "v4", problems: [] });
  expect(store.current).toBe(state(1).replace('"serial": 1', '"serial": 10'));
  expect(store.calls.slice(-5)).toEqual([
    "lock aws:kms",
    "read current",
    'write if "v3" aws:kms',
    "read current",
    "unlock",
  ]);
  expect(store.lockedBy).toBeUndefined();
});

it("a deleted state comes back to its empty key", async () => {
  const store = new FakeHistory([state(1), undefined]);
  expect(await restore(store, "v1")).toMatchObject({ outcome: "restored" });
  expect(store.calls).toContain("write if none aws:kms");
});

it("takes the encryption of the replaced state if nobody declares one", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  await restore(store, "v1", { request: { encryption: "as-it-was" } });
  expect(store.calls).toContain('write if "v2" AES256');
});

describe("the tags", () => {
  const tags = { team: "net" };

  it("of the state that is replaced are kept, whatever the version and the config have", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    store.tagged.set("v1", { team: "old" }).set("v2", tags);
    const { plan } = await restore(store, "v1", { request: { tags: { team: "declared" } } });
    expect([store.tagged.get("v3"), plan.notes]).toEqual([tags, ["its tags are kept: team"]]);
  });

  it("of the version come back with a state that was deleted", async () => {
    const store = new FakeHistory([state(1), undefined]);
    store.tagged.set("v1", tags);
    await restore(store, "v1");
    expect(store.tagged.get("v3")).toEqual(tags);
  });

  it("are the consumer's stateTags if S3 returns no tags, and absent if the consumer declares none", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    await restore(store, "v1", { request: { tags } });
    expect(store.tagged.get("v3")).toEqual(tags);
    const other = new FakeHistory([state(1), state(2)]);
    await restore(other, "v1");
    expect([other.tagged.size, other.calls.filter((call) => call.startsWith("tags"))]).toEqual([0, []]);
  });

  it("that cannot be read stop the restore before anything is touched", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    store.tagged.set("v2", tags);
    store.unreadable.add("tags");
    expect(await codes(restore(store, "v1"))).toEqual(["aws-call"]);
    expect(store.current).toBe(state(2));
  });
});

it("replaces an object that is not a state, with an unknown serial", async () => {
  const store = new FakeHistory([state(1), state(2), "CANARY-SECRET"]);
  const { outcome, plan } = await restore(store, "v1");
  expect({ outcome, notes: plan.notes }).toEqual({
    outcome: "restored",
    notes: ["version v3 is not a state that Statelock reads: its serial is unknown"],
  });
  expect(store.current).toContain('"serial": 3');
});

describe("a state whose content Statelock cannot read", () => {
  const lineage = "11111111-2222-3333-4444-555555555555";
  const old = JSON.stringify({ version: 3, serial: 7, lineage, modules: [] });
  const encrypted = (of = lineage): string => JSON.stringify({ serial: 8, lineage: of, encrypted_data: "CANARY" });

  it("counts with the serial that it has in clear", async () => {
    const store = new FakeHistory([state(1, { lineage }), old]);
    const { plan } = await restore(store, "v1");
    expect([plan.serial, plan.notes, plan.present.head]).toEqual([8, [], { serial: 7, lineage }]);
  });

  it("counts with its lineage", async () => {
    expect(await codes(restore(new FakeHistory([state(1, { lineage }), encrypted("other")]), "v1"))).toEqual([
      "lineage-differs",
    ]);
  });

  it("is not replaced by clear text without a warning", async () => {
    const store = new FakeHistory([state(1, { lineage }), encrypted(), undefined]);
    const { plan } = await restore(store, "v1");
    expect(plan.serial).toBe(9);
    expect(plan.notes).toEqual([expect.stringContaining("clear text and replaces a state that OpenTofu encrypted")]);
    const back = new FakeHistory([state(1, { lineage }), encrypted(), state(9, { lineage })]);
    expect((await restore(back, "v1")).plan.notes).toEqual([]);
  });

  it("comes back byte for byte with its own serial, after a warning", async () => {
    const store = new FakeHistory([encrypted(), state(9, { lineage })]);
    const { outcome, plan } = await restore(store, "v1");
    expect({ outcome, serial: plan.serial, current: store.current }).toEqual({
      ...{ outcome: "restored", serial: 8, current: encrypted() },
    });
    expect(plan.notes).toEqual([
      expect.stringContaining("only with the key that encrypted it"),
      expect.stringMatching(/^its serial stays 8, [^]*serials up to 9 come again [^]*Delete plan files/),
    ]);
    expect(await restore(store, "v1")).toMatchObject({ outcome: "already-there" });
  });

  it.each([
    ["resources that nobody reads", { version: 4, serial: 8, lineage: "other", resources: {} }],
    ["a serial that is text", { version: 4, serial: "8", lineage: "other" }],
    ["no format", { serial: 8, lineage: "other" }],
  ])("counts with its lineage if it has %s", async (_name, content) => {
    const store = new FakeHistory([state(1, { lineage }), JSON.stringify(content)]);
    expect(await codes(restore(store, "v1"))).toEqual(["lineage-differs"]);
  });

  it("counts with its lineage if it is not UTF-8, which Terraform reads", async () => {
    const store = new FakeHistory([state(1, { lineage }), "not UTF-8"]);
    const read = store.read.bind(store);
    store.read = async (key, versionId) => {
      const reading = await read(key, versionId);
      if (reading.found !== "version" || reading.object.text !== "not UTF-8") return reading;
      return { ...reading, object: { ...reading.object, text: undefined, head: { serial: 8, lineage: "other" } } };
    };
    expect(await codes(restore(store, "v1"))).toEqual(["lineage-differs"]);
  });

  it("has an unknown serial if that is longer than JavaScript counts", async () => {
    const long = `{"version":4,"serial":18446744073709551615,"lineage":"${lineage}"}`;
    const { plan } = await restore(new FakeHistory([state(1, { lineage }), long]), "v1");
    expect([plan.serial, plan.notes]).toEqual([2, [expect.stringContaining("its serial is unknown")]]);
  });

  it("stops the restore if no higher serial is left", async () => {
    const last = state(Number.MAX_SAFE_INTEGER, { lineage });
    const store = new FakeHistory([state(1, { lineage }), last]);
    expect(await codes(restore(store, "v1"))).toEqual(["version-no-state"]);
    expect(store.current).toBe(last);
  });

  it("comes back after others that are encrypted, and after a deletion", async () => {
    const later = encrypted().replace("CANARY", "CANARY-2").replace('"serial":8', '"serial":12');
    const store = new FakeHistory([encrypted(), later]);
    expect((await restore(store, "v1")).outcome).toBe("restored");
    expect((await restore(store, "v2")).plan.notes[1]).toContain("its serial stays 12");
    expect([store.current, (await restore(store, "v3")).plan.serial]).toEqual([later, 8]);
    const deleted = new FakeHistory([encrypted(), undefined]);
    expect((await restore(deleted, "v1")).plan.notes).toEqual([expect.stringContaining("only with the key")]);
    expect(deleted.current).toBe(encrypted());
  });

  it("comes back over another lineage only if that is spelled out", async () => {
    const store = new FakeHistory([encrypted("other"), encrypted()]);
    expect(await codes(restore(store, "v1"))).toEqual(["lineage-differs"]);
    expect((await restore(store, "v1", { request: { forceLineage: "other" } })).outcome).toBe("restored");
  });

  it("is refused if it has no serial and lineage in clear", async () => {
    const [problem] = await problemsOf(restore(new FakeHistory([JSON.stringify({ encrypted_data: "CANARY" })]), "v1"));
    expect([problem?.code, problem?.message]).toEqual([
      "version-no-state",
      "must hold a state in version v1, but OpenTofu encrypted it, without a serial and a lineage in plain text",
    ]);
  });
});

it("does not write a version that is current already", async () => {
  const store = new FakeHistory([state(1), state(2), state(1).replace('"serial": 1', '"serial": 3')]);
  expect(await restore(store, "v1")).toMatchObject({ outcome: "already-there" });
  expect(await restore(store, "v3")).toMatchObject({ outcome: "already-there" });
  expect(store.calls.filter((call) => !call.startsWith("read"))).toEqual([]);
});

it("a dry run and a declined restore write nothing and take no lock", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  expect(await restore(store, "v1", { request: { dryRun: true } })).toMatchObject({ outcome: "planned" });
  const confirm = (): Promise<boolean> => Promise.resolve(false);
  expect(await restore(store, "v1", { port: { confirm } })).toMatchObject({ outcome: "declined" });
  expect(store.calls.filter((call) => !call.startsWith("read"))).toEqual([]);
});

describe("refused before anything is touched:", () => {
  const other = state(5, { lineage: "99999999-2222-3333-4444-555555555555" });

  it.each<[string, string[], FakeHistory, string, Partial<RestoreRequest>?]>([
    ["an unknown version", ["version-unknown"], new FakeHistory([state(1)]), "v7"],
    ["a delete marker", ["version-no-state"], new FakeHistory([state(1), undefined, state(2)]), "v2"],
    ["what is no state", ["version-no-state"], new FakeHistory(["CANARY", state(2)]), "v1"],
    ["a key without history", ["no-history"], new FakeHistory([]), "v1"],
    ["another lineage", ["lineage-differs"], new FakeHistory([state(1), other]), "v1"],
    [
      "a forced lineage that is not the version's",
      ["lineage-differs"],
      new FakeHistory([state(1), other]),
      "v1",
      { forceLineage: "x" },
    ],
  ])("%s", async (_name, expected, store, version, request = {}) => {
    const problems = await problemsOf(restore(store, version, { request }));
    expect(problems.map(({ code }) => code)).toEqual(expected);
    expect(JSON.stringify(problems)).not.toContain("CANARY");
    expect(store.calls.filter((call) => !call.startsWith("read"))).toEqual([]);
  });

  it("a bucket that keeps no versions", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    store.status = "Suspended";
    expect(await codes(restore(store, "v1"))).toEqual(["versioning-off"]);
    expect(store.calls).toEqual([]);
  });

  it("a newer version that cannot be read: its serial is not known", async () => {
    const store = new FakeHistory([state(1), state(2), state(3)]);
    store.unreadable.add("v2");
    expect(await codes(restore(store, "v1"))).toEqual(["aws-call"]);
    expect(store.calls).not.toContain("lock aws:kms");
  });

  it("another lineage goes through where it is spelled out", async () => {
    const store = new FakeHistory([state(1), other]);
    const { plan } = await restore(store, "v1", { request: { forceLineage: "11111111-2222-3333-4444-555555555555" } });
    expect(plan.serial).toBe(6);
  });
});

it("somebody who writes in spite of the lock is not overwritten", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  const confirm = (): Promise<boolean> => {
    store.add(state(3));
    return Promise.resolve(true);
  };
  expect(await codes(restore(store, "v1", { port: { confirm } }))).toEqual(["other-state"]);
  store.beforeWrite = () => void store.add(state(4));
  expect(await codes(restore(store, "v1"))).toEqual(["other-state"]);
  expect({ current: store.current, lockedBy: store.lockedBy }).toEqual({ current: state(4), lockedBy: undefined });
});

it("an interruption lets go of the lock before the write, and is too late after it", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  expect(
    await codes(restore(store, "v1", { port: { interrupted: () => store.calls.includes("lock aws:kms") } })),
  ).toEqual(["interrupted"]);
  expect({ current: store.current, lockedBy: store.lockedBy }).toEqual({ current: state(2), lockedBy: undefined });
  const late = (): boolean => store.calls.some((call) => call.startsWith("write"));
  expect(await restore(store, "v1", { port: { interrupted: late } })).toMatchObject({ outcome: "restored" });
});

it("a write whose answer is lost is looked for", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  store.beforeWrite = () => {
    store.add(state(1).replace('"serial": 1', '"serial": 3'));
    return { reply: "failed", problem: NO_ANSWER };
  };
  expect(await restore(store, "v1")).toMatchObject({ outcome: "restored", versionId: "v3" });
});

it("a write that fails leaves the state as it was, says so, and lets go of the lock", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  store.beforeWrite = () => ({ reply: "failed", problem: NO_ANSWER });
  const [problem] = await problemsOf(restore(store, "v1"));
  expect(problem?.message).toBe("must answer, got 500. The state is unchanged");
  expect(store.lockedBy).toBeUndefined();
});

it("reports a write whose outcome nobody knows", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  store.beforeWrite = () => {
    store.unreadable.add("current");
    return { reply: "failed", problem: NO_ANSWER };
  };
  const [problem] = await problemsOf(restore(store, "v1"));
  expect(problem?.message).toContain(
    "Statelock could not find out whether the write happened: the key holds the old state or the new one, whole",
  );
});

it("names a lock that could not be released, with the command that releases it", async () => {
  const store = new FakeHistory([state(1), state(2)]);
  store.beforeRelease = () => ({
    outcome: "still-held",
    lock: LOCK,
    reply: { reply: "refused", attempts: 1, problem: { ...NO_ANSWER, message: "must allow s3:DeleteObject" } },
  });
  const result = await restore(store, "v1");
  expect(result).toMatchObject({
    outcome: "restored",
    problems: [
      {
        code: "lock-left",
        message: "could not be released and may still be there: must allow s3:DeleteObject. The lock's ID is ours",
        fix: "Release it: statelock locks release …",
      },
    ],
  });
  store.lockedBy = undefined;
  store.beforeWrite = () => ({ reply: "failed", problem: NO_ANSWER });
  expect(await codes(restore(store, "v2"))).toEqual(["aws-call", "lock-left"]);
});

describe("while clients lock in DynamoDB too", () => {
  const tableWith = (digest?: string): FakeLockTable => {
    const table = new FakeLockTable();
    if (digest !== undefined) table.held.set(DIGEST, { lockId: DIGEST, attributes: {}, kind: "digest", digest });
    return table;
  };
  const digestIn = (table: FakeLockTable): string | undefined => {
    const item = table.held.get(DIGEST);
    return item?.kind === "digest" ? item.digest : undefined;
  };

  it.each([
    ["with", md5(state(2))],
    ["without", undefined],
  ])("its lock is taken too, and the digest corrected; %s one before", async (_name, digest) => {
    const store = new FakeHistory([state(1), state(2)]);
    const table = tableWith(digest);
    expect(await restore(store, "v1", { table })).toMatchObject({ outcome: "restored", problems: [] });
    expect(digestIn(table)).toBe(md5(store.current ?? ""));
    expect(table.calls).toEqual(["lock", "digest", "unlock"]);
    expect(table.held.has(lockItemId(BUCKET, KEY))).toBe(false);
  });

  it("somebody else's lock there lets go of the one in S3", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    const table = tableWith();
    const lockId = lockItemId(BUCKET, KEY);
    const info = JSON.stringify({
      ID: "x",
      Operation: "Apply",
      Info: "",
      Who: "ci@runner",
      Version: "1",
      Created: "2026-11-23T10:00:00Z",
      Path: "p",
    });
    table.held.set(lockId, { lockId, attributes: {}, kind: "lock", info });
    const [problem] = await problemsOf(restore(store, "v1", { table }));
    expect(problem?.message).toBe("is locked by ci@runner (ID x, Apply) since 2026-11-23T10:00:00Z");
    expect({ lockedBy: store.lockedBy, current: store.current }).toEqual({ lockedBy: undefined, current: state(2) });
  });

  it("reports a digest that could not be written, and the same command then corrects it alone", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    const table = tableWith(md5(state(2)));
    table.beforeWrite = (call) =>
      call === "digest" ? { reply: "failed", why: "throttled", problem: NO_ANSWER } : undefined;
    expect(await restore(store, "v1", { table })).toMatchObject({
      outcome: "restored",
      problems: [{ code: "digest-stale" }],
    });
    const written = store.current;
    table.beforeWrite = () => undefined;
    expect(await restore(store, "v1", { table })).toMatchObject({ outcome: "digest-corrected", problems: [] });
    expect({ current: store.current, digest: digestIn(table) }).toEqual({
      current: written,
      digest: md5(written ?? ""),
    });
    expect(await restore(store, "v1", { table })).toMatchObject({ outcome: "already-there" });
  });

  it("the digest of an encrypted state is the MD5 of its bytes", async () => {
    const encrypted = (data: string): string => JSON.stringify({ serial: 1, lineage: "l", encrypted_data: data });
    const table = tableWith();
    await restore(new FakeHistory([encrypted("one"), encrypted("two")]), "v1", { table });
    expect(digestIn(table)).toBe(md5(encrypted("one")));
  });

  it("a lock item that is there after a write that failed is ours by its ID", async () => {
    const store = new FakeHistory([state(1), state(2)]);
    const table = tableWith();
    table.beforeWrite = (call) => {
      if (call !== "lock") return undefined;
      const info = JSON.stringify(OWN_LOCK);
      table.held.set(lockItemId(BUCKET, KEY), { lockId: lockItemId(BUCKET, KEY), attributes: {}, kind: "lock", info });
      return { reply: "failed", why: "other", problem: NO_ANSWER };
    };
    expect(await restore(store, "v1", { table })).toMatchObject({ outcome: "restored", problems: [] });
  });
});

describe("a later version that cannot be read", () => {
  const archived = (): FakeHistory => {
    const store = new FakeHistory([state(1), state(2), state(3)]);
    store.unreadable.add("v2");
    return store;
  };

  it("stops the restore, which names the way past it", async () => {
    const store = archived();
    const [problem] = await problemsOf(restore(store, "v1"));
    expect(problem).toMatchObject({ code: "aws-call", fix: expect.stringContaining("--serial-above") as unknown });
    expect(store.current).toBe(state(3));
  });

  it("is passed over and named if the operator knows its highest serial", async () => {
    const { plan } = await restore(archived(), "v1", { request: { serialAbove: 40 } });
    expect([plan.serial, plan.notes]).toEqual([41, [expect.stringContaining("passed over version v2")]]);
  });

  const currentArchived = (...more: string[]): FakeHistory => {
    const store = archived();
    for (const version of ["v3", "current", ...more]) store.unreadable.add(version);
    const add = store.add.bind(store);
    store.add = (text) => {
      store.unreadable.delete("current");
      return add(text);
    };
    return store;
  };

  it("is replaced by its ETag if it is the current one, and the operator knows its highest serial", async () => {
    const store = currentArchived();
    const { outcome, plan } = await restore(store, "v1", { request: { serialAbove: 40 } });
    expect([outcome, plan.serial, plan.notes]).toEqual([
      "restored",
      41,
      [expect.stringContaining("version v3, whose lineage is unknown"), expect.stringContaining("version v2")],
    ]);
    expect(store.calls).toContain('write if "v3" aws:kms');
  });

  it("asks for the serial if it is the current one", async () => {
    const [problem] = await problemsOf(restore(currentArchived(), "v1"));
    expect(problem).toMatchObject({ code: "aws-call", fix: expect.stringContaining("--serial-above") as unknown });
  });

  it("stops the restore if it is the current one, and S3 does not even show its ETag", async () => {
    const store = currentArchived("head");
    expect(await problemsOf(restore(store, "v1", { request: { serialAbove: 40 } }))).toEqual([NO_ANSWER]);
  });
});
