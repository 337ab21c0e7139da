import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SEEN_RECORD_FILE } from "../../../../lib/record/migration-record";
import { runStatelock, type Run, type RunSettings } from "../../../support/run-command";
import { ScratchFolder } from "../../../support/scratch";
import { configFiles } from "../../../support/config-files";

const LOCKING = {
  dynamodb: '    dynamodb_table = "locks"\n',
  lockfile: "    use_lockfile = true\n",
} as const;

/** A repository with this many roots. */
function fleet(count: number, locking: keyof typeof LOCKING, more: Readonly<Record<string, string>> = {}): string {
  const folder = new ScratchFolder();
  for (let at = 0; at < count; at += 1)
    folder.write(
      `infra/root-${String(at)}/main.tf`,
      `terraform {\n  backend "s3" {\n    bucket = "acme"\n    key = "root-${String(at)}/terraform.tfstate"\n    region = "eu-central-1"\n${LOCKING[locking]}  }\n}\n`,
    );
  for (const [path, text] of Object.entries(more)) folder.write(path, text);
  execFileSync("git", ["init", "-q", folder.directory]);
  return folder.directory;
}

const migrate = (workingDirectory: string, args: readonly string[], settings: RunSettings = {}): Promise<Run> =>
  runStatelock(["migrate", ...args], { workingDirectory, ...settings });

/** What a person reads after the progress. */
const told = ({ stderr }: Run): string[] => stderr.split("\n").filter((line) => !/^[✔✖] /.test(line) && line !== "");

describe("a plan", () => {
  it("says first how many roots it moves, then where they are, then the grants as one pattern, and the patch last", async () => {
    const { stderr, stdout } = await migrate(fleet(49, "dynamodb"), ["plan"]);
    const lines = told({ code: 0, stderr, stdout });
    expect(lines.slice(0, 2)).toEqual([
      "To both: 49 roots in 49 files; 0 left alone.",
      "Now: 49 on dynamodb, 0 on both, 0 on lockfile.",
    ]);
    expect(lines.filter((line) => line.includes("49 roots"))).toHaveLength(3);
    expect(lines).toHaveLength(18);
    expect(stdout.match(/^\+\+\+ /gm)).toHaveLength(49);
  });

  it("keeps a long patch for --diff on a terminal", async () => {
    const folder = fleet(8, "dynamodb");
    const short = await migrate(folder, ["plan"], { isTerminal: true });
    expect([short.stdout, told(short).at(-1)]).toEqual(["", "8 files would change: --diff shows how."]);
    const long = await migrate(folder, ["plan", "--diff"], { isTerminal: true });
    expect(long.stdout.match(/^\+\+\+ /gm)).toHaveLength(8);
    const one = await migrate(folder, ["plan", "--root", "infra/root-0"], { isTerminal: true });
    expect(one.stdout.match(/^\+\+\+ /gm)).toHaveLength(1);
  });

  it("of 172 finished roots is two lines", async () => {
    const run = await migrate(fleet(172, "lockfile"), ["plan"]);
    expect([run.code, run.stdout, told(run)]).toEqual([
      0,
      "",
      ["To lockfile: 0 roots in 0 files; 0 left alone.", "Now: 0 on dynamodb, 0 on both, 172 on lockfile."],
    ]);
  });

  it("names a script that stops a root once", async () => {
    const script = { "ci.sh": 'cd infra/a\nterraform init -backend-config="dynamodb_table=$T"\n' };
    const root = `terraform {\n  backend "s3" {\n    bucket = "acme"\n    key = "a"\n    region = "eu-central-1"\n    dynamodb_table = "locks"\n    use_lockfile = true\n  }\n}\n`;
    const { code, stderr } = await migrate(fleet(0, "dynamodb", { ...script, "infra/a/main.tf": root }), [
      "plan",
      ...["--to", "lockfile"],
    ]);
    expect([code, stderr.match(/ci\.sh:2/g)]).toEqual([1, ["ci.sh:2"]]);
  });

  it("names the longest roots and keys in full", async () => {
    const key = "k".repeat(900);
    const more = {
      [`${"a".repeat(200)}/${"b".repeat(200)}/${"c".repeat(200)}/main.tf`]: `terraform {\n  backend "s3" {\n    bucket = "acme"\n    key = "${key}"\n    region = "eu-central-1"\n    dynamodb_table = "locks"\n  }\n}\n`,
    };
    const { stderr } = await migrate(fleet(0, "dynamodb", more), ["plan"]);
    expect(stderr).toContain(`on arn:aws:s3:::acme/${key}.tflock\n`);
    const applied = await migrate(fleet(0, "dynamodb", more), ["apply", "--to", "both", "--force", "--offline"]);
    expect(applied.stdout).toBe(`${Object.keys(more)[0] ?? ""}\n`);
  });
});

describe("a second apply", () => {
  it("changes no byte, also not of the record, whatever it remembers", async () => {
    const consumers = [
      { name: "a", locking: "dynamodb" },
      { name: "b", locking: "both" },
    ] as const;
    const folder = fleet(3, "dynamodb", { ...configFiles("home", { legacyTable: "locks", consumers }) });
    const files = [SEEN_RECORD_FILE, "infra/root-0/main.tf", "infra/root-2/main.tf"];
    const bytes = (): string[] => files.map((file) => readFileSync(join(folder, file), "utf8"));
    for (const to of ["both", "lockfile"]) {
      const args = ["apply", "--to", to, "--force", "--offline"];
      await migrate(folder, args);
      const first = bytes();
      const again = await migrate(folder, args);
      expect([again.stdout, bytes(), again.stderr.includes("Recorded")]).toEqual(["", first, false]);
    }
  });
});
