import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { digestItemId, lockItemId } from "../../../lib/lock/lock-table";
import { forEachLimited } from "../../../lib/work/for-each-limited";
import type { migrateScrubSchema } from "../../../cli/migrate/table/scrub-json";
import type { migrateRollbackSchema } from "../../../cli/migrate/step/rollback-json";
import { runStatelock, type Run } from "../../support/run-command";
import { stateText } from "../../support/state-text";
import { objectText } from "../../support/steps/bucket-contents";
import {
  FLEET_BUCKET,
  FLEET_TABLE,
  legacyFleet,
  legacyRoot,
  type LegacyFleet,
  type RootPhase,
} from "../../support/steps/legacy-fleet";
import { describeE2e } from "../../support/describe-e2e";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { RequestRecord } from "../../../lab/stand-in/stand-in";
import type { CommandResult, RunningCommand } from "../../../lab/machine/workspace";

/** What a repair or a scrub writes, in its order. */
type Step = "lock" | "lock item" | "digest" | "unlock" | "unlock item";
type Point = readonly [when: "before" | "after", step: Step];

/** What is there after a death at a point: a digest that was worked on, and locks. */
interface Left {
  readonly done: boolean;
  readonly s3: boolean;
  readonly table: boolean;
}

const POINTS: readonly (readonly [Point, Left])[] = [
  [["before", "lock"], { done: false, s3: false, table: false }],
  [["after", "lock"], { done: false, s3: true, table: false }],
  [["after", "lock item"], { done: false, s3: true, table: true }],
  [["before", "digest"], { done: false, s3: true, table: true }],
  [["after", "digest"], { done: true, s3: true, table: true }],
  [["after", "unlock"], { done: true, s3: false, table: true }],
  [["after", "unlock item"], { done: true, s3: false, table: false }],
];

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const [OLD, NOW] = [stateText({ serial: 1 }), stateText({ serial: 2 })];

