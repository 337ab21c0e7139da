import fc from "fast-check";
import { SyntaxProblem } from "../../../lib/hcl/syntax";
import { readConfigSites } from "../../../lib/migrate/scan/config-sites";
import { configProofProblems } from "../../../lib/migrate/rewrite/config-proof";
import { rewriteConfig } from "../../../lib/migrate/rewrite/rewrite-config";
import type { Site, SourceFile } from "../../../lib/migrate/scan/site";
import { fileKind } from "../../../lib/migrate/scan/file-kind";
import type { Locking } from "../../../lib/policy/access-level";
import type { StateConfig } from "../../../lib/config/state-config";
import { writtenConfig } from "../../support/config-ts";
import { configTools } from "../../support/fleet";
import { places } from "../../support/home";

const tools = configTools();

function source(text: string): SourceFile {
  const kind = fileKind("state.config.ts");
  const finding = readConfigSites(tools, text);
  if (kind === undefined || finding instanceof SyntaxProblem) throw new Error("no config");
  return { path: "state.config.ts", realPath: "/project/state.config.ts", kind, text, ...finding };
}

/** The text with these consumers moved; its problems, as `code path`, where it was refused. */
async function locked(text: string, moves: Readonly<Record<string, Locking>>): Promise<string | string[]> {
  const file = source(text);
  const changes = new Map(
    file.sites
      .filter(({ label = "" }) => moves[label] !== undefined)
      .map((site: Site) => {
        const value = moves[site.label ?? ""] ?? "both";
        return [site, [{ kind: "lock", name: "locking", value, table: undefined } as const]] as const;
      }),
  );
  const result = await rewriteConfig(tools, file, changes);
  return typeof result === "string" ? result : places(result);
}

async function run(text: string): Promise<StateConfig> {
  const result = await tools.evaluate({ path: "", realPath: "" }, text, "stateConfig");
  if ("problem" in result) throw new Error(result.problem.message);
  return result.value as StateConfig;
}

function config(consumers: string, rest = ""): string {
  return `export const stateConfig = {
  bucket: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" },
  legacyTable: "locks",${rest}
  consumers: [${consumers}],
};
`;
}

async function consumer(text: string, to: Locking, rest?: string): Promise<string> {
  const after = await locked(config(text, rest), { a: to });
  if (typeof after !== "string") throw new Error(after.join());
  const start = config("", rest).indexOf("consumers: [") + "consumers: [".length;
  return after.slice(start, -"],\n};\n".length);
}

