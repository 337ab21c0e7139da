import type * as TypeScript from "typescript";
import type { Member, Quote, Written } from "./syntax";

type Compiler = typeof TypeScript;

/** A top-level `const`, and how often the module mentions it besides. */
interface Constant {
  readonly value: TypeScript.Expression;
  readonly mentions: number;
  readonly isExported: boolean;
}

/** What a module exports by a name, as far as it is written out. */
export function exportedValue(ts: Compiler, source: TypeScript.SourceFile, name: string): Written | undefined {
  const constants = constantsOf(ts, source);
  const local = exportedConstant(ts, source, name);
  const constant = local === undefined ? undefined : constants.get(local);
  return constant === undefined ? undefined : reader(ts, source, constants)(constant.value, undefined);
}

/** The local name behind `export const name = …`, `export { name }` or `export { local as name }`. */
function exportedConstant(ts: Compiler, source: TypeScript.SourceFile, name: string): string | undefined {
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement) && isExported(ts, statement)) {
      const names = statement.declarationList.declarations.map((declaration) => declaration.name);
      if (names.some((declared) => ts.isIdentifier(declared) && declared.text === name)) return name;
    }
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) continue;
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) continue;
    const found = clause.elements.find((element) => element.name.text === name);
    if (found !== undefined) return (found.propertyName ?? found.name).text;
  }
  return undefined;
}

function constantsOf(ts: Compiler, source: TypeScript.SourceFile): ReadonlyMap<string, Constant> {
  const mentions = mentionsIn(ts, source);
  const constants = new Map<string, Constant>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || initializer === undefined) continue;
      const isSeen = isExported(ts, statement);
      constants.set(name.text, {
        value: initializer,
        mentions: (mentions.get(name.text) ?? 1) - 1,
        isExported: isSeen,
      });
    }
  }
  return constants;
}

/** Every identifier, whatever it stands for: too many mentions only make a variable count as shared. */
function mentionsIn(ts: Compiler, source: TypeScript.SourceFile): ReadonlyMap<string, number> {
  const mentions = new Map<string, number>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node)) mentions.set(node.text, (mentions.get(node.text) ?? 0) + 1);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mentions;
}

function isExported(ts: Compiler, statement: TypeScript.VariableStatement): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** Reads expressions; a variable that leads to itself is computed. */
function reader(
  ts: Compiler,
  source: TypeScript.SourceFile,
  constants: ReadonlyMap<string, Constant>,
): (expression: TypeScript.Expression, through: Written["through"]) => Written {
  const lineOf = (node: TypeScript.Node): number =>
    source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const spanOf = (node: TypeScript.Node): { start: number; end: number; line: number } => ({
    start: node.getStart(source),
    end: node.end,
    line: lineOf(node),
  });
  const quoteOf = (node: TypeScript.Node): Quote => source.text.charAt(node.getStart(source)) as Quote;

  const read = (
    expression: TypeScript.Expression,
    through: Written["through"],
    entered: readonly string[],
  ): Written => {
    const node = unwrapped(ts, expression);
    const at = { ...spanOf(node), through };
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
      return { ...at, kind: "text", text: node.text, quote: quoteOf(node) };
    if (ts.isObjectLiteralExpression(node)) {
      const members = node.properties.map((property) => member(property, entered));
      return { ...at, kind: "object", members, hasTrailingComma: node.properties.hasTrailingComma };
    }
    if (ts.isArrayLiteralExpression(node))
      return { ...at, kind: "list", items: node.elements.map((element) => read(element, undefined, entered)) };
    const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
    if (!ts.isIdentifier(node) || constant === undefined || entered.includes(node.text))
      return { ...at, kind: "computed" };
    const { value, mentions, isExported: isSeen } = constant;
    const known = { name: node.text, mentions, isExported: isSeen };
    const outer = through !== undefined && through.mentions > mentions ? through : known;
    return read(value, outer, [...entered, node.text]);
  };

  const member = (property: TypeScript.ObjectLiteralElementLike, entered: readonly string[]): Member => {
    const at = spanOf(property);
    if (!ts.isPropertyAssignment(property) || !(ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)))
      return {
        ...at,
        name: shorthandName(property),
        nameQuote: undefined,
        value: { ...at, through: undefined, kind: "computed" },
      };
    const { name, initializer } = property;
    const nameQuote = ts.isStringLiteral(name) ? quoteOf(name) : undefined;
    return { ...at, name: name.text, nameQuote, value: read(initializer, undefined, entered) };
  };

  /** `{ locking }` has a name that is known, and a value that is elsewhere. */
  const shorthandName = (property: TypeScript.ObjectLiteralElementLike): string | undefined =>
    ts.isShorthandPropertyAssignment(property) ? property.name.text : undefined;

  return (expression, through) => read(expression, through, []);
}

/**
 * An expression without what says something about its type only, and the literal inside `defineConfig({…})` or
 * `Object.freeze({…})`: what such a call makes of it is not read.
 */
function unwrapped(ts: Compiler, expression: TypeScript.Expression): TypeScript.Expression {
  if (
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isParenthesizedExpression(expression) ||
    ts.isTypeAssertionExpression(expression) ||
    ts.isNonNullExpression(expression)
  )
    return unwrapped(ts, expression.expression);
  if (!ts.isCallExpression(expression) || expression.arguments.length !== 1) return expression;
  const [argument] = expression.arguments;
  const inner = argument === undefined ? expression : unwrapped(ts, argument);
  return ts.isObjectLiteralExpression(inner) || ts.isArrayLiteralExpression(inner) ? inner : expression;
}
