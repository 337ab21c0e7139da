import { needsPerson } from "../../lib/migrate/scan/needs-person";
import { planned, scanned, type Fleet } from "../support/fleet";

const block = (rest = "", key = "k", bucket = "b"): string =>
  `terraform {\n  backend "s3" {\n    bucket = "${bucket}"\n    key = "${key}"\n    dynamodb_table = "t"\n${rest}  }\n}\n`;
const PARTIAL = 'bucket = "b"\nkey = "k"\ndynamodb_table = "t"\n';

/** The exit code of a scan, its configurations, and the hints. */
async function told(fleet: Fleet): Promise<{ fine: boolean; roots: string[]; hints: string[] }> {
  const { problems, configurations, hints = [] } = await scanned(fleet);
  return {
    fine: problems.length === 0 && !configurations.some(needsPerson),
    roots: configurations.map(({ root, phase }) => `${phase} ${root}`),
    hints: hints.map(({ code, path }) => `${code} ${path}`),
  };
}

describe("a template by its name is listed, and is no root", () => {
  const NAMES = "jinja jinja2 j2 tmpl tpl tftpl gotmpl template example sample dist erb mustache".split(" ");

  it.each([
    ...NAMES.map((ending) => [`a/backend.tf.${ending}`, block(), 2] as const),
    ...NAMES.map((ending) => [`a/prod.tfbackend.${ending}`, PARTIAL, 1] as const),
    ["a/backend.tpl", block(), 2] as const,
    ["a/backend.example.hcl", PARTIAL, 1] as const,
    ["a/example.s3.tfbackend", PARTIAL, 1] as const,
    ["a/backend-template.hcl", PARTIAL, 1] as const,
    [
      "a/root.hcl.tmpl",
      'remote_state {\n  backend = "s3"\n  config = {\n    dynamodb_table = "t"\n  }\n}\n',
      1,
    ] as const,
    ["a/main.tf.json.tmpl", '{"terraform": {"backend": {"s3": {"bucket": "b",\n "dynamodb_table": "t"}}}}', 1] as const,
    ["a/backend.tf.tmpl", block().replace('"s3"', "s3"), 2] as const,
    [
      "a/backend.tf.j2",
      '{% if remote %}\nterraform {\n  backend "s3" {\n    key = {{ key }}\n  }\n}\n{% endif %}\n',
      3,
    ] as const,
    ["a/ci.yml.j2", "- run: terraform init -backend-config=dynamodb_table={{ t }}\n", 1] as const,
  ])("%s", async (path, text, line) => {
    expect(await told({ [path]: text })).toEqual({
      fine: true,
      roots: [],
      hints: [`backend-template ${path}:${String(line)}`],
    });
  });
});

describe("a value that is to be filled in makes a template", () => {
  const VALUES = [
    "{{ x }}",
    "{{.X}}",
    "x-{{ x }}-y",
    "<X>",
    "<your-bucket>",
    "<TF_STATE_BUCKET_NAME>",
    "__X__",
    "a/__X__/b",
  ];

  it.each([...VALUES, "@X1@", "#{X}#", "<%= x %>", "TODO", "CHANGEME", "CHANGE_ME", "REPLACE_ME"])(
    "%s as a bucket, in a block and in a partial file",
    async (value) => {
      const files = { "a/main.tf": block("", "k", value), "b/x.s3.tfbackend": PARTIAL.replace('"b"', `"${value}"`) };
      expect(await told(files)).toEqual({
        fine: true,
        roots: [],
        hints: ["backend-template a/main.tf:2", "backend-template b/x.s3.tfbackend:1"],
      });
    },
  );

  it.each(["region", "profile", "kms_key_id"])("in the argument %s too", async (name) => {
    const { fine, roots } = await told({ "a/main.tf": block(`    ${name} = "<X_Y>"\n`) });
    expect([fine, roots]).toEqual([true, []]);
  });

  it.each(["{{ x }}", "<X>", "<your-bucket>", "{{- .X | quote }}", "<%= x %>"])(
    "%s without quotes, which no parser reads",
    async (value) => {
      const { fine, roots, hints } = await told({ "a/main.tf": block().replace('"b"', value) });
      expect([fine, roots, hints]).toEqual([true, [], ["backend-template a/main.tf:2"]]);
    },
  );

  it.each<[string, Fleet]>([
    ["lines of a template", { "a/main.tf": `{% if x %}\n${block()}{% endif %}\n` }],
    ["lines of a Go template", { "a/main.tf": `{{- if .X }}\n${block()}{{- end }}\n` }],
    ["a folder of a generator", { "{{cookiecutter.name}}/main.tf": block() }],
  ])("%s", async (_, fleet) => {
    const { fine, roots, hints } = await told(fleet);
    expect([fine, roots, hints.length]).toEqual([true, [], 1]);
  });

  it.each(["apps/TODO-list/x", "a<b", "a__b__c", "user@host", "{x}"])("but not the key %s", async (key) => {
    expect((await told({ "a/main.tf": block("", key) })).roots).toEqual(["dynamodb a"]);
  });

  it("a file that is broken in another way stays a problem", async () => {
    expect((await told({ "a/main.tf": `${block("", "{{ x }}")}resource {{{\n` })).fine).toBe(false);
  });
});