describe("a consumer's locking", () => {
  it.each<[string, string, Locking, string]>([
    ["in double quotes", '{ name: "a", locking: "dynamodb" }', "both", '{ name: "a", locking: "both" }'],
    ["in single quotes", "{ name: 'a', locking: 'dynamodb' }", "both", "{ name: 'a', locking: 'both' }"],
    ["in backticks", "{ name: `a`, locking: `dynamodb` }", "both", "{ name: `a`, locking: `both` }"],
    ["with a type", '{ name: "a", locking: <const>"dynamodb" }', "both", '{ name: "a", locking: <const>"both" }'],
    ["under a quoted name", '{ "name": "a", "locking": "dynamodb" }', "both", '{ "name": "a", "locking": "both" }'],
    ["with escapes", '{ name: "a", locking: "dynamo\\u0064b" }', "both", '{ name: "a", locking: "both" }'],
  ])("%s is changed where it stands", async (_what, before, to, after) => {
    expect(await consumer(before, to)).toBe(after);
  });

  it.each([
    ["on one line", '{ name: "a" }', '{ name: "a", locking: "both" }'],
    ["on one line with a trailing comma", '{ name: "a", }', '{ name: "a", locking: "both", }'],
    ["in single quotes", "{ name: 'a' }", "{ name: 'a', locking: 'both' }"],
    ["with quoted names", '{ "name": "a" }', '{ "name": "a", "locking": "both" }'],
    ["on lines of its own", '{\n  name: "a",\n}', '{\n  name: "a",\n  locking: "both",\n}'],
    ["without a trailing comma", '{\n\tname: "a"\n}', '{\n\tname: "a",\n\tlocking: "both"\n}'],
    [
      "with comments",
      '{\n  name: "a", // its name\n  // type: "cdktf"\n}',
      '{\n  name: "a", // its name\n  locking: "both",\n  // type: "cdktf"\n}',
    ],
    [
      "with comments and without a trailing comma",
      '{\n  name: "a" /* 1 */ // 2\n}',
      '{\n  name: "a", /* 1 */ // 2\n  locking: "both"\n}',
    ],
    ["with CRLF", '{\r\n\tname: "a", // its name\r\n}', '{\r\n\tname: "a", // its name\r\n\tlocking: "both",\r\n}'],
    ["with a brace on the field's line", '{\n  name: "a" }', '{\n  name: "a", locking: "both" }'],
  ])(
    "%s is written out where it is by default, and goes when it is so by default again",
    async (_what, before, after) => {
      const standard = '\n  locking: "dynamodb",';
      expect(await consumer(before, "both", standard)).toBe(after);
      expect(await consumer(after, "dynamodb", standard)).toBe(before);
    },
  );

  it.each([
    ["first", '{ locking: "both", name: "a" }', '{ name: "a" }'],
    ["between", '{ name: "a", locking: "both", type: "cdktf" }', '{ name: "a", type: "cdktf" }'],
    ["with a comment behind it", '{\n  locking: "both", // why\n  name: "a",\n}', '{\n  // why\n  name: "a",\n}'],
    ["with a comment before it", '{ name: "a", /* why */ locking: "both" }', '{ name: "a" /* why */ }'],
    [
      "with a comment in it",
      '{ name: "a", locking: /* why */ "both" }',
      '{ name: "a", locking: /* why */ "lockfile" }',
    ],
  ])("%s keeps the comments where it goes", async (_what, before, after) => {
    expect(await consumer(before, "lockfile")).toBe(after);
  });

  it.each<[string, string, string, number?]>([
    ["a variable", "const l = 'both';", '{ name: "a", locking: l }'],
    ["a shorthand", "const locking = 'both';", '{ name: "a", locking }'],
    ["an expression", "", '{ name: "a", locking: 1 > 0 ? "both" : "both" }'],
    ["a spread", "const base = { locking: 'both' };", '{ name: "a", ...base }'],
    ["a spread before it", "const base = {};", '{ ...base, name: "a", locking: "both" }'],
    ["a computed name", "", '{ name: "a", ["lock" + "ing"]: "both" }'],
    ["a second one", "", '{ name: "a", locking: "both", locking: "both" }'],
    ["a consumer that is used twice", "const a = { name: 'a', locking: 'both' }; void a;", "a", 1],
    ["a consumer that others import", "export const a = { name: 'a', locking: 'both' };", "a", 1],
    ["a function", "const team = (name: string) => ({ name, locking: 'both' });", 'team("a")'],
    ["several from elsewhere", "const all = [{ name: 'a', locking: 'both' }];", "...all"],
    ["a name from elsewhere", "const name = 'a';", '{ name, locking: "both" }'],
  ])("that is %s is fixed, with its line", (_what, lead, item, line = 6) => {
    const [site] = source(`${lead}\n${config(`\n    ${item},\n  `)}`).sites;
    expect(site?.consumer?.fixed).toMatchObject({ line });
  });

  it("in a file that is no config is none", () => {
    expect(source("export const other = { consumers: [{}] };").sites).toEqual([]);
    expect(source("export const stateConfig = 1;").sites).toHaveLength(1);
    expect(readConfigSites(tools, "export const stateConfig = {")).toBeInstanceOf(SyntaxProblem);
  });
});

describe("the proof", () => {
  const before = config('{ name: "a", locking: "dynamodb" }, { name: "b" } /* last */');

  it.each<[string, (text: string) => string, string[]]>([
    ["takes the change alone", (text) => text, []],
    [
      "does not take a comment that changed",
      (text) => text.replace("last", "lost"),
      ["rewrite-unproven state.config.ts"],
    ],
    [
      "does not take a comment that went",
      (text) => text.replace("/* last */", ""),
      ["rewrite-unproven state.config.ts"],
    ],
    ["does not take other quotes", (text) => text.replace('"b"', "'b'"), ["rewrite-unproven state.config.ts"]],
    ["does not take another value", (text) => text.replace('"b"', '"c"'), ["rewrite-unproven state.config.ts"]],
    [
      "does not take another consumer's locking",
      (text) => text.replace('name: "b"', 'name: "b", locking: "both"'),
      ["rewrite-unproven state.config.ts"],
    ],
    ["does not take a text that nobody can read", (text) => text.slice(0, -4), ["rewrite-unproven state.config.ts"]],
    ["does not take the text as it was", () => before, ["rewrite-unproven state.config.ts"]],
  ])("%s", async (_what, tampered, expected) => {
    const file = source(before);
    const [site] = file.sites;
    if (site === undefined) throw new Error("no consumer");
    const change = { kind: "lock", name: "locking", value: "both", table: undefined } as const;
    const after = tampered(before.replace("dynamodb", "both"));
    expect(places(await configProofProblems(tools, file, after, [{ site, change }]))).toEqual(expected);
  });
});

