import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { HOME, STATE } from "../support/faults/scenarios";
import { runStatelock, type Run, type RunSettings } from "../support/run-command";
import { synthesizedFolder } from "../support/synthesized-folder";
import { NOW, plantStory } from "../support/terminal-story";
import { terminalSvg } from "../support/terminal-svg";
import { UPDATE } from "../support/update";

const ROOT = join(__dirname, "..", "..");
const README = join(ROOT, "README.md");

/** Only the date stands still: sockets and pauses need their timers. */
const GOES_ON = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "nextTick",
  "queueMicrotask",
  "hrtime",
  "performance",
] as const;
const ENDS = ["clearTimeout", "clearInterval", "clearImmediate"] as const;

let s3: FakeS3;
let folder = "";

beforeAll(async () => {
  jest.useFakeTimers({ now: NOW, doNotFake: [...GOES_ON, ...ENDS] });
  s3 = await startFakeS3();
  plantStory(s3);
  folder = synthesizedFolder(HOME);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await s3.stop();
  jest.useRealTimers();
});

/** A command as it is typed, without the option that only a stand-in needs. */
async function run(command: string, settings: RunSettings = {}): Promise<Run> {
  const endpoint = ` --endpoint-url ${s3.place.access?.endpointUrl ?? ""}`;
  const args = [...command.split(" "), ...endpoint.trim().split(" ")];
  const result = await runStatelock(args, { workingDirectory: folder, ...settings });
  return { ...result, stdout: result.stdout.replaceAll(endpoint, "") };
}

const PAINTED = ["locks list", "verify", `history list ${STATE}`];
const WRITTEN = [`locks show ${STATE}`];
const RECORDED = [...PAINTED, ...WRITTEN];
// UPDATE_GOLDEN=1 npx jest docs/terminal
it.each(PAINTED)("README.md has a picture of `statelock %s`, and it is what that prints", async (command) => {
  const [first = "", second = ""] = command.split(" ");
  const path = join("docs", "terminal", `${[first, ...(first === "verify" ? [] : [second])].join("-")}.svg`);
  const { stdout } = await run(command, { columns: 140, colors: true });
  const picture = terminalSvg(`statelock ${command}`, stdout);
  if (UPDATE) writeFileSync(join(ROOT, path), picture);
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(picture);
  expect(readFileSync(README, "utf8")).toContain(`](${path})`);
});

it.each(WRITTEN)("README.md shows what `statelock %s` prints", async (command) => {
  const { stdout } = await run(command, { columns: 140 });
  const screen = `\`\`\`text\n$ statelock ${command}\n${stdout}\`\`\``;
  const block = new RegExp(`\`\`\`text\\n\\$ statelock ${command}\\n[^]*?\`\`\``);
  if (UPDATE)
    writeFileSync(
      README,
      readFileSync(README, "utf8").replace(block, () => screen),
    );
  expect(block.exec(readFileSync(README, "utf8"))?.[0]).toBe(screen);
});

it.each(RECORDED)("`statelock %s` has colour at a terminal alone, and says the same without", async (command) => {
  const [plain, coloured] = [await run(command, { isTerminal: true }), await run(command, { colors: true })];
  const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
  expect(plain.stdout).not.toMatch(colour);
  expect(coloured.stdout).toMatch(colour);
  expect(coloured.stdout.replace(colour, "")).toBe(plain.stdout);
});

it("a narrow terminal gets a block for each lock", async () => {
  expect((await run("locks list", { columns: 60, isTerminal: true })).stdout).toMatchInlineSnapshot(`
    "network/terraform.tfstate
      held by  ana@laptop
      id       7f0f1c1e-94c2-4d0b-8f0e-5f5f0c7f2d11
      doing    OperationTypePlan, version 1.11.4
      age      9 h, the state was not written since (2026-11-22T01:12:00.000Z)
      verdict  suspect: older than the longest run (6 h)

    app/terraform.tfstate
      held by  ci@runner-7
      id       24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b
      doing    OperationTypeApply, version 1.11.4
      age      11 min, the state was written since (2026-11-23T03:08:00.000Z)
      verdict  active: the state was written 4 min ago, under this lock
      of       app

    2 locks among 5 objects in s3://acme-tfstate
    Commands to wait, inspect and release:
      statelock locks show network/terraform.tfstate
      statelock locks show app/terraform.tfstate
    "
  `);
});
