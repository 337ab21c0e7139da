import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFakeS3, type FakeS3 } from "../support/fake-s3";
import { HOME, STATE } from "../support/faults/scenarios";
import { runStatelock, type RunSettings } from "../support/run-command";
import { synthesizedFolder } from "../support/synthesized-folder";
import { NOW, plantStory } from "../support/terminal-story";

let s3: FakeS3;
let folder = "";

beforeAll(async () => {
  const timers = ["setTimeout", "setInterval", "setImmediate", "nextTick", "queueMicrotask", "hrtime", "performance"] as const;
  jest.useFakeTimers({ now: NOW, doNotFake: [...timers, "clearTimeout", "clearInterval", "clearImmediate"] });
  s3 = await startFakeS3();
  plantStory(s3);
  folder = synthesizedFolder(HOME);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await s3.stop();
  jest.useRealTimers();
});

async function screen(args: readonly string[], settings: RunSettings = {}): Promise<string> {
  const endpoint = ["--endpoint-url", s3.place.access?.endpointUrl ?? ""];
  const { stdout } = await runStatelock([...args, ...endpoint], { workingDirectory: folder, ...settings });
  return stdout;
}

test("x", async () => {
  let all = "";
  for (const columns of [60, 100, 150])
    for (const args of [["locks", "list"], ["locks", "show", STATE], ["verify"]])
      all += `\n\n--- ${args.join(" ")} ${columns}\n` + (await screen(args, { columns }));
  writeFileSync("/tmp/verify/t/out.txt", all);
  void readFileSync; void join;
});
