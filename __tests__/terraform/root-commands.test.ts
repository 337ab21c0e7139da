import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCommands } from "../../lib/terraform/root-commands";
import { filesBelow, scratch } from "../support/scratch";

const ROOT = { root: ".", tool: "terraform", partials: [[]] } as const;

/** What Terraform says where the lock was gone again when it looked whose it is. */
const GONE = "Error: Error acquiring the state lock\n\nError message: PreconditionFailed\nStatusCode: 404, NoSuchKey:";

const HELD = `${GONE}\nLock Info:\n  ID:        24ee7454-f4a7-4bfb-9d54-6f1d4b1f5c11\n`;

/** A program that fails so often, with these words, and says each time that it ran. */
function failing(times: number, words: string): { readonly binary: string; readonly runs: () => number } {
  const folder = scratch();
  const binary = join(folder, "terraform");
  const script = `#!/bin/sh\necho x >> ${folder}/runs\n[ $(wc -l < ${folder}/runs) -gt ${String(times)} ] && exit 0\ncat >&2 <<'END'\n${words}\nEND\nexit 1\n`;
  writeFileSync(binary, script);
  chmodSync(binary, 0o755);
  return { binary, runs: () => (filesBelow(folder).get("runs") ?? "").length / 2 };
}

const plan = (binary: string): Promise<unknown> =>
  rootCommands({ workingDirectory: scratch(), env: { ...process.env, TERRAFORM_BINARY_NAME: binary } }).plan(ROOT);

describe("a plan", () => {
  it("is run again where the lock was released while Terraform asked who holds it: it does not wait then", async () => {
    const { binary, runs } = failing(2, GONE);
    expect([await plan(binary), runs()]).toEqual(["unchanged", 3]);
  });

  it.each([
    ["somebody holds the lock for longer than it waits", HELD, 1],
    ["something else is wrong", "Error: No value for required variable", 1],
    ["the lock is never seen", GONE, 5],
  ])("fails where %s", async (_, words, times) => {
    const { binary, runs } = failing(100, words);
    expect([await plan(binary), runs()]).toMatchObject([{ code: "terraform-failed" }, times]);
  });
});
