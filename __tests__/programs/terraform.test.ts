import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/problem/problem";
import { runProcess } from "../../lib/programs/run-process";
import { terraformIn } from "../../lib/programs/terraform";
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
    terraformIn({ directory: scratch(), env: process.env, binary: saying(text) }).version();

  it.each(["1.11.0", "1.15.3", "2.0.0"])("may be %s", async (text) => {
    expect(await version(JSON.stringify({ terraform_version: text }))).toBe(text);
  });

  it.each([
    ["too old", '{"terraform_version": "1.10.5"}', "1.10.5"],
    [
      "of before there was JSON",
      "Terraform v0.11.14\n\nYour version of Terraform is out of date!",
      "Terraform v0.11.14",
    ],
    ["missing", "{}", "{}"],
    ["no text", '{"terraform_version": 1}', '{"terraform_version": 1}'],
  ])("is refused when it is %s", async (_case, text, got) => {
    expect(await problemOf(version(text))).toMatchObject({
      code: "terraform-version",
      message: `must be 1.11 or later, got ${got}`,
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
