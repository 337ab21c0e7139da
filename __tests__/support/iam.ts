import { ACCOUNT } from "./home";
import { wildcardPattern } from "../../lib/policy/wildcard";
import { listOf, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";

const compiled = new Map<string, RegExp>();

/** True where IAM matches `value` with `pattern`: `*` is any text, also none and also over slashes; `?` is one character. */
export function iamMatches(pattern: string, value: string): boolean {
  const known = compiled.get(pattern);
  if (known !== undefined) return known.test(value);
  const expression = wildcardPattern(pattern);
  compiled.set(pattern, expression);
  return expression.test(value);
}

/** What a request brings along, by condition key. */
export type RequestContext = Readonly<Record<string, string>>;

/** The Allow statements of a document that apply to a resource under these conditions. */
function applying(document: PolicyDocument, resource: string, context: RequestContext): Statement[] {
  return document.Statement.filter(
    (statement) =>
      statement.Effect === "Allow" &&
      listOf(statement.Resource).some((pattern) => iamMatches(pattern, resource)) &&
      conditionHolds(statement, context),
  );
}

/**
 * The actions an identity policy allows on a resource, sorted; wildcards are not expanded, for none is expected. The resource
 * is in {@link ACCOUNT} unless the context says otherwise.
 */
export function allowedActions(document: PolicyDocument, resource: string, context: RequestContext = {}): string[] {
  const actions = applying(document, resource, { "aws:ResourceAccount": ACCOUNT, ...context }).flatMap((statement) =>
    listOf(statement.Action),
  );
  return [...new Set(actions)].sort();
}

function conditionHolds(statement: Statement, context: RequestContext): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => testHolds(operator, context[key], listOf(values))),
  );
}

function testHolds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  switch (operator.replace(/^ForA(nyValue|llValues):/, "")) {
    case "Null":
      return values.includes(String(value === undefined));
    case "StringEquals":
      return value !== undefined && values.includes(value);
    case "StringLike":
      return value !== undefined && values.some((pattern) => iamMatches(pattern, value));
    default:
      throw new Error(`The test knows no operator ${operator}.`);
  }
}

/** `action resource` lines: the resource without the head of its ARN, conditions but that on its account behind it. */
export function grants(document: PolicyDocument): string {
  return document.Statement.flatMap((statement) =>
    listOf(statement.Resource).map((resource) => {
      const actions = listOf(statement.Action).join(" ");
      const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
        Object.entries(keys)
          .filter(([key]) => key !== "aws:ResourceAccount")
          .map(([key, values]) => ` if ${key} ${operator} ${listOf(values).join(" | ")}`),
      );
      return `${actions} ${resource.split(":").slice(5).join(":")}${conditions.join("")}`;
    }),
  ).join("\n");
}