describe("a template hides no root", () => {
  it("a partial file to be filled in leaves its root as it is", async () => {
    const example = 'bucket = "<BUCKET>"\nkey = "<KEY>"\ndynamodb_table = "<TABLE>"\n';
    expect(await told({ "a/main.tf": 'terraform {\n  backend "s3" {}\n}\n', "a/backend.hcl": example })).toEqual({
      fine: false,
      roots: ["unknown a"],
      hints: ["backend-template a/backend.hcl:1"],
    });
    const { roots, hints } = await told({ "a/main.tf": block(), "a/example-backend.hcl": example });
    expect([roots, hints]).toEqual([["dynamodb a"], ["backend-template a/example-backend.hcl:1"]]);
  });

  it("an override to be filled in does not hide the block that it would override", async () => {
    const fleet = { "a/main.tf": block(), "a/x_override.tf": block("", "__KEY__").replace('"t"', '""') };
    expect((await told(fleet)).roots).toEqual(["dynamodb a"]);
  });

  it("a block to be filled in is a root if a command fills it in", async () => {
    const fleet = {
      "a/main.tf": block("", "k", "TODO"),
      "ci.sh": "terraform -chdir=a init -backend-config=bucket=real\n",
    };
    expect((await told(fleet)).roots).toEqual(["dynamodb a"]);
    const { moves } = await planned(fleet, { to: "both" });
    expect(moves.map(({ roots }) => roots)).toEqual([["a"]]);
  });
});

describe("a template moves with the roots", () => {
  const remote = (rest = "") =>
    `remote_state {\n  backend = "s3"\n  config = {\n    dynamodb_table = "t"\n${rest}  }\n}\n`;
  const json = (rest = "") => `{"terraform": {"backend": {"s3": {"bucket": "{{ b }}", "dynamodb_table": "t"${rest}}}}}`;
  const ON = "    use_lockfile   = true\n";
  const ROOT = { "r/main.tf": block(ON) };
  const inside = (text: string): string => `{% if x %}\n${text}{% endif %}\n`;

  /** The templates that a plan changes, with their new texts. */
  async function changed(fleet: Fleet, to: "both" | "lockfile" = "both"): Promise<Fleet> {
    const { templates = [] } = await planned(fleet, { to });
    return Object.fromEntries(templates.map(({ path, after }) => [path, after]));
  }

  it.each<[string, string, string]>([
    ["a/backend.tf.j2", inside(block("", "{{ key }}")), inside(block(ON, "{{ key }}"))],
    ["a/backend.tf.tmpl", block("", "${key}/x"), block(ON, "${key}/x")],
    [
      "a/backend.tpl",
      block("", '{{ var "k" }}').replace('"b"', "<%= b %>"),
      block(ON, '{{ var "k" }}').replace('"b"', "<%= b %>"),
    ],
    ["a/backend.tf.example", block("", "k", "<BUCKET>"), block(ON, "k", "<BUCKET>")],
    ["a/crlf.tf.j2", inside(block()).replaceAll("\n", "\r\n"), inside(block(ON)).replaceAll("\n", "\r\n")],
    ["a/main.tf", block("", "k", "<BUCKET>"), block(ON, "k", "<BUCKET>")],
    ["a/bare.tf", block().replace('"b"', "{{ bucket }}"), block(ON).replace('"b"', "{{ bucket }}")],
    ["{{cookiecutter.name}}/main.tf", block(), block(ON)],
    ["a/prod.tfbackend.example", PARTIAL, `${PARTIAL}use_lockfile   = true\n`],
    ["a/example.s3.tfbackend", PARTIAL, `${PARTIAL}use_lockfile   = true\n`],
    [
      "a/x.s3.tfbackend",
      PARTIAL.replace('"b"', '"__B__"'),
      `${PARTIAL.replace('"b"', '"__B__"')}use_lockfile   = true\n`,
    ],
    ["a/root.hcl.tmpl", remote(), remote(ON)],
    ["a/main.tf.json.tmpl", json(), json(', "use_lockfile": true')],
  ])("%s", async (path, before, after) => {
    expect(await changed({ ...ROOT, [path]: before })).toEqual({ [path]: after });
    // Nothing else of a step knows it.
    const { moves, refusals, byHand, unknown } = await planned({ ...ROOT, [path]: before }, { to: "both" });
    expect([moves, refusals, byHand, unknown]).toEqual([[], [], [], []]);
    // Then it goes on with the last root.
    const on = await changed({ ...ROOT, [path]: after }, "lockfile");
    expect(Object.keys(on)).toEqual([path]);
    expect(on[path]).not.toContain("dynamodb_table");
    expect((await told({ [path]: on[path] ?? "" })).hints).toEqual([]);
  });

  it.each<[string, string]>([
    ["an argument on condition", block('    {% if x %}\n    acl = "private"\n    {% endif %}\n')],
    ["a table to be filled in", block().replace('"t"', '"{{ table }}"')],
    ["a table of templatefile", block().replace('"t"', '"${table}"')],
    ["a table with a placeholder", block().replace('"t"', '"<TABLE>"')],
    ["two tables", inside(block('    {% else %}\n    dynamodb_table = "u"\n'))],
    ["a flag to be filled in", block("    use_lockfile = {{ on }}\n")],
    ["letters that stand for marks", `# Ā\n${block("", "{{ key }}")}`],
    ["a text that no parser reads", `resource {{{\n${block()}`],
  ])("but not %s", async (_, text) => {
    const path = "a/backend.tf.j2";
    expect(await changed({ ...ROOT, [path]: text })).toEqual({});
    expect((await told({ [path]: text })).hints).toHaveLength(1);
  });

  it("to lockfile not before a root that stays, and not in a step of one root or back", async () => {
    const path = "a/backend.tf.j2";
    const stays = { "s/main.tf": block("", "other") };
    expect(await changed({ ...ROOT, ...stays, [path]: block(ON) }, "lockfile")).toEqual({});
    const one = await planned({ ...ROOT, [path]: block() }, { to: "both", roots: ["r"] });
    const back = await planned({ ...ROOT, [path]: block(ON) }, { to: "dynamodb", back: { table: undefined } });
    expect([one.templates, back.templates]).toEqual([[], []]);
  });
});
