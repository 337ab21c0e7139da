import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { rootOn, writeAsBoth } from "../../support/root-on-store";
import { runStatelock, type Run } from "../../support/run-command";
import { ScratchFolder } from "../../support/scratch";
import { storeFleet } from "../../support/store-fleet";

const fleet = storeFleet();
const { commit, write } = fleet;
beforeEach(() => {
  for (const root of ["a", "b"]) write(root, "dynamodb");
});

const migrate = (...args: string[]): Promise<Run> =>
  runStatelock(["migrate", ...args], { workingDirectory: fleet.folder.directory });
const apply = (to = "both", ...args: string[]): Promise<Run> => migrate("apply", "--to", to, ...args);
const isMoved = (root: string): boolean => fleet.folder.read(`${root}/main.tf`).includes("use_lockfile");
/** Codes with their next steps. */
const told = ({ stderr }: Run): string[] =>
  [...stderr.matchAll(/\[([a-z-]+)\]\n +next: ([^\n]+)/g)].map(([, code = "", fix = ""]) => `${code}: ${fix}`);

/** Roots whose clients are on both, so that a step to lockfile asks S3 between its scan and its first change. */
async function onBoth(): Promise<void> {
  for (const root of ["a", "b"]) {
    write(root, "both");
    await writeAsBoth(fleet.s3, root);
  }
  commit();
}
const isLeft = (root: string): boolean => !fleet.folder.read(`${root}/main.tf`).includes("dynamodb_table");

it("a file that somebody edits after the scan keeps the edit, the others move, and the next run moves it", async () => {
  await onBoth();
  const before = fleet.folder.read("a/main.tf");
  fleet.s3.onRequest(() => {
    if (fleet.folder.read("a/main.tf") === before) appendFileSync(fleet.folder.path("a/main.tf"), "# mine\n");
    return undefined;
  });
  const first = await apply("lockfile", "--force");
  fleet.s3.onRequest(() => undefined);
  expect([first.code, fleet.folder.read("a/main.tf"), isLeft("b")]).toEqual([1, `${before}# mine\n`, true]);
  expect(told(first)).toEqual([expect.stringMatching(/^file-changed: .*again/)]);
  commit();
  const second = await apply("lockfile");
  expect([second.code, fleet.folder.read("a/main.tf").endsWith("# mine\n"), isLeft("a")]).toEqual([0, true, true]);
});

it("a file that is gone after the scan is not made again", async () => {
  await onBoth();
  fleet.s3.onRequest(() => {
    rmSync(fleet.folder.path("a/main.tf"), { force: true });
    return undefined;
  });
  const { code } = await apply("lockfile", "--force");
  fleet.s3.onRequest(() => undefined);
  expect([code, isLeft("b"), existsSync(fleet.folder.path("a/main.tf"))]).toEqual([1, true, false]);
});

it("a file that git ignores is not changed without --force, because git could not give it back", async () => {
  fleet.folder.write(".gitignore", "b/\n");
  commit();
  const refused = await apply();
  expect([refused.code, isMoved("a"), isMoved("b")]).toEqual([1, false, false]);
  expect(told(refused)).toEqual([expect.stringMatching(/^untracked-file: .*--force/)]);
  // The others can go on without it.
  expect([(await apply("both", "--root", "a")).code, isMoved("a"), isMoved("b")]).toEqual([0, true, false]);
});

it("a file of another owner keeps its owner, its group and its mode", async () => {
  commit();
  // Only root may give files away.
  const [owner = 0, group = 0] = process.getuid?.() === 0 ? [65_534, 65_533] : [process.getuid?.(), process.getgid?.()];
  chownSync(fleet.folder.path("a/main.tf"), owner, group);
  const { code } = await apply();
  const { uid, gid } = statSync(fleet.folder.path("a/main.tf"));
  expect([code, isMoved("a"), uid, gid]).toEqual([0, true, owner, group]);
});

it("a link that leads out of the folders is left alone, and named", async () => {
  const elsewhere = new ScratchFolder();
  elsewhere.write("main.tf", rootOn(fleet.s3, "out", "dynamodb"));
  mkdirSync(fleet.folder.path("l"));
  symlinkSync(elsewhere.path("main.tf"), fleet.folder.path("l/main.tf"));
  commit();
  const { code, stderr } = await apply();
  expect([code, isMoved("a"), elsewhere.read("main.tf")]).toEqual([1, true, rootOn(fleet.s3, "out", "dynamodb")]);
  expect(stderr).toContain("l/main.tf must be a readable text file, got a link that leads out");
});

it.each([
  ["a merge conflict", '<<<<<<< HEAD\n{"version":1}\n=======\n{"version":1}\n>>>>>>> x\n', /Resolve the conflict/],
  ["a newer format", '{"version":2,"states":{}}\n', /Use the Statelock that wrote it/],
  ["half a record", '{"version":1,"sta', /Restore the file from version control/],
] as const)("with a record that holds %s, no command changes a file or removes a table", async (_, record, fix) => {
  fleet.folder.write("statelock.migration.json", record);
  commit();
  const runs = [
    await apply(),
    await apply("lockfile", "--offline"),
    await migrate("rollback", "--to", "dynamodb"),
    await migrate("retire", "--table", "locks", "--region", "eu-central-1", "--no-grants", "--yes"),
  ];
  for (const run of runs) {
    expect([run.code, told(run)]).toEqual([2, [expect.stringMatching(fix)]]);
  }
  expect([isMoved("a"), isMoved("b"), fleet.folder.read("statelock.migration.json")]).toEqual([false, false, record]);
});

it("a root that comes back to dynamodb keeps the table, although its state was on lockfile", async () => {
  const retire = (): Promise<Run> =>
    migrate("retire", "--table", "locks", "--region", "eu-central-1", "--no-grants", "--dry-run");
  for (const root of ["a", "b"]) {
    await writeAsBoth(fleet.s3, root);
    write(root, "both");
  }
  commit();
  const step = await apply("lockfile", "--offline");
  fleet.s3.services.items.clear();
  expect([step.code, (await retire()).code]).toEqual([0, 0]);
  commit();
  write("b", "dynamodb");
  commit();
  const kept = await retire();
  expect([kept.code, told(kept)]).toEqual([1, [expect.stringMatching(/^table-in-use: .*migrate apply/)]]);
  const scan = await migrate("scan");
  expect([scan.code, told(scan)]).toEqual([1, [expect.stringMatching(/^phase-skipped: /)]]);
});

it("names a read-only file, and moves the other roots", async () => {
  commit();
  chmodSync(fleet.folder.path("a/main.tf"), 0o444);
  const refused = await apply();
  expect([refused.code, isMoved("a"), isMoved("b")]).toEqual([1, false, true]);
  expect(told(refused)).toEqual([expect.stringMatching(/^read-only-file: /)]);
});
