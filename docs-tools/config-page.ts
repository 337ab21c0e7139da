import { join } from "node:path";
import ts from "typescript";

const SOURCE = join(__dirname, "..", "lib", "config", "state-config.ts");

const INTRODUCTION = `# The config: \`state.config.ts\`

This page is generated from the types in \`lib/config/state-config.ts\` (\`npm run docs\`).

\`state.config.ts\` exports \`stateConfig\`, a value of type \`StateConfig\`. Synth checks all of it, reports every problem
together, and writes nothing while there is one; [problems.md](problems.md) lists the codes. These environment variables
override three fields: \`STATELOCK_BUCKET\` (\`bucket.name\`), \`STATELOCK_REGION\` (\`bucket.region\`) and
\`STATELOCK_ACCOUNT\` (\`bucket.account\`).

In a CDKTF project you can wrap the value in \`defineStateHome\`, which gives editors the type in JavaScript too:
\`export const stateConfig = defineStateHome({ … })\`. [library.api.md](library.api.md) lists the exports of the library.
`;

/** Returns the reference of the config: every field with its type, its default and its doc comment. */
export function configPage(): string {
  const program = ts.createProgram([SOURCE], { strict: true, target: ts.ScriptTarget.ES2022, noLib: false, types: [] });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(SOURCE);
  const root = file?.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === "StateConfig");
  if (root === undefined) throw new Error(`${SOURCE} must export the interface StateConfig`);
  const described = new Map<string, string>();
  const lines = [INTRODUCTION];
  describeFields(checker.getTypeAtLocation(root), "", undefined);
  return lines.join("\n");

  function describeFields(type: ts.Type, prefix: string, onlyWith: string | undefined): void {
    for (const field of type.getProperties()) {
      if (field.name === "type" && onlyWith !== undefined) continue;
      const path = `${prefix}${field.name}`;
      describeField(
        field,
        lines.some((line) => line.endsWith(` \`${path}\``)) ? `${path} (${onlyWith ?? ""})` : path,
        onlyWith,
      );
    }
  }

  function describeField(field: ts.Symbol, path: string, onlyWith: string | undefined): void {
    const declaration = field.valueDeclaration;
    if (declaration === undefined || !ts.isPropertySignature(declaration)) return;
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(field));
    const isOptional = (field.flags & ts.SymbolFlags.Optional) !== 0;
    const map = /Record<(\w+),/.exec(declaration.type?.getText() ?? "")?.[1];
    const inner = elementOf(type, map);
    lines.push(`${path.includes(".") ? "###" : "##"} \`${path}\``, "");
    if (onlyWith !== undefined) lines.push(`Only with \`type: "${onlyWith}"\`.`, "");
    lines.push(`${typeText(type, map)}. ${isOptional ? defaultOf(field) : "Required."}`, "");
    lines.push(...comment(field));
    const known = inner.alias === undefined ? undefined : described.get(inner.alias);
    if (known !== undefined) lines.push(`Its fields are as in [\`${known}\`](#${anchor(known)}).`, "");
    else if (inner.alias !== undefined) described.set(inner.alias, path);
    if (known === undefined) describeInner(inner.type, `${path}${inner.suffix}.`);
  }

  function describeInner(type: ts.Type, prefix: string): void {
    if (!isUnionOfObjects(type)) {
      if (isOurs(type)) describeFields(type, prefix, undefined);
      return;
    }
    lines.push(...type.types.flatMap((member) => [`- \`type: ${kindOf(member)}\`: ${alternativeComment(member)}`]), "");
    for (const member of type.types) describeFields(member, prefix, kindOf(member).replaceAll('"', ""));
  }

  /** The type inside a list or a record, what its path adds, and its name. */
  function elementOf(type: ts.Type, map: string | undefined): { type: ts.Type; suffix: string; alias?: string } {
    const listed = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
    if (listed !== undefined) return { ...named(listed), suffix: "[]" };
    if (map === "AccessLevel") {
      const value = valueOf(type);
      return checker.isArrayType(value) ? { type: value, suffix: "" } : { ...named(value), suffix: ".<level>" };
    }
    return { ...named(type), suffix: "" };
  }

  function named(type: ts.Type): { type: ts.Type; alias?: string } {
    const name = nameOf(type);
    return isOurs(type) && name !== undefined && name !== "__type" ? { type, alias: name } : { type };
  }

  function isOurs(type: ts.Type): boolean {
    if (isUnionOfObjects(type)) return true;
    return symbolOf(type)?.declarations?.some((declaration) => declaration.getSourceFile() === file) ?? false;
  }

  function isUnionOfObjects(type: ts.Type): type is ts.UnionType {
    return type.isUnion() && type.types.every((member) => (member.flags & ts.TypeFlags.Object) !== 0);
  }

  function kindOf(member: ts.Type): string {
    const kind = member.getProperty("type");
    return kind === undefined ? "" : checker.typeToString(checker.getTypeOfSymbol(kind));
  }

  function alternativeComment(member: ts.Type): string {
    const node = member.symbol.declarations?.[0];
    const text = node?.getSourceFile().getFullText() ?? "";
    const before = text.slice(0, node?.getStart() ?? 0);
    const found = /\/\*\*\s*((?:(?!\*\/)[^])*?)\s*\*\/\s*\|\s*$/.exec(before)?.[1] ?? "";
    return found.replace(/\s*\n\s*\* ?/g, " ");
  }

  function typeText(type: ts.Type, map: string | undefined): string {
    if (map === "AccessLevel") {
      const levels = type.getProperties().map(({ name }) => `\`${name}\``);
      return `An object with any of ${levels.join(", ")}; each is ${lower(typeText(valueOf(type), undefined))}`;
    }
    if (map === "string") return "An object of strings";
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return `A list of ${plural(element === undefined ? "" : typeText(element, undefined))}`;
    }
    const members = type.isUnion() ? type.types : [type];
    if ((type.flags & ts.TypeFlags.Boolean) !== 0) return "`true` or `false`";
    const words = members.flatMap((member) => (member.isStringLiteral() ? [`\`"${member.value}"\``] : []));
    if (words.length === members.length) {
      return words.length === 1 ? (words[0] ?? "") : `One of ${words.join(", ")}`;
    }
    if ((type.flags & ts.TypeFlags.String) !== 0) return "A string";
    if ((type.flags & ts.TypeFlags.Number) !== 0) return "A number";
    return isUnionOfObjects(type) ? "One of several objects" : "An object";
  }

  function valueOf(type: ts.Type): ts.Type {
    const [first] = type.getProperties();
    return first === undefined ? type : checker.getNonNullableType(checker.getTypeOfSymbol(first));
  }

  function defaultOf(field: ts.Symbol): string {
    const text = ts.displayPartsToString(field.getJsDocTags(checker).find(({ name }) => name === "default")?.text);
    if (text === "") return "Optional.";
    if (text.startsWith("- ")) return `Default: ${text.slice(2)}.`;
    return /^(?:"[^"]*"|\d+|\{.*\}|true|false)$/.test(text) ? `Default: \`${text}\`.` : `Default: ${text}.`;
  }

  function comment(field: ts.Symbol): string[] {
    const own = ts.displayPartsToString(field.getDocumentationComment(checker));
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(field));
    const symbol = type.aliasSymbol ?? symbolOf(type);
    const ofType = isOurs(type) && own === "" ? ts.displayPartsToString(symbol?.getDocumentationComment(checker)) : "";
    const text = (own === "" ? ofType : own).replace(/\bSource: (https:\S+)/g, "\nSource: <$1>");
    return text === "" ? [] : [text, ""];
  }
}

/** The symbol of a type. The types of TypeScript leave out that a union has none. */
const symbolOf = (type: ts.Type): ts.Symbol | undefined => type.symbol;
const nameOf = (type: ts.Type): string | undefined => (type.aliasSymbol ?? symbolOf(type))?.name;
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const plural = (text: string): string => lower(text).replace(/^an? (\w+)/, "$1s");
const anchor = (path: string): string => path.toLowerCase().replace(/[^a-z0-9_ -]/g, "");
