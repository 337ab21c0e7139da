import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineOf } from "../../lib/engine/engine";
import { UserError } from "../../lib/problem/problem";
import { runProcess } from "../../lib/programs/run-process";
import { engineIn } from "../../lib/programs/stack-engine";

import { scratch } from "../support/scratch";

/** A program that says something and ends well, whatever it is asked. */
function saying(text: string): string {
  const path = join(scratch(), "terraform");
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
  chmodSync(path, 0o755);
  return path;
}

async function problemOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof UserError ? error.problems[0] : error;
}

describe("the version", () => {
  const version = (text: string): Promise<string> =>
    engineIn({ directory: scratch(), env: process.env, engine: () => engineOf(saying(text)) }).version();

  it.each(["Terraform 1.11.0", "Terraform 1.15.3", "Terraform 2.0.0", "OpenTofu 1.10.2", "OpenTofu 1.12.6"])(
    "may be %s",
    async (title) => {
      expect(await version(`${title.replace(" ", " v")}\non linux_amd64`)).toBe(title);
    },
  );

  it.each([
    ["too old", "Terraform v1.10.5", "Terraform 1.11", "1.10.5"],
    ["too old for OpenTofu", "OpenTofu v1.10.1", "OpenTofu 1.10.2", "1.10.1"],
    ["far too old", "Terraform v0.11.14\n\nYour version of Terraform is out of date!", "Terraform 1.11", "0.11.14"],
    ["missing", "hello", "Terraform 1.11", "hello"],
  ])("is refused when it is %s", async (_case, text, floor, got) => {
    expect(await problemOf(version(text))).toMatchObject({
      code: "terraform-version",
      message: `must be ${floor} or later, got ${got}`,
    });
  });
});

it("a program that was interrupted is not told to be wrong", async () => {
  const running = problemOf(runProcess("sleep", ["60"], { cwd: scratch(), env: process.env }));
  process.listeners("SIGINT").at(-1)?.("SIGINT");
  expect(await running).toMatchObject({
    code: "interrupted",
    path: "sleep 60",
    fix: expect.stringContaining("again") as string,
  });
});

it("one that ended well after it was interrupted ends the run as well", async () => {
  const command = "trap 'exit 0' INT; echo ready; while :; do sleep 0.05; done";
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const running = problemOf(
    runProcess("sh", ["-c", command], {
      cwd: scratch(),
      env: process.env,
      onLine: () => {
        onReady();
      },
    }),
  );
  await ready;
  process.listeners("SIGINT").at(-1)?.("SIGINT");
  expect(await running).toMatchObject({ code: "interrupted", message: "was interrupted" });
});

it("a store that never returns the lifecycle rules as they were written is named so", async () => {
  const detail = "While waiting: timeout while waiting for state to become 'true' (last state: 'false', timeout: 3m0s)";
  const summary = "creating S3 Bucket (acme-tfstate) Lifecycle Configuration";
  const message = { type: "diagnostic", "@message": summary, diagnostic: { severity: "error", summary, detail } };
  const program = saying(JSON.stringify(message));
  writeFileSync(program, `${readFileSync(program, "utf8")}exit 1\n`);
  const engine = engineIn({ directory: scratch(), env: process.env, engine: () => engineOf(program) });
  expect(await problemOf(engine.apply(() => undefined))).toMatchObject({
    code: "terraform-failed",
    fix: expect.stringContaining("does not return them as they were written") as string,
  });
});
