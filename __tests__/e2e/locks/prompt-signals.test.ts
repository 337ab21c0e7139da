import { existsSync } from "node:fs";
import { join } from "node:path";
import { inheritedEnvironment } from "../../../lab/machine/child-environment";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { openTerminal } from "../../../lab/machine/terminal-window";
import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { deployedProject, plantUnmoved } from "../../support/faults/bootstrap-scenarios";
import { removeProjects } from "../../support/faults/migrate-scenarios";
import { inRun } from "../../support/faults/run-place";
import { rootOn } from "../../support/root-on-store";
import { bucketFlags } from "../../support/run-command";
import { ScratchFolder } from "../../support/scratch";

let s3: FakeS3;
beforeAll(async () => (s3 = await startFakeS3()));
afterAll(async () => {
  removeProjects();
  await s3.stop();
});

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

it("Ctrl-C at a question of the walk through a migration leaves every file as it was", async () => {
  const folder = new ScratchFolder();
  const text = rootOn(s3, "app", "dynamodb");
  folder.write("app/main.tf", text);
  const window = openTerminal(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), "migrate"], {
    cwd: folder.directory,
    env: { ...inheritedEnvironment(process.env), TERM: "xterm" },
  });
  await window.until("Run it now? [y/N]");
  window.type("\u0003");
  expect(await window.done).toBe(1);
  expect([folder.read("app/main.tf"), window.shown()]).toEqual([text, expect.stringContaining("Nothing was run.")]);
});

it("SIGTERM at the question of bootstrap leaves neither its plan, which may hold secrets, nor its process lock", async () => {
  plantUnmoved(s3);
  const { workingDirectory, environment } = await inRun(s3, () => Promise.resolve(deployedProject()));
  const args = ["bootstrap", "--i-am", "arn:aws:iam::123456789012:role/ops"];
  const window = openTerminal(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), ...args], {
    cwd: workingDirectory,
    env: {
      ...inheritedEnvironment(process.env),
      ...(environment as Record<string, string>),
      AWS_ENDPOINT_URL: s3.place.access?.endpointUrl ?? "",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      CHANGES: "1",
      TERM: "xterm",
    },
  });
  const own = [
    ["cdktf.out", "stacks", "bootstrap", "statelock.tfplan"],
    [".statelock", "bootstrap.pid"],
  ];
  const there = (): boolean[] => own.map((path) => existsSync(join(workingDirectory, ...path)));
  await window.until("Apply?");
  expect(there()).toEqual([true, true]);
  window.signal("SIGTERM");
  expect(await window.done).toBe(143);
  expect(there()).toEqual([false, false]);
});