describe("a change is refused", () => {
  it("where what is run is not what is written", async () => {
    const text = `${config('{ name: "a", locking: "dynamodb" }')}stateConfig.consumers[0].locking = "both";\n`;
    expect(await locked(text, { a: "both" })).toEqual(["rewrite-unproven state.config.ts"]);
  });

  it("where another field follows it", async () => {
    const text = config('{ name: "a", locking: "dynamodb" }, { name: "b", locking: "dynamodb" }');
    const shared = `${text}stateConfig.consumers[1] = { ...stateConfig.consumers[0], name: "b" };\n`;
    expect(await locked(shared, { a: "both" })).toEqual(["rewrite-unproven state.config.ts"]);
  });

  it("where the state it was judged by is another when it is run", async () => {
    const text = `${config('{ name: "a", locking: "dynamodb" }')}stateConfig.bucket.name = "acme-other";\n`;
    expect(await locked(text, { a: "both" })).toEqual(["rewrite-unproven state.config.ts"]);
  });

  it("where synth would refuse what comes of it", async () => {
    const text = config('{ name: "a" }').replace('legacyTable: "locks",', "");
    expect(await locked(text, { a: "both" })).toEqual(["locking state.config.ts consumers[0].locking"]);
  });
});

const runs = { numRuns: Number(process.env["STATELOCK_TEST_RUNS"] ?? 15) };

describe("a config of any shape", () => {
  const target = fc.constantFrom<Locking>("dynamodb", "both", "lockfile");

  it("changes in how one consumer locks, keeps every comment, and all else gives what it gave", async () => {
    await fc.assert(
      fc.asyncProperty(writtenConfig, target, fc.nat(3), async (written, to, at) => {
        const { name = "", locking } = written.consumers[at % written.consumers.length] ?? {};
        fc.pre((locking ?? written.locking ?? "lockfile") !== to);
        const after = await locked(written.text, { [name]: to });
        if (typeof after !== "string") throw new Error(after.join());
        const [old, now] = [await run(written.text), await run(after)];
        for (const [index, each] of now.consumers.entries()) {
          const before = old.consumers[index];
          const effective = before?.locking ?? old.locking ?? "lockfile";
          expect(each.locking ?? now.locking ?? "lockfile").toBe(each.name === name ? to : effective);
          expect({ ...each, locking: "" }).toEqual({ ...before, locking: "" });
        }
        expect({ ...now, consumers: [] }).toEqual({ ...old, consumers: [] });
        expect(written.comments.filter((comment) => !after.includes(comment))).toEqual([]);
        expect(/[^\r]\n/.test(after)).toBe(/[^\r]\n/.test(written.text));
      }),
      runs,
    );
  });

  it("changes in the text of its locking alone, where that is written out and stays", async () => {
    await fc.assert(
      fc.asyncProperty(writtenConfig, target, async (written, to) => {
        const [first] = written.consumers;
        const standard = written.locking ?? "lockfile";
        fc.pre(first?.locking !== undefined && first.locking !== to && to !== standard);
        const after = await locked(written.text, { c0: to });
        if (typeof after !== "string") throw new Error(after.join());
        const before = first.locking;
        const results = [...written.text.matchAll(new RegExp(before, "g"))].map(
          ({ index }) => written.text.slice(0, index) + to + written.text.slice(index + before.length),
        );
        expect(results).toContain(after);
      }),
      runs,
    );
  });

  it("goes back byte for byte where locking was added", async () => {
    await fc.assert(
      fc.asyncProperty(writtenConfig, target, async (written, to) => {
        const standard = written.locking ?? "lockfile";
        fc.pre(to !== standard && written.consumers[0]?.locking === undefined);
        const after = await locked(written.text, { c0: to });
        if (typeof after !== "string") throw new Error(after.join());
        expect(await locked(after, { c0: standard })).toBe(written.text);
      }),
      runs,
    );
  });

  it("moves any of its consumers together as one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(writtenConfig, target, async (written, to) => {
        const moving = written.consumers.filter(({ locking }) => (locking ?? written.locking ?? "lockfile") !== to);
        const together = await locked(written.text, Object.fromEntries(moving.map(({ name }) => [name, to])));
        let apart: string | string[] = written.text;
        for (const { name } of moving) if (typeof apart === "string") apart = await locked(apart, { [name]: to });
        expect(together).toBe(apart);
      }),
      runs,
    );
  });
});
