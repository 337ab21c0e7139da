import { join } from "node:path";
import { inheritedEnvironment } from "../../../lab/machine/child-environment";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { openTerminal } from "../../../lab/machine/terminal-window";
import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags } from "../../support/run-command";

let s3: FakeS3;
beforeAll(async () => (s3 = await startFakeS3()));
afterAll(() => s3.stop());

it.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s at a question ends the command at once, and the lock stays", async (signal, code) => {
  s3.put("app.tflock", lockBody("A"));
  const args = ["locks", "release", "app", "--id", "A", "--reason", "test", ...bucketFlags(s3)];
  const window = openTerminal(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), ...args], {
    cwd: PROJECT_ROOT,
    env: {
      ...inheritedEnvironment(process.env),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      TERM: "xterm",
    },
  });
  await window.until("Type the lock's ID");
  window.signal(signal);
  expect(await window.done).toBe(code);
  expect(s3.keys()).toContain("app.tflock");
});
