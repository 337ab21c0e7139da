import { moved, planned } from "../../support/fleet";
import { places } from "../../support/home";

const block = (lines: readonly string[]): string =>
  `terraform {\n  backend "s3" {\n    bucket         = "acme"\n    key            = "k"\n    region         = "eu-central-1"\n${lines.map((line) => `    ${line}\n`).join("")}  }\n}\n`;
const TABLE = 'dynamodb_table = "locks"';

/** The lines of the file after the step, without the table and the lock file. */
async function modern(file: string, text: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const fleet = await moved({ [file]: text, ...more }, { to: "both", modernize: true });
  return fleet[file] ?? "";
}

describe("arguments that Terraform 1.10 refuses", () => {
  it("move into assume_role, where the first one was, and every comment stays", async () => {
    const before = block([
      'role_arn       = "arn:aws:iam::111122223333:role/x" # who',
      TABLE,
      "# a day",
      "assume_role_duration_seconds = 3600",
      'session_name   = "ci"',
      'assume_role_tags = { team = "a" }',
    ]);
    expect((await modern("main.tf", before)).split("\n").slice(5, -3)).toEqual([
      "    assume_role = {",
      '      role_arn = "arn:aws:iam::111122223333:role/x"',
      '      duration = "3600s"',
      '      session_name = "ci"',
      '      tags = { team = "a" }',
      "    } # who",
      '    dynamodb_table = "locks"',
      "    use_lockfile   = true",
      "    # a day",
    ]);
  });

  it("move in JSON and in a backend file too", async () => {
    const [role_arn, external_id] = ["arn", "e"];
    const rest = { bucket: "a", key: "k", region: "r", dynamodb_table: "locks" };
    const s3 = { ...rest, role_arn, external_id, assume_role_duration_seconds: 900 };
    const json = await modern("main.tf.json", JSON.stringify({ terraform: { backend: { s3 } } }, null, 2));
    const after = JSON.parse(json) as { terraform: { backend: { s3: unknown } } };
    expect(after.terraform.backend.s3).toEqual({
      ...rest,
      assume_role: { role_arn, external_id, duration: "900s" },
      use_lockfile: true,
    });
    const fleet = {
      "a/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      "a/prod.tfbackend": `bucket = "a"\nkey = "k"\nrole_arn = "arn"\n${TABLE}\n`,
    };
    const done = await moved(fleet, { to: "both", modernize: true });
    expect(done["a/prod.tfbackend"]).toBe(
      `bucket = "a"\nkey = "k"\nassume_role = { role_arn = "arn" }\n${TABLE}\nuse_lockfile   = true\n`,
    );
  });

  it("move in a root that is there already", async () => {
    const before = block(['role_arn = "arn"', TABLE, "use_lockfile = true"]);
    expect(await modern("main.tf", before)).toBe(
      before.replace('role_arn = "arn"', 'assume_role = { role_arn = "arn" }'),
    );
  });

  it.each<[string, string, string?]>([
    ["an assume_role beside them", block(['role_arn = "arn"', 'assume_role = { role_arn = "b" }', TABLE])],
    ["an assume_role block beside them", block(['role_arn = "arn"', "assume_role {", '  role_arn = "b"', "}", TABLE])],
    ["a heredoc", block(['role_arn = "arn"', "assume_role_policy = <<-EOT", "{}", "EOT", TABLE])],
    ["no role", block(['session_name = "s"', TABLE])],
    ["an empty role, which is no role", block(['role_arn = ""', TABLE])],
    ["a comment inside of a value", block(['role_arn = "arn"', "assume_role_tags = {", '  a = "b" # why', "}", TABLE])],
    ["seconds that are no number", block(['role_arn = "arn"', "assume_role_duration_seconds = null", TABLE])],
    [
      "a part in another file",
      block(['role_arn = "arn"', TABLE]).replace(/ {4}bucket.*\n/, ""),
      'session_name = "s"\nbucket = "b"\n',
    ],
  ])("stay for a person with %s", async (_, text, partial = "") => {
    const fleet = { "main.tf": text, ...(partial === "" ? {} : { "x.tfbackend": partial }) };
    const { moves, refusals } = await planned(fleet, { to: "both", modernize: true });
    const problems = refusals.flatMap((refusal) => refusal.problems);
    expect([moves, places(problems)[0]]).toEqual([[], expect.stringContaining("removed-argument")]);
    expect(problems[0]?.fix).not.toMatch(/--modernize|\n/);
  });

  it("stay, and stop the step, without --modernize", async () => {
    const { moves, refusals } = await planned({ "main.tf": block(['role_arn = "arn"', TABLE]) }, { to: "both" });
    expect([moves, refusals.flatMap(({ problems }) => places(problems))]).toEqual([
      [],
      ["removed-argument main.tf:6 role_arn"],
    ]);
  });
});
