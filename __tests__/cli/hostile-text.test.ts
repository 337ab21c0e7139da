import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { lockShowSchema } from "../../cli/locks/locks-show";
import { stateKeyOf } from "../../lib/inventory/state-owner";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import fc, { runs } from "../support/fuzz";
import { ScratchFolder } from "../support/scratch";
import { anyText } from "../support/arbitraries";
import { bucketFlags, runStatelock, type Run } from "../support/run-command";

let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
});

afterEach(async () => {
  await s3.stop();
});

const run = (args: readonly string[], colors = false): Promise<Run> =>
  runStatelock([...args, ...bucketFlags(s3)], { colors });

/** Control, format and bidirectional characters, separators; a new line is only where Statelock ends a line. */
const HOSTILE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const attack = fc.constantFrom(
  "\u001b]0;owned\u0007",
  "\u001b[2J",
  "\u009b31m",
  "\u202egpj.exe",
  "\u2066",
  "\r\nnext: rm -rf /",
  "$(id)`id`",
  "!!",
  "' \" \\ %s",
  "\u{e0041}",
);
const hostile = fc
  .array(fc.oneof(attack, anyText({ maxLength: 8 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("").replaceAll("\0", ""));
const hostileKey = fc
  .tuple(fc.constantFrom("", "-", "/", "../", "a/./", "file://", "arn:", "=", "s3://other/"), hostile)
  .map(([start, text]) => `${start}${text}x`);

function wordsOf(shell: string, command: string): string[] {
  const script = command.replace(/^\S+/, "printf '%s\\0'");
  return execFileSync(shell, ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

const fields = fc.record({
  ID: hostile.map((text) => `${text}x`),
  Who: hostile,
  Operation: hostile,
  Info: hostile,
  Version: hostile,
  // Terraform reads a body with any other time as no lock at all.
  Created: fc.constant("2026-11-23T10:00:00Z"),
  Path: hostile,
});

it("no text of a lock reaches the output as it is, and every printed command means that lock", async () => {
  await fc.assert(
    fc.asyncProperty(hostileKey, fields, async (stateKey, body) => {
      s3.put(`${stateKey}.tflock`, lockBody(body.ID, body));
      const given = `s3://acme-tfstate/${stateKey}.tflock`;
      try {
        const runs = [
          await run(["locks", "list"]),
          await run(["locks", "list", "--json"]),
          await run(["locks", "show", given]),
          await run(["locks", "wait", given, "--timeout", "0"]),
          await run(["locks", "release", given, "--id", "another", "--reason", body.Who.trim() + "x", "--yes"]),
          await run(["history", "list", given]),
        ];
        for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toMatch(HOSTILE);
        const colored = await run(["locks", "show", given], true);

        expect((colored.stdout + colored.stderr).replace(/\u001b\[\d+m/g, "")).not.toMatch(HOSTILE);
        const shown = await run(["locks", "show", given, "--json"]);
        expect(shown.stdout).not.toMatch(HOSTILE);
        const { commands } = lockShowSchema.parse(JSON.parse(shown.stdout));
        for (const shell of ["bash", "dash"]) {
          const [, , key = "", flag, id, , , ...flags] = wordsOf(shell, commands.release ?? "");
          expect(stateKeyOf(key, "acme-tfstate")).toBe(stateKey);
          expect([flag, id]).toEqual(["--id", body.ID]);
          expect(flags).toEqual(bucketFlags(s3));
          const inspect = wordsOf(shell, commands.inspect ?? "");
          const json = inspect[inspect.indexOf("--cli-input-json") + 1] ?? "{}";
          const named = inspect.includes("--key")
            ? inspect[inspect.indexOf("--key") + 1]
            : (JSON.parse(json) as { Key: string }).Key;
          expect(named).toBe(`${stateKey}.tflock`);
        }
      } finally {
        s3.remove(`${stateKey}.tflock`);
      }
    }),
    runs(12),
  );
});

it("no lineage, output or provider of a state, and no error of S3, reaches the output as it is", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (lineage, name) => {
      const state = (serial: number): string =>
        JSON.stringify({
          version: 4,
          serial,
          lineage: lineage + "x",
          terraform_version: name,
          outputs: { [name]: { value: serial } },
          resources: [],
        });
      const { versionId: first } = s3.put("app", state(1));
      s3.put("app", state(2));
      for (const args of [
        ["history", "list", "app"],
        ["history", "diff", "app", "current", first],
        ["history", "restore", "app", first, "--dry-run"],
        ["history", "restore", "app", first, "--dry-run", "--json"],
        ["history", "restore", "app", name + "x", "--dry-run"],
        ["locks", "show", name + "x"],
      ]) {
        const { stdout, stderr } = await run(args);
        expect(stdout + stderr).not.toMatch(HOSTILE);
      }
      s3.onRequest(() => ({ status: 403, code: name.replace(/[<>&]/g, "") }));
      for (const args of [
        ["locks", "list"],
        ["history", "list", "app", "--json"],
        ["verify", "--no-probe"],
      ]) {
        const { stdout, stderr } = await run(args);
        expect(stdout + stderr).not.toMatch(HOSTILE);
      }
      s3.onRequest(() => undefined);
    }),
    runs(6),
  );
});

/** A quoted HCL text that means this one. */
function hclText(text: string): string {
  const escaped = JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
  return escaped.replace(/\\[bf]/g, (sign) => (sign === "\\b" ? "\\u0008" : "\\u000c"));
}

const WITHOUT_TABLE = 'use_lockfile = true\nregion = "eu-central-1"';
const WITH_TABLE = 'dynamodb_table = "locks"\nregion = "eu-central-1"';

it("no folder, file or value of a root reaches the output as it is, and a printed command means those roots", async () => {
  const name = hostile.map((text) => `${text.replaceAll("/", "_").slice(0, 40)}x`);
  await fc.assert(
    fc.asyncProperty(name, name, hostile, hostile, async (root, file, bucket, key) => {
      const folder = new ScratchFolder();
      const backend = (settings: string): string =>
        `terraform {\n  backend "s3" {\nbucket = ${hclText(`${bucket}x`)}\nkey = ${hclText(`${key}x`)}\n${settings}\n}\n}\n`;
      // Two roots with one state, one of them without a table, and a root that reads the file of the first.
      folder.write(`${root}/${file}.tf`, backend(WITH_TABLE));
      folder.write(`${root}-2/${file}.tf`, backend(WITHOUT_TABLE));
      folder.write(`${root}-3/main.tf`);
      symlinkSync(folder.path(root, `${file}.tf`), folder.path(`${root}-3`, "linked.tf"));
      folder.write(`broken/${file}.tf`, `terraform {\n  backend "s3" {\n bucket = ${hclText(bucket)}`);
      let printed = "";
      for (const args of [
        ["scan"],
        ["scan", "--all"],
        ["scan", "--json"],
        ["plan", "--to", "both"],
        ["plan", "--to", "both", "--json"],
        ["plan", "--to", "lockfile", "--root", `${root}x`],
        ["apply", "--to", "both", "--root", root, "--offline", "--force"],
        ["status", "--endpoint-url", "http://127.0.0.1:9"],
        ["init", "--dry-run"],
      ]) {
        // A pipe gets a patch byte for byte, for `git apply`.
        const settings = { workingDirectory: folder.directory, isTerminal: true };
        const { stdout, stderr } = await runStatelock(["migrate", ...args], settings);
        expect((stdout + stderr).replaceAll("\t", "")).not.toMatch(HOSTILE);
        printed += stdout + stderr;
      }
      const commands = [...printed.matchAll(/Select it too: (--root .*)$/gm)].map(([, command = ""]) => command);
      expect(commands.length).toBeGreaterThan(0);
      for (const shell of ["bash", "dash"])
        for (const command of commands) expect([root, `${root}-3`]).toContain(wordsOf(shell, `it ${command}`)[1]);
    }),
    runs(4),
  );
});
