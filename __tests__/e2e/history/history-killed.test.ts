import { papersOf } from "../../../lib/home/papers";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { historyRestoreSchema, type HistoryRestore } from "../../../lib/history/restore-report";
import { buildInventory } from "../../../lib/artifacts/build-inventory";
import { digestItemId, lockItemId } from "../../../lib/lock/lock-table";
import type { LockList } from "../../../lib/lock/lock-report";
import { home } from "../../support/home";
import { runStatelock } from "../../support/run-command";
import { objectText } from "../../support/steps/bucket-contents";
import { historyBucket, type HistoryBucket } from "../../support/steps/history-bucket";
import { historyRoot, type HistoryRoot } from "../../support/steps/history-root";
import { legacyTable } from "../../support/steps/legacy-table";
import { writtenRequests } from "../../support/steps/written-requests";
import { describeE2e } from "../../support/describe-e2e";
import { FULL, sampled } from "../../support/full";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { startStandIn, type RequestRecord, type StandIn } from "../../../lab/stand-in/stand-in";
import type { CommandResult, RunningCommand } from "../../../lab/machine/workspace";

const BUCKET = "acme-tfstate";
const TABLE = "acme-locks";
const KEY = "app/terraform.tfstate";
const LEGACY_KEY = "legacy/terraform.tfstate";

const HOME = home({
  bucket: { name: BUCKET, region: "us-east-1" },
  consumers: [
    { name: "app", key: KEY, locking: "both" },
    { name: "legacy", key: LEGACY_KEY, locking: "dynamodb" },
  ],
  legacyTable: TABLE,
});

/** What a restore writes, in its order. */
type Step = "lock" | "lock item" | "state" | "digest" | "unlock" | "unlock item";

