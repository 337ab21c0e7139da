import fc from "fast-check";

/** A file with an S3 backend on `dynamodb`, as a person might have written it. */
interface WrittenBackend {
  readonly text: string;
  /** Comments that are in it; every one must survive. */
  readonly comments: readonly string[];
  /** What the file is called. */
  readonly name: string;
}

const word = fc.constantFrom("acme", "é😀", "a b", "$${x}", "%%{y}", 'q\\"q', "# no comment", "/* nor */", "{", "");
const space = fc.constantFrom(" ", " ", " ", "", "  ", "\t");

/** Numbered, so that no two comments are alike. */
function comments(style: readonly ((text: string) => string)[], count: number): fc.Arbitrary<string[]> {
  return fc.tuple(
    ...Array.from({ length: count }, (_, index) => fc.constantFrom(...style).map((make) => make(`c${String(index)}`))),
  );
}

const ownLine = [
  (text: string) => `# ${text}`,
  (text: string) => `// ${text} "`,
  (text: string) => `/* ${text} */`,
  (text: string) => `/* ${text}\n   { */`,
];
const trailing = [(text: string) => `# ${text}`, (text: string) => `//${text} é`, (text: string) => `/* ${text} */`];
const inner = [(text: string) => `/* ${text} */`, (text: string) => `/*${text} = "*/`];

/** One argument, without what is around it: what is before the equal sign and what is behind it. */
interface Written {
  readonly name: string;
  readonly value: string;
}

const plain: fc.Arbitrary<Written> = fc.oneof(
  fc.record({ name: fc.constantFrom("region", "profile", "kms_key_id"), value: word.map((text) => `"${text}"`) }),
  fc.record({ name: fc.constant("encrypt"), value: fc.constantFrom("true", "false", "null") }),
  fc.record({ name: fc.constant("max_retries"), value: fc.constantFrom("5", "-1", "1.5") }),
  fc.record({
    name: fc.constant("allowed_account_ids"),
    value: fc.constantFrom('["1", "2"]', '[\n  "1", # one\n  "2",\n]'),
  }),
  fc.constant({
    name: "assume_role",
    value: '{\n  role_arn = "r"\n  policy = <<EOT\n  { "dynamodb_table" = 1 }\n# no comment\nEOT\n}',
  }),
  fc.constant({ name: "acl", value: '<<-EOT\n    indented = "x"\n    EOT' }),
);

const endpoints: fc.Arbitrary<Written> = fc
  .constantFrom(
    '{ dynamodb = "d" }',
    '{dynamodb="d",s3="s"}',
    '{ "s3" : "s", "dynamodb" : "d" }',
    '{\n  dynamodb = "d"\n  s3 = "s"\n}',
    '{\n  s3 = "s", dynamodb = "d"\n}',
    '{\n  s3 = "s",\n  dynamodb = "d", # end\n}',
    '{ s3 = "s" }',
  )
  .map((value) => ({ name: "endpoints", value }));