describeE2e("statelock migrate rollback and scrub, cut off", ["terraform", "moto-server"], () => {
  let fleet: LegacyFleet;
  /** The item a request is about, by its number. */
  const items = new Map<number, string>();

  beforeAll(async () => {
    fleet = await legacyFleet();
    fleet.standIn.onRequest(({ n, service }, { body }) => {
      if (service === "dynamodb") items.set(n, itemOf(body.toString()));
    });
  });

  afterAll(async () => {
    await fleet.stop();
  });

  /** A root whose state a client without the table wrote last. */
  async function root(name: string, phase: RootPhase, digest = md5(OLD)): Promise<void> {
    fleet.write(name, phase);
    const { s3, dynamoDb } = fleet.aws;
    for (const Body of [OLD, NOW]) await s3.send(new PutObjectCommand({ Bucket: FLEET_BUCKET, Key: name, Body }));
    const Item = { LockID: { S: digestItemId(FLEET_BUCKET, name) }, Digest: { S: digest } };
    await dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item }));
  }

  const item = async (id: string): Promise<string | undefined> => {
    const input = { TableName: FLEET_TABLE, Key: { LockID: { S: id } } };
    const { Item } = await fleet.aws.dynamoDb.send(new GetItemCommand(input));
    return Item?.["Info"]?.S ?? Item?.["Digest"]?.S;
  };

  /** What is there: IDs of locks, and the digest. */
  async function there(name: string): Promise<{ s3?: string; table?: string; digest: string | undefined }> {
    const locks = [
      await objectText(fleet.aws.s3, FLEET_BUCKET, `${name}.tflock`),
      await item(lockItemId(FLEET_BUCKET, name)),
    ];
    const [s3, table] = locks.map((text) => (text === undefined ? undefined : (JSON.parse(text) as { ID: string }).ID));
    expect(await objectText(fleet.aws.s3, FLEET_BUCKET, name)).toBe(NOW);
    const digest = await item(digestItemId(FLEET_BUCKET, name));
    return { ...(s3 === undefined ? {} : { s3 }), ...(table === undefined ? {} : { table }), digest };
  }

  const source = (name: string): string => readFileSync(fleet.workspace.path("live", name, "main.tf"), "utf8");

  /** Runs a command in a process of its own, which is sent the signal when each of these states is at its point. */
  async function cutOff(
    args: readonly string[],
    at: ReadonlyMap<string, Point>,
    signal: NodeJS.Signals,
  ): Promise<CommandResult> {
    let waiting = 0;
    let run: RunningCommand | undefined = undefined;
    let tell = (): void => undefined;
    const sent = new Promise<void>((resolve) => (tell = resolve));
    const trap =
      (when: Point[0]) =>
      async (request: RequestRecord): Promise<"drop" | undefined> => {
        const subject = subjectOf(request, items);
        const point = subject === undefined ? undefined : at.get(subject.name);
        if (point?.[0] !== when || point[1] !== subject?.step) return undefined;
        waiting += 1;
        if (waiting === at.size) {
          run?.kill(signal);
          tell();
        }
        if (signal === "SIGKILL") await run?.done;
        else await sent;
        return signal === "SIGKILL" ? "drop" : undefined;
      };
    const disarm = [fleet.standIn.onRequest(trap("before")), fleet.standIn.afterRequest(trap("after"))];
    run = fleet.project.start(args);
    const result = await run.done;
    for (const each of disarm) each();
    return result;
  }

  /** In this process. */
  const migrate = (...args: readonly string[]): Promise<Run> =>
    runStatelock(["migrate", ...args, "--region", "us-east-1", "--json"], {
      workingDirectory: fleet.workspace.directory,
    });
  const rollback = async (names: readonly string[], ...more: readonly string[]) => {
    const { code, stdout } = await migrate(...BACK, ...more, ...folders(names));
    return { code, ...(JSON.parse(stdout) as z.infer<typeof migrateRollbackSchema>) };
  };
  const scrub = async (names: readonly string[], ...more: readonly string[]) => {
    const { code, stdout } = await migrate("scrub", "--table", FLEET_TABLE, ...more, ...folders(names));
    return { code, ...(JSON.parse(stdout) as z.infer<typeof migrateScrubSchema>) };
  };
  const takeOver = (ids: readonly string[]): string[] => [...new Set(ids)].flatMap((id) => ["--take-over", id]);

  it("a rollback killed at any write to AWS leaves nothing half done; the next run names its locks and finishes", async () => {
    const roots = POINTS.map(([point, left], index) => ({ name: `back-${String(index)}`, point, left }));
    for (const { name } of roots) await root(name, "lockfile");
    const dead: string[] = [];
    // As many roots are worked on at one time: one death is one of each.
    for (const some of [roots.slice(0, 4), roots.slice(4)]) {
      const at = new Map(some.map(({ name, point }) => [name, point]));
      const names = some.map(({ name }) => name);
      expect((await cutOff(["migrate", ...BACK, ...folders(names)], at, "SIGKILL")).signal).toBe("SIGKILL");
      for (const { name, left } of some) {
        const { s3, table, digest } = await there(name);
        expect([name, digest, s3 !== undefined, table !== undefined, source(name)]).toEqual([
          ...[name, left.done ? md5(NOW) : md5(OLD), left.s3, left.table, legacyRoot(name, "lockfile")],
        ]);
        dead.push(...[s3, table].filter((id) => id !== undefined));
      }
    }
    const names = roots.map(({ name }) => name);
    const refused = await rollback(names);
    const said = JSON.stringify(refused.digests);
    expect([refused.code, dead.length, dead.filter((id) => !said.includes(id))]).toEqual([1, 8, []]);

    // What was not locked is done by now; the others go on.
    const again = await rollback(names, ...takeOver(dead));
    expect([again.code, again.digests.map(({ outcome }) => outcome)]).toEqual([
      0,
      ["right", "repaired", "repaired", "repaired", "right", "right", "right"],
    ]);
    for (const name of names)
      expect([await there(name), source(name)]).toEqual([{ digest: md5(NOW) }, legacyRoot(name, "both")]);
    requireSuccess(await fleet.terraform("back-3", "init", "-reconfigure"));
    requireSuccess(await fleet.terraform("back-3", "plan"));
  });

  it("after a scrub that is killed at any write to AWS, the next run names its locks and finishes", async () => {
    // Before a write is after the one before it, and after the last one nothing is left.
    const points = POINTS.filter(([[when], { s3, table }]) => when === "after" && (s3 || table));
    const roots = points.map(([point, left], index) => ({ name: `scrub-${String(index)}`, point, left }));
    for (const { name } of roots) await root(name, "lockfile");
    const dead: string[] = [];
    for (const { name, point, left } of roots) {
      const args = ["migrate", "scrub", "--table", FLEET_TABLE, ...folders([name])];
      expect((await cutOff(args, new Map([[name, point]]), "SIGKILL")).signal).toBe("SIGKILL");
      const { s3, table, digest } = await there(name);
      expect([name, digest, s3 !== undefined, table !== undefined]).toEqual([
        ...[name, left.done ? undefined : md5(OLD), left.s3, left.table],
      ]);
      dead.push(...[s3, table].filter((id) => id !== undefined));
    }
    const names = roots.map(({ name }) => name);
    const refused = await scrub(names);
    const said = JSON.stringify(refused.left);
    expect([refused.code, dead.length, dead.filter((id) => !said.includes(id))]).toEqual([1, 6, []]);
    await scrub(names, ...takeOver(dead));
    for (const name of names) expect(await there(name)).toEqual({ digest: undefined });
  });

  it("a rollback killed while it writes files: all of a root's files are back or none, after the next run all", async () => {
    // Two files: their new contents are complete at the 12th change of the file system.
    const dies = [1, 12, 13, 14, 18];
    const backend = (name: string): string => legacyRoot(name, "lockfile").replace(/    (key|use_lockfile) .*\n/g, "");
    for (const at of dies) {
      const name = `files-${String(at)}`;
      fleet.write(name, "lockfile");
      fleet.workspace.write(`live/${name}/main.tf`, backend(name));
      for (const file of ["a", "b"])
        fleet.workspace.write(`live/${name}/${file}.s3.tfbackend`, `key = "${name}-${file}"\nuse_lockfile = true\n`);
    }
    const changed = (name: string): number =>
      ["a", "b"].filter((file) =>
        readFileSync(fleet.workspace.path("live", name, `${file}.s3.tfbackend`), "utf8").includes("dynamodb_table"),
      ).length;
    const before: (string | number)[] = [];
    await forEachLimited(dies, 2, async (at) => {
      const name = `files-${String(at)}`;
      const preload = [
        "--require",
        join(__dirname, "..", "..", "support", "die-at-write.js"),
        join(PROJECT_ROOT, "bin", "statelock.js"),
      ];
      const { signal } = await fleet.workspace.run(
        process.execPath,
        [...preload, "migrate", ...BACK, ...folders([name])],
        {
          env: { STATELOCK_TEST_DIE_AT: String(at), STATELOCK_TEST_DIE_BELOW: fleet.workspace.directory },
        },
      );
      before.push(`${signal ?? "lived"} at ${String(changed(name))}`);
      const again = await rollback([name]);
      expect([again.code, again.refusals, changed(name)]).toEqual([0, [], 2]);
    });
    expect([...new Set(before)].sort()).toEqual(["SIGKILL at 0", "SIGKILL at 1", "SIGKILL at 2"]);
  });

  it("after Ctrl-C, finishes the current root, leaves no lock and begins nothing else", async () => {
    const names = Array.from({ length: 6 }, (_, index) => `int-${String(index)}`);
    for (const name of names) await root(name, "lockfile");
    const first = new Map(names.slice(0, 4).map((name) => [name, ["before", "digest"] as const]));
    const stopped = await cutOff(["migrate", ...BACK, "--json", ...folders(names)], first, "SIGINT");
    const { digests } = JSON.parse(stopped.stdout) as z.infer<typeof migrateRollbackSchema>;
    expect([
      stopped.code,
      digests.map(({ outcome, problems }) => [outcome, ...problems.map(({ code }) => code)].join(" ")),
    ]).toEqual([2, ["repaired", "repaired", "repaired", "repaired", "unknown interrupted", "unknown interrupted"]]);
    for (const [index, name] of names.entries())
      expect(await there(name)).toEqual({ digest: index < 4 ? md5(NOW) : md5(OLD) });

    const [one, other] = ["stop-0", "stop-1"] as const;
    for (const name of [one, other]) await root(name, "lockfile");
    const at = new Map([[one, ["before", "digest"] as const]]);
    const scrubbing = await cutOff(
      ["migrate", "scrub", "--table", FLEET_TABLE, "--json", ...folders([one, other])],
      at,
      "SIGINT",
    );
    const { removed, left } = JSON.parse(scrubbing.stdout) as z.infer<typeof migrateScrubSchema>;
    expect([scrubbing.code, removed]).toEqual([2, [digestItemId(FLEET_BUCKET, one)]]);
    expect(left.flatMap(({ problems }) => problems.map(({ code }) => code))).toContain("interrupted");
    expect([await there(one), await there(other)]).toEqual([{ digest: undefined }, { digest: md5(OLD) }]);
  });
});

