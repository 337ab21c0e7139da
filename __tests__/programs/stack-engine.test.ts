import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineOf } from "../../lib/engine/engine";
import { UserError } from "../../lib/problem/problem";
import { runProcess } from "../../lib/programs/run-process";
import { engineIn, PLAN_FILE } from "../../lib/programs/stack-engine";

import { scratch, ScratchFolder } from "../support/scratch";

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

describe("the saved plan, which holds secrets", () => {
  /** A program that says which mode the plan's file has, and then writes the plan into it. */
  function planning(): {
    readonly directory: string;
    readonly modes: () => string[];
    readonly plan: () => Promise<unknown>;
  } {
    const at = new ScratchFolder();
    const engine = at.program(
      "terraform",
      `#!/bin/sh
for arg; do
  case $arg in -out=*) stat -c %a "\${arg#-out=}" >> "${at.path("modes")}"; echo secret > "\${arg#-out=}"; exit 2;; esac
done
echo '{}'
`,
    );
    mkdirSync(at.path("stack"));
    const port = engineIn({ directory: at.path("stack"), env: process.env, engine: () => engineOf(engine) });
    return {
      directory: at.path("stack"),
      modes: () => at.read("modes").trim().split("\n"),
      plan: () => port.plan({ lock: false }),
    };
  }

  it("is for its owner alone before the engine writes it, and stays so", async () => {
    const { directory, modes, plan } = planning();
    await plan();
    expect(modes()).toEqual(["600"]);
    expect(statSync(join(directory, PLAN_FILE)).mode & 0o777).toBe(0o600);
  });

  it("takes the place of what a killed run left, and never goes through a link", async () => {
    const { directory, modes, plan } = planning();
    writeFileSync(join(directory, PLAN_FILE), "left", { mode: 0o644 });
    await plan();
    rmSync(join(directory, PLAN_FILE));
    const target = join(scratch(), "target");
    writeFileSync(target, "kept");
    symlinkSync(target, join(directory, PLAN_FILE));
    await plan();
    expect(modes()).toEqual(["600", "600"]);
    expect(readFileSync(target, "utf8")).toBe("kept");
  });
});

it("does not report an interrupted program as failed", async () => {
  const running = problemOf(runProcess("sleep", ["60"], { cwd: scratch(), env: process.env }));
  process.listeners("SIGINT").at(-1)?.("SIGINT");
  expect(await running).toMatchObject({
    code: "interrupted",
    path: "sleep 60",
    fix: expect.stringContaining("again") as string,
  });
});

it("says what an interrupted apply reports as text, and survives a line that was cut off", async () => {
  const error = JSON.stringify({
    type: "diagnostic",
    diagnostic: { severity: "error", summary: "halted", detail: "" },
  });
  const script = `#!/bin/sh
trap 'echo "$REPORT"; printf "{cut"; exit 1' INT
echo '{"type":"apply_start","@message":"a"}'
while :; do sleep 0.05; done
`;
  const engine = new ScratchFolder().program("halting", script);
  const port = engineIn({
    directory: scratch(),
    env: { ...process.env, REPORT: error },
    engine: () => engineOf(engine),
  });
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const running = problemOf(port.apply(onReady));
  await ready;
  process.listeners("SIGINT").at(-1)?.("SIGINT");
  expect(await running).toMatchObject({
    code: "interrupted",
    message: "was interrupted, and printed:\n\n    halted\n",
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

it("names a store that never returns the lifecycle rules as they were written", async () => {
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
