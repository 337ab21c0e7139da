import { moved, phases, planned, type Fleet } from "../../support/fleet";

const CONFIG = `{
    bucket         = "b"
    key            = "\${path_relative_to_include()}/terraform.tfstate"
    region         = local.region # of the account
    dynamodb_table = "locks"
  }`;
const BACKEND = `terraform {
  backend "s3" {
    bucket         = "b"
    key            = "\${path_relative_to_include()}/terraform.tfstate"
    dynamodb_table = "\${local.prefix}-locks"
  }
}
`;

/** Forms of one backend in `root.hcl`. */
const FORMS: Readonly<Record<string, string>> = {
  "a block": `remote_state {\n  backend = "s3"\n  config = ${CONFIG}\n}\n`,
  "a block for OpenTofu, encrypted": `remote_state {\n  backend = "s3"\n  encryption = {\n    key_provider = "pbkdf2"\n  }\n  config = ${CONFIG}\n}\n`,
  "an attribute": `remote_state = {\n  backend = "s3"\n  config = ${CONFIG}\n}\n`,
  "a local": `locals {\n  remote_state = {\n    backend = "s3"\n    config = ${CONFIG}\n  }\n}\n`,
  "a heredoc": `generate "backend" {\n  path = "backend.tf"\n  contents = <<EOF\n${BACKEND}EOF\n}\n`,
  "an indented heredoc": `generate "backend" {\n  contents = <<-EOT\n${BACKEND.replace(/^(?=.)/gm, "    ")}  EOT\n  path = "backend.tf"\n}\n`,
  "a heredoc in an attribute": `generate = {\n  backend = {\n    path = "backend.tf"\n    contents = <<EOF\n${BACKEND}EOF\n  }\n}\n`,
  "two heredocs": `generate "provider" {\n  path = "p.tf"\n  contents = <<EOF\nprovider "aws" {}\nEOF\n}\ngenerate "backend" {\n  path = "backend.tf"\n  contents = <<EOF\n${BACKEND}EOF\n}\n`,
};

const HEAD = 'locals {\n  region = "eu-west-1"\n  prefix = "x"\n}\n';

describe.each(Object.entries(FORMS))("a backend in %s", (_, form) => {
  const fleet: Fleet = { "root.hcl": HEAD + form };

  it("moves to both and on to lockfile by its own lines, and back; a second run changes nothing", async () => {
    const both = await moved(fleet, { to: "both" });
    expect(linesBeyond(both, fleet)).toEqual(["use_lockfile = true"]);
    expect(await moved(both, { to: "both" })).toEqual(both);
    const lockfile = await moved(both, { to: "lockfile" });
    expect(linesBeyond(fleet, lockfile)).toHaveLength(1);
    expect(linesBeyond(lockfile, fleet)).toEqual(["use_lockfile = true"]);
    expect(await moved(lockfile, { to: "lockfile" })).toEqual(lockfile);
    expect(await phases(lockfile)).toEqual(["lockfile ."]);
    const back = await moved(both, { to: "dynamodb", back: { table: undefined } });
    expect(back).toEqual(fleet);
    const named = await moved(lockfile, { to: "both", back: { table: "locks" } });
    expect(linesBeyond(named, lockfile)).toEqual(['dynamodb_table = "locks"']);
  });

  it("keeps Windows line ends", async () => {
    const windows = { "root.hcl": (HEAD + form).replaceAll("\n", "\r\n") };
    const both = await moved(windows, { to: "both" });
    expect(both["root.hcl"]?.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(linesBeyond(both, windows)).toEqual(["use_lockfile = true"]);
  });
});

it.each<[string, string]>([
  [
    "a config that is merged",
    'remote_state {\n  backend = "s3"\n  config = merge(local.a, { dynamodb_table = "t" })\n}\n',
  ],
  ["a computed remote_state", "remote_state = local.common.remote_state\n"],
  ["a file that is read", 'generate "backend" {\n  path = "backend.tf"\n  contents = file("b.tf")\n}\n'],
  [
    "a heredoc with directives",
    `generate "backend" {\n  path = "backend.tf"\n  contents = <<EOF\nterraform {\n  backend "s3" {\n%{ if local.t }\n    dynamodb_table = "t"\n%{ endif }\n  }\n}\nEOF\n}\n`,
  ],
])("%s stays as it is, and is listed for a person", async (_, text) => {
  const plan = await planned({ "root.hcl": text }, { to: "both" });
  expect([plan.moves, [...plan.byHand, ...(plan.unknown ?? [])].map(({ file }) => file.path)]).toEqual([
    [],
    ["root.hcl"],
  ]);
});

/** Trimmed lines that the first text has and the second has not, without their gaps. */
function linesBeyond(fleet: Fleet, other: Fleet): string[] {
  const lines = (each: Fleet): string[] =>
    (each["root.hcl"] ?? "").split(/\r?\n/).map((line) => line.trim().replace(/ +=/, " ="));
  const known = new Set(lines(other));
  return lines(fleet).filter((line) => !known.has(line));
}

it("an object with colons and commas gets its line with a colon", async () => {
  const text =
    'remote_state {\n  backend = "s3"\n  config = {\n    bucket : "b",\n    dynamodb_table : "t",\n    key : "k",\n  }\n}\n';
  const both = await moved({ "root.hcl": text }, { to: "both" });
  expect(both["root.hcl"]).toBe(text.replace('"t",\n', '"t",\n    use_lockfile   : true\n'));
  expect((await moved(both, { to: "lockfile" }))["root.hcl"]).not.toContain("dynamodb_table");
});