const argumentList: fc.Arbitrary<Written[]> = fc
  .tuple(
    fc.uniqueArray(plain, { selector: ({ name }) => name, maxLength: 5 }),
    fc.option(endpoints, { nil: undefined }),
    fc.option(fc.constant({ name: "dynamodb_endpoint", value: '"http://d"' }), { nil: undefined }),
    fc.option(
      fc.constantFrom("false", "null", '"false"').map((value) => ({ name: "use_lockfile", value })),
      { nil: undefined },
    ),
  )
  .chain(([some, ...optional]) => {
    const fixed = [
      { name: "bucket", value: '"b"' },
      { name: "key", value: '"k/é.tfstate"' },
      { name: "dynamodb_table", value: '"locks"' },
    ];
    const others = optional.filter((written) => written !== undefined);
    // No engine takes both.
    const hasEndpoint = others.some(({ name, value }) => name === "endpoints" && value.includes("dynamodb"));
    const all = [...fixed, ...some, ...others.filter(({ name }) => !(hasEndpoint && name === "dynamodb_endpoint"))];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

/** An argument's lines: comments above it, around it, in it and behind it, and blank lines. */
function dressed(indent: string): (written: Written) => fc.Arbitrary<{ lines: string; comments: string[] }> {
  return ({ name, value }) =>
    fc
      .record({
        above: fc.subarray([0, 1]),
        texts: comments(ownLine, 2),
        before: fc.boolean(),
        inside: fc.boolean(),
        behind: fc.boolean(),
        around: fc.tuple(comments(inner, 2), comments(trailing, 1)),
        spaces: fc.tuple(space, space),
        blanks: fc.nat(2),
      })
      .map(({ above, texts, before, inside, behind, around: [inners, trailings], spaces, blanks }) => {
        const tag = (text: string | undefined, at: string): string => (text ?? "").replace(/c\d/, `${name}-${at}`);
        const isHeredoc = value.startsWith("<<");
        const own = above.map((index) => tag(texts[index], `above${String(index)}`));
        const lead = before ? [tag(inners[0], "before")] : [];
        const middle = inside ? [tag(inners[1], "inside")] : [];
        const end = behind && !isHeredoc ? [tag(trailings[0], "behind")] : [];
        const [left, right] = spaces;
        const gap = middle.length > 0 ? ` ${middle[0] ?? ""} ` : right;
        const line = [...lead, `${name}${left}=${gap}${value}`, ...end].join(" ");
        const rows = [...Array.from({ length: blanks }, () => ""), ...own.map((each) => indent + each), indent + line];
        return { lines: rows.join("\n"), comments: [...own, ...lead, ...middle, ...end] };
      });
}

function body(indent: string): fc.Arbitrary<{ lines: string; comments: string[] }> {
  return argumentList.chain((written) =>
    fc.tuple(...written.map(dressed(indent))).map((parts) => ({
      lines: parts.map(({ lines }) => lines).join("\n"),
      comments: parts.flatMap((part) => part.comments),
    })),
  );
}

const OTHER_BLOCKS = [
  'terraform {\n  required_version = ">= 1.11"\n}\n',
  "terraform {\n}\n",
  'locals {\n  a   = 1 # one\n  bcd = "x" # two\n  e = <<EOT\nbackend "s3" { dynamodb_table = "no" }\nEOT\n}\n',
  'resource "x" "y" {\n  dynamodb_table = var.z\n  v = [for k, w in var.m : "${k}-${w}" if w != null]\n}\n',
  'data "terraform_remote_state" "net" {\n  backend = "s3"\n  config  = { bucket = var.b, key = "n", dynamodb_table = "t" }\n}\n',
];

/** Line ends, byte order mark, and whether the last line has an end. */
const finish = fc.record({ crlf: fc.boolean(), mark: fc.boolean(), ended: fc.boolean() });

/** A heredoc cannot be the end of a text: its end mark is a line. */
function finished(text: string, { crlf, mark, ended }: { crlf: boolean; mark: boolean; ended: boolean }): string {
  const last = ended || text.trimEnd().endsWith("EOT") ? text : text.trimEnd();
  return (mark ? "\ufeff" : "") + (crlf ? last.replaceAll("\n", "\r\n") : last);
}

const blockFile = fc
  .tuple(
    fc.constantFrom("    ", "\t\t", "  ", ""),
    fc.subarray(OTHER_BLOCKS),
    fc.subarray(OTHER_BLOCKS),
    fc.constantFrom('"s3"', "s3"),
  )
  .chain(([indent, above, below, label]) => {
    const others = below.filter((block) => !above.includes(block));
    return body(indent).map(({ lines, comments: kept }) => ({
      name: "main.tf",
      comments: kept,
      text: [...above, `terraform {\n  backend ${label} {\n${lines}\n  }\n}\n`, ...others].join("\n"),
    }));
  });

const partialFile = body("").map(({ lines, comments: kept }) => ({
  name: "x.s3.tfbackend",
  comments: kept,
  text: `${lines}\n`,
}));

const oneLine = fc.tuple(comments(inner, 2), fc.boolean()).map(([[first = "", second = ""], isCommented]) => ({
  name: "main.tf",
  comments: isCommented ? [first, second] : [],
  text: `terraform {\n  backend "s3" {${isCommented ? ` ${first}` : ""} dynamodb_table = "locks" ${isCommented ? second : ""}}\n}\n`,
}));

/** Files of native syntax, of every shape the rewriter has to cope with. */
export const writtenBackend: fc.Arbitrary<WrittenBackend> = fc
  .tuple(
    fc.oneof(
      { arbitrary: blockFile, weight: 6 },
      { arbitrary: partialFile, weight: 3 },
      { arbitrary: oneLine, weight: 1 },
    ),
    finish,
  )
  .map(([file, end]) => ({
    ...file,
    text: finished(file.text, end),
    comments: file.comments.map((text) => (end.crlf ? text.replaceAll("\n", "\r\n") : text)),
  }));