describeE2e("statelock history restore, cut off", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let bucket: HistoryBucket;
  let root: HistoryRoot;
  let versions: { readonly first: string; readonly second: string };
  const inherited = { ...process.env };

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    bucket = await historyBucket(standIn, BUCKET);
    await legacyTable(bucket.aws.dynamoDb, TABLE);
    root = await historyRoot(standIn.env, { bucket: BUCKET, stateKey: KEY, table: TABLE });
    mkdirSync(root.workspace.path("cdktf.out"));
    writeFileSync(root.workspace.path("cdktf.out", "inventory.json"), JSON.stringify(buildInventory(papersOf(HOME))));
    await root.apply("first");
    await root.apply("second");
    const [first = "", second = ""] = await bucket.versions(KEY);
    versions = { first, second };
  });

  afterAll(async () => {
    process.env = inherited;
    await root.workspace.remove();
    bucket.aws.close();
    await standIn.stop();
  });

  const args = (version: string, key = KEY): string[] => [
    "history",
    "restore",
    key,
    version,
    "--reason",
    "test",
    "--yes",
    "--json",
  ];

  /** In this process, from the inventory. */
  async function restore(version: string, key = KEY): Promise<HistoryRestore & { readonly code: number }> {
    const { code, stdout } = await runStatelock(args(version, key), { workingDirectory: root.workspace.directory });
    return { code, ...historyRestoreSchema.parse(JSON.parse(stdout)) };
  }

  const start = (version: string): RunningCommand =>
    root.workspace.start(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), ...args(version)]);

  /** Sends a signal to a restore of its own process at a step, before or after that has its effect. */
  async function signalled(
    version: string,
    signal: NodeJS.Signals,
    when: "before" | "after",
    at: Step,
  ): Promise<CommandResult> {
    let items = 0;
    const trap = async (request: RequestRecord): Promise<"drop" | undefined> => {
      const step = stepOf(request, items);
      if (request.operation === "PutItem") items += 1;
      if (step !== at) return undefined;
      run.kill(signal);
      if (signal !== "SIGKILL") return undefined;
      await run.done;
      return "drop";
    };
    const disarm = when === "before" ? standIn.onRequest(trap) : standIn.afterRequest(trap);
    const run = start(version);
    const result = await run.done;
    disarm();
    return result;
  }

  const state = async (key = KEY): Promise<{ readonly note: unknown; readonly md5: string }> => {
    const text = (await objectText(bucket.aws.s3, BUCKET, key)) ?? "";
    const { outputs } = JSON.parse(text) as { outputs: { note: { value: unknown } } };
    return { note: outputs.note.value, md5: createHash("md5").update(text).digest("hex") };
  };

  const item = async (id: string, attribute: "Info" | "Digest"): Promise<string | undefined> => {
    const input = { TableName: TABLE, Key: { LockID: { S: id } } };
    return (await bucket.aws.dynamoDb.send(new GetItemCommand(input))).Item?.[attribute]?.S;
  };

  /** The lock in S3, as `locks list` names it, and the one in the table. */
  async function heldLocks(): Promise<{ readonly s3: string | undefined; readonly table: string | undefined }> {
    const list = await runStatelock(["locks", "list", "--json"], { workingDirectory: root.workspace.directory });
    const [lock] = (JSON.parse(list.stdout) as LockList).locks;
    const info = await item(lockItemId(BUCKET, KEY), "Info");
    const parsed =
      info === undefined ? undefined : (JSON.parse(info) as { readonly ID: string; readonly Operation: string });
    if (lock !== undefined) expect(lock.holder?.operation).toBe("statelock history restore");
    return { s3: lock?.holder?.id, table: parsed?.ID };
  }

  async function isRefused(id: string | undefined): Promise<boolean> {
    if (id === undefined) return false;
    const { stdout } = await runStatelock(args(versions.first), { workingDirectory: root.workspace.directory });
    return stdout.includes(`ID ${id}, statelock history restore`);
  }

  const MOMENTS: readonly ["before" | "after", Step, { note: string; s3: boolean; table: boolean; again: string }][] = [
    ["before", "lock", { note: "second", s3: false, table: false, again: "restored" }],
    ["after", "lock", { note: "second", s3: true, table: false, again: "restored" }],
    ["after", "lock item", { note: "second", s3: true, table: true, again: "restored" }],
    ["before", "state", { note: "second", s3: true, table: true, again: "restored" }],
    ["after", "state", { note: "first", s3: true, table: true, again: "digest-corrected" }],
    ["after", "digest", { note: "first", s3: true, table: true, again: "already-there" }],
    ["after", "unlock", { note: "first", s3: false, table: true, again: "already-there" }],
    ["after", "unlock item", { note: "first", s3: false, table: false, again: "already-there" }],
  ];

  // The sample: where both locks are held, and where one is.
  it.each(sampled(MOMENTS.slice(FULL ? 0 : 3), 3))(
    "killed %s the %s: the state is old or new, the lock gone or named, and the next run ends it",
    async (when, at, expected) => {
      await restore(versions.second);
      expect((await signalled(versions.first, "SIGKILL", when, at)).signal).toBe("SIGKILL");

      const { s3, table } = await heldLocks();
      expect({ note: (await state()).note, s3: s3 !== undefined, table: table !== undefined }).toEqual({
        note: expected.note,
        s3: expected.s3,
        table: expected.table,
      });
      const id = s3 ?? table;
      // Where there is still something to write, it is refused with the dead run's name.
      expect(await isRefused(id)).toBe(id !== undefined && expected.again !== "already-there");
      // It releases both; where one of them is gone it says so.
      await root.terraform("force-unlock", "-force", id ?? "none");

      const again = await restore(versions.first);
      expect({ code: again.code, outcome: again.outcome }).toEqual({ code: 0, outcome: expected.again });
      expect(await heldLocks()).toEqual({ s3: undefined, table: undefined });
      expect(await item(digestItemId(BUCKET, KEY), "Digest")).toBe((await state()).md5);
      expect((await root.plan("first")).code).toBe(0);
    },
  );

  it("Ctrl-C before the state is written lets go of the lock; after it the restore ends as it should", async () => {
    await restore(versions.second);
    const before = await signalled(versions.first, "SIGINT", "before", "lock");
    expect(before.code).toBe(2);
    expect(before.stdout).toContain('"interrupted"');
    expect({ ...(await heldLocks()), note: (await state()).note }).toEqual({
      s3: undefined,
      table: undefined,
      note: "second",
    });

    const after = await signalled(versions.first, "SIGINT", "before", "state");
    expect(after.code).toBe(0);
    expect({ ...(await heldLocks()), note: (await state()).note }).toEqual({
      s3: undefined,
      table: undefined,
      note: "first",
    });
    expect((await root.plan("first")).code).toBe(0);
  });

  it("takes what Terraform takes, in its order, while the consumer locks in both, and in DynamoDB alone", async () => {
    await restore(versions.second);
    standIn.clear();
    await restore(versions.first);
    expect(writtenRequests(standIn.requests().filter(({ operation }) => operation !== "GetCallerIdentity"))).toEqual([
      `s3:PutObject ${KEY}.tflock`,
      "dynamodb:PutItem",
      `s3:PutObject ${KEY}`,
      "dynamodb:PutItem",
      `s3:DeleteObject ${KEY}.tflock`,
      "dynamodb:DeleteItem",
    ]);

    const legacy = await historyRoot(standIn.env, {
      bucket: BUCKET,
      stateKey: LEGACY_KEY,
      table: TABLE,
      useLockfile: false,
    });
    await legacy.apply("first");
    await legacy.apply("second");
    const [id = ""] = await bucket.versions(LEGACY_KEY);
    standIn.clear();
    expect((await restore(id, LEGACY_KEY)).outcome).toBe("restored");
    expect(writtenRequests(standIn.requests().filter(({ operation }) => operation !== "GetCallerIdentity"))).toEqual([
      "dynamodb:PutItem",
      `s3:PutObject ${LEGACY_KEY}`,
      "dynamodb:PutItem",
      "dynamodb:DeleteItem",
    ]);
    expect(await item(digestItemId(BUCKET, LEGACY_KEY), "Digest")).toBe((await state(LEGACY_KEY)).md5);
    expect((await legacy.plan("first")).code).toBe(0);

    // Without an inventory the command line names the table.
    standIn.clear();
    const named = ["--dynamodb-table", TABLE, "--reason", "test", "--yes", "--json"];
    expect((await bucket.history(["restore", KEY, versions.second, ...named])).code).toBe(0);
    const asked = standIn.requests().filter(({ operation }) => operation !== "GetCallerIdentity");
    expect(writtenRequests(asked).filter((each) => each.startsWith("dynamodb:"))).toEqual([
      ...["dynamodb:PutItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
    ]);
    expect((await root.plan("second")).code).toBe(0);
    await legacy.apply("third");
    await legacy.workspace.remove();
  });
});

/** Which step a request is; undefined for what is no write of a restore. */
function stepOf({ operation, key, userAgent }: RequestRecord, itemsBefore: number): Step | undefined {
  if (!userAgent.startsWith("aws-sdk-js")) return undefined;
  if (operation === "PutItem") return itemsBefore === 0 ? "lock item" : "digest";
  if (operation === "DeleteItem") return "unlock item";
  if (operation === "DeleteObject") return "unlock";
  if (operation !== "PutObject") return undefined;
  return key?.endsWith(".tflock") === true ? "lock" : "state";
}
