import { join } from "node:path";
import { mkdirSync, watch, writeFileSync } from "node:fs";
import { UserError, type Problem } from "../../lib/problem/problem";
import { synthesize } from "../../lib/programs/synthesize";
import { scratch } from "../support/scratch";

/** The problems of a project whose app is this script, on request with the inventory of an earlier run. */
async function problemsOf(script: string, earlier = false): Promise<readonly Problem[]> {
  const project = scratch();
  writeFileSync(join(project, "cdktf.json"), JSON.stringify({ app: "node app.js" }));
  writeFileSync(join(project, "app.js"), script);
  if (earlier) mkdirSync(join(project, "cdktf.out"));
  if (earlier) writeFileSync(join(project, "cdktf.out", "inventory.json"), "{}");
  try {
    await synthesize({ project, env: { PATH: process.env["PATH"] } });
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

const REFUSED: Problem = { code: "region", path: "bucket.region", message: "must be one", fix: "Correct it." };

/** A script that leaves a value for the command, as synthesizeHome does. */
const left = (value: string): string =>
  `require("fs").writeFileSync(process.env.STATELOCK_REFUSAL_FILE, JSON.stringify(${value}));`;

it("an app that says that it wrote to the folder has no problems", async () => {
  expect(await problemsOf(left('{ outdir: __dirname + "/cdktf.out" }'))).toEqual([]);
});

it("an app that says nothing has synthesized if it wrote the inventory", async () => {
  const writes = 'require("fs").mkdirSync("cdktf.out"); require("fs").writeFileSync("cdktf.out/inventory.json", "{}");';
  expect(await problemsOf(writes)).toEqual([]);
});

it.each([
  ["ends well and wrote no home", "", "which ended well and wrote no state home"],
  ["wrote to another folder", left('{ outdir: "/srv/out" }'), "which ended well and wrote to /srv/out"],
])("an app that %s leaves the files of an earlier run, which are not taken for its own", async (_, script, message) => {
  expect(await problemsOf(script, true)).toMatchObject([
    { code: "synth-failed", message: expect.stringContaining(message) as unknown },
  ]);
});

it("a refused config stays refused if the app then ends well", async () => {
  expect(await problemsOf(left(`[${JSON.stringify(REFUSED)}]`))).toEqual([REFUSED]);
});

it("an app that a signal ends says so, without a word of an exit code", async () => {
  const [problem] = await problemsOf('process.kill(process.ppid, "SIGKILL")');
  expect(problem?.code).toBe("synth-failed");
  expect(problem?.message).toMatch(/was ended by a signal$/);
});

it("an interrupt ends an app that never ends and listens to no signal", async () => {
  const place = scratch();
  const watcher = watch(place, () => process.emit("SIGTERM", "SIGTERM"));
  const started = `require("fs").writeFileSync(${JSON.stringify(join(place, "started"))}, "")`;
  const [problem] = await problemsOf(`process.on("SIGINT", () => {}); ${started}; for (;;) {}`);
  watcher.close();
  expect(problem?.code).toBe("interrupted");
});

it("a refused config's problems come as they are", async () => {
  expect(
    await problemsOf(`${left(`[${JSON.stringify(REFUSED)}]`)} console.error("Nothing was written"); process.exit(1)`),
  ).toEqual([REFUSED]);
});

it("names the place that does not compile", async () => {
  const said =
    'Error: Transform failed with 1 error:\\n" + __dirname + "/state.config.ts:12:3: ERROR: Expected \\"}\\"\\n  at x';
  expect(await problemsOf(`console.error("${said}"); process.exit(1)`)).toMatchObject([
    {
      code: "config-syntax",
      path: "state.config.ts:12:3",
      message: expect.stringContaining('compiled: Expected "}"') as unknown,
    },
  ]);
});

it("shows any other error as it is", async () => {
  expect(await problemsOf('throw new Error("no such module")')).toMatchObject([
    { code: "synth-failed", path: "app.js:1", message: "fails when it runs: Error: no such module" },
  ]);
  expect(await problemsOf('console.error("words"); process.exit(3)')).toMatchObject([
    { code: "synth-failed", message: expect.stringContaining("words") as unknown },
  ]);
});

it("shows the end of a long output, and no stack of Node's own", async () => {
  const flood = 'for (let i = 0; i < 100; i++) console.error("line " + i + "x".repeat(5000));';
  const [problem] = await problemsOf(
    `${flood} console.error("----- Native stack trace -----\\n 1: 0xd3"); process.exit(3)`,
  );
  expect(problem?.message).toContain("line 99");
  expect(problem?.message).not.toMatch(/line 1x|0xd3/);
  expect(problem?.message.length).toBeLessThan(70_000);
});