const BACK = ["rollback", "--to", "both", "--table", FLEET_TABLE, "--force"] as const;

function folders(names: readonly string[]): string[] {
  return names.map((name) => `live/${name}`);
}

function itemOf(body: string): string {
  const { Item, Key } = JSON.parse(body) as Partial<
    Record<"Item" | "Key", { readonly LockID: { readonly S: string } }>
  >;
  return (Item ?? Key)?.LockID.S ?? "";
}

/** Which state a write is about, and which step it is; undefined for what is no write of the command. */
function subjectOf(
  { n, operation, key = "", userAgent, accessKeyId }: RequestRecord,
  items: ReadonlyMap<number, string>,
): { readonly name: string; readonly step: Step } | undefined {
  if (!userAgent.startsWith("aws-sdk-js") || accessKeyId === "TEST") return undefined;
  const item = (items.get(n) ?? "").slice(FLEET_BUCKET.length + 1);
  const ofDigest = item.endsWith("-md5");
  const name = ofDigest ? item.slice(0, -"-md5".length) : item;
  if (operation === "PutItem") return { name, step: ofDigest ? "digest" : "lock item" };
  if (operation === "DeleteItem") return { name, step: ofDigest ? "digest" : "unlock item" };
  if (!key.endsWith(".tflock")) return undefined;
  const state = key.slice(0, -".tflock".length);
  if (operation === "PutObject") return { name: state, step: "lock" };
  return operation === "DeleteObject" ? { name: state, step: "unlock" } : undefined;
}
