import fc from "fast-check";
import type { Locking } from "../../lib/policy/access-level";

/** A consumer as a person might have written it. */
export interface WrittenConsumer {
  readonly name: string;
  /** Undefined where it says nothing itself. */
  readonly locking: Locking | undefined;
}

/** A `state.config.ts` as a person might have written it. */
export interface WrittenConfig {
  readonly text: string;
  readonly comments: readonly string[];
  readonly locking: Locking | undefined;
  readonly consumers: readonly WrittenConsumer[];
}

const locking = fc.constantFrom<Locking | undefined>("dynamodb", "both", "lockfile", undefined);

/** How the text of one object is laid out. */
interface Layout {
  readonly isInline: boolean;
  readonly hasTrailingComma: boolean;
  readonly indent: string;
  readonly quote: string;
  readonly nameQuote: string;
  /** Which of its fields have a comment, and of which kind. */
  readonly comments: readonly number[];
}

const layout: fc.Arbitrary<Layout> = fc.record({
  isInline: fc.boolean(),
  hasTrailingComma: fc.boolean(),
  indent: fc.constantFrom("  ", "    ", "\t", ""),
  quote: fc.constantFrom('"', "'", "`"),
  nameQuote: fc.constantFrom("", "", '"', "'"),
  comments: fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }),
});

/** Fields besides `name`, which have nothing to do with locking, though some look like it. */
const others = fc.subarray(
  [
    ["type", '"cdktf"'],
    ["workspaceKeyPrefix", '"w/locking: both"'],
    ["access", '{\n  planner: [role("ci")], // locking: "both"\n}'],
    ["readerRole", "{ roleArn: role(`reader-${1}`) }"],
  ] as const,
  { maxLength: 3 },
);

const consumer = fc.record({ locking, others, layout, at: fc.nat(3), suffix: fc.constantFrom("", " as const", "!") });

/** What is around the object that a config is. */
const wrapping = fc.constantFrom<readonly [string, string]>(
  ["export const stateConfig: StateConfig = ", ";"],
  ["export const stateConfig = ", " satisfies StateConfig;"],
  ["export const stateConfig = (", " as const) satisfies StateConfig"],
  ["export const stateConfig = defineConfig(", ");"],
  ["const config: StateConfig = ", ";\nexport { config as stateConfig };"],
  ["const config = ", ";\n\nexport const stateConfig: StateConfig = config;"],
);

/** A config of any shape that a program may change. */
export const writtenConfig: fc.Arbitrary<WrittenConfig> = fc
  .record({
    locking,
    layout,
    wrapping,
    eol: fc.constantFrom("\n", "\n", "\r\n"),
    consumers: fc.array(consumer, { minLength: 1, maxLength: 4 }),
    isApart: fc.boolean(),
  })
  .map(({ locking: standard, layout: outer, wrapping: [before, after], eol, consumers, isApart }) => {
    const comments: string[] = [];
    const commented = (
      field: string,
      kind: number | undefined,
      isInline: boolean,
    ): readonly [string, string, string] => {
      const text = `c${String(comments.length)} locking: "both"`;
      const block = `/* ${text} */`;
      const line = `// ${text}`;
      if (kind === 1) return (comments.push(block), [`${block} `, field, ""]);
      if (kind === 2) return (comments.push(block), ["", field, ` ${block}`]);
      if (kind === 3 && !isInline) return (comments.push(line), ["", field, ` ${line}`]);
      if (kind === 4 && !isInline) return (comments.push(line), [`${line}\n`, field, ""]);
      return ["", field, ""];
    };
    const object = (fields: readonly (readonly [string, string])[], how: Layout): string => {
      const isInline = how.isInline && !fields.some(([, value]) => value.includes("\n"));
      const rows = fields.map(([name, value], index) => {
        const isLast = index === fields.length - 1;
        const comma = isLast && !how.hasTrailingComma ? "" : ",";
        const [lead, field, trail] = commented(
          `${how.nameQuote}${name}${how.nameQuote}: ${value}${comma}`,
          how.comments[index],
          isInline,
        );
        return lead + field + trail;
      });
      if (isInline) return `{ ${rows.join(" ")} }`;
      return `{\n${rows.map((row) => `${how.indent}${row.split("\n").join(`\n${how.indent}`)}\n`).join("")}}`;
    };
    const written = consumers.map(({ locking: own, others: fields, layout: how, at, suffix }, index) => {
      const all: (readonly [string, string])[] = [["name", `${how.quote}c${String(index)}${how.quote}`], ...fields];
      if (own !== undefined) all.splice(at, 0, ["locking", `${how.quote}${own}${how.quote}${suffix}`]);
      return object(all, how);
    });
    const lists = isApart
      ? {
          lead: written.map((text, index) => `const c${String(index)} = ${text};\n`).join(""),
          items: written.map((_text, index) => `c${String(index)}`),
        }
      : { lead: "", items: written };
    const config = object(
      [
        ["bucket", '{ name: "acme-tfstate", region: "eu-central-1", account: "123456789012" }'],
        ["legacyTable", "'locks'"],
        ...(standard === undefined ? [] : ([["locking", `"${standard}"`]] as const)),
        ["consumers", `[\n${lists.items.map((item) => `${item},\n`).join("")}]`],
      ],
      { ...outer, isInline: false },
    );
    const text = `import type { StateConfig } from "./lib";
const defineConfig = (config: unknown): unknown => config;
const role = (name: string): string => \`arn:aws:iam::123456789012:role/\${name}\`;

${lists.lead}${before}${config}${after}
void [defineConfig, role];
`;
    return {
      text: text.split("\n").join(eol),
      comments,
      locking: standard,
      consumers: consumers.map(({ locking: own }, index) => ({ name: `c${String(index)}`, locking: own })),
    };
  });
