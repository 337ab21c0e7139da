import { parseHclJson } from "../../../hcl/json-parser";
import { SyntaxProblem, type Attribute, type HclParser } from "../../../hcl/syntax";
import { fileKind, isOverride } from "../source/file-kind";
import { wholeExpression, type Written } from "./expression-tokens";

/** Base name → text of each file in the folder of a root. */
export type RootFiles = ReadonlyMap<string, string>;

/** What a `variable` block says of values. */
interface DeclaredVariable {
  /** As written; undefined for a variable of any type. */
  readonly type?: string;
  readonly default?: Written;
}

/** What a root declares, and what its files of variables assign. */
export interface RootVariables {
  readonly declared: ReadonlyMap<string, DeclaredVariable>;
  readonly locals: ReadonlyMap<string, Written>;
  readonly assigned: ReadonlyMap<string, Written>;
}

/**
 * Reads the variables and locals of a root as OpenTofu does. An override file replaces what it names. A later file of variables
 * wins: `terraform.tfvars`, `terraform.tfvars.json`, then `*.auto.tfvars` in the order of their names.
 * Source: opentofu/opentofu, internal/command/meta_vars.go; tried with OpenTofu 1.12.6
 */
export function rootVariables(files: RootFiles, parser: HclParser): RootVariables {
  const declared = new Map<string, DeclaredVariable>();
  const locals = new Map<string, Written>();
  for (const [name, text] of configurationFiles(files)) {
    for (const { type, label, attributes } of blocksIn(name, text, parser)) {
      const written = writtenOf(text, attributes);
      if (type === "locals") for (const [local, value] of written) locals.set(local, value);
      else declared.set(label, { ...declared.get(label), ...declaredBy(written) });
    }
  }
  const assigned = [...files]
    .filter(([name]) => rankOf(name) > 0)
    .sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
    .map(([name, text]) => assignedIn(name, text, parser))
    .flatMap((found) => (found instanceof SyntaxProblem ? [] : [...found]));
  return { declared, locals, assigned: new Map(assigned) };
}

/** Returns what a file of variables assigns, by name. @param name decides the syntax */
export function assignedIn(name: string, text: string, parser: HclParser): Map<string, Written> | SyntaxProblem {
  if (name.endsWith(".json")) {
    const root = parseHclJson(text);
    return root instanceof SyntaxProblem ? root : writtenOf(text, entriesOf(root));
  }
  const body = parser.parse(text, () => false);
  return body instanceof SyntaxProblem ? body : writtenOf(text, body.attributes);
}

/** True for a file by which {@link rootVariables} may go. */
export function isOfRoot(name: string): boolean {
  return rankOf(name) > 0 || ["root", "cdktf"].includes(fileKind(name)?.role ?? "");
}

function rankOf(name: string): number {
  if (name === "terraform.tfvars") return 1;
  if (name === "terraform.tfvars.json") return 2;
  return /\.auto\.tfvars(?:\.json)?$/.test(name) ? 3 : 0;
}

function configurationFiles(files: RootFiles): [string, string][] {
  // OpenTofu reads a .tofu file in place of the .tf file of the same name and syntax.
  const isHidden = (name: string): boolean =>
    files.has(name.replace(/\.tf(\.json)?$/, ".tofu$1")) && !name.includes(".tofu");
  return [...files]
    .filter(([name]) => isOfRoot(name) && rankOf(name) === 0 && !isHidden(name))
    .sort(([a], [b]) => Number(isOverride(a)) - Number(isOverride(b)) || (a < b ? -1 : 1));
}

function declaredBy(written: ReadonlyMap<string, Written>): DeclaredVariable {
  const [type, fallback] = [written.get("type"), written.get("default")];
  return {
    ...(type === undefined ? {} : { type: type.file.text.slice(type.start, type.end).replaceAll('"', "").trim() }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

interface DeclaringBlock {
  readonly type: string;
  readonly label: string;
  readonly attributes: readonly Attribute[];
}

function blocksIn(name: string, text: string, parser: HclParser): DeclaringBlock[] {
  if (name.endsWith(".json")) return jsonBlocksIn(text);
  const body = parser.parse(text, (type) => type === "variable" || type === "locals");
  if (body instanceof SyntaxProblem) return [];
  return body.blocks.map(({ type, labels: [label = ""], body: { attributes } }) => ({ type, label, attributes }));
}

function jsonBlocksIn(text: string): DeclaringBlock[] {
  const root = parseHclJson(text);
  if (root instanceof SyntaxProblem) return [];
  return entriesOf(root).flatMap(({ name: type, value }): DeclaringBlock[] => {
    if (type === "locals") return [{ type, label: "", attributes: entriesOf(value) }];
    if (type !== "variable") return [];
    return entriesOf(value).map((each) => ({ type, label: each.name, attributes: entriesOf(each.value) }));
  });
}

/** In JSON a block is an object, or a list of objects. */
function entriesOf(value: Attribute["value"]): readonly Attribute[] {
  if (value.kind === "list") return value.items.flatMap(entriesOf);
  return value.kind === "object" ? value.entries : [];
}

function writtenOf(text: string, attributes: readonly Attribute[]): Map<string, Written> {
  return new Map(attributes.map(({ name, value: { start, end } }) => [name, { ...wholeExpression(text), start, end }]));
}
