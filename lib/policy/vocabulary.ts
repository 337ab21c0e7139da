import type { Problem } from "../problem/problem";
import { actionsMatching, conditionKeyExists, type Action } from "./aws-vocabulary";
import { listOf, type PolicyDocument, type Statement } from "./policy-document";
import { issuerOf } from "./trust-policy";

/** Condition operators of IAM. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATOR =
  /^(ForA(llValues|nyValue):)?((String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null)$/;
const BOOLEAN_OPERATOR = /^(Bool(IfExists)?|Null)$/;

/**
 * Problems of a document against AWS's published vocabulary: actions, condition keys and operators that do not exist,
 * condition keys that one of the statement's actions does not know, actions and resources of which none applies to the
 * other, Sids that AWS refuses. IAM accepts most of these in silence and then never matches.
 */
export async function vocabularyProblems(document: PolicyDocument, path: string): Promise<Problem[]> {
  const sids = document.Statement.map((statement) => statement.Sid);
  const problems = document.Statement.map(async (statement, index) => {
    const messages = [
      ...sidMessages(statement.Sid, sids.indexOf(statement.Sid) === index),
      ...(await elementMessages(statement)),
    ];
    return messages.map((message) => ({
      code: "policy-vocabulary",
      path: `${path}.Statement[${String(index)}]`,
      message,
      fix: "Statelock wrote a policy that AWS would not understand: please report it, with your config.",
    }));
  });
  return (await Promise.all(problems)).flat();
}

function sidMessages(sid: string, unique: boolean): string[] {
  return /^[A-Za-z0-9]+$/.test(sid) && unique ? [] : [`must have a unique Sid of letters and digits, got "${sid}"`];
}

async function elementMessages(statement: Statement): Promise<string[]> {
  const named = await Promise.all(
    listOf(statement.Action).map(async (pattern) => ({ pattern, actions: await actionsMatching(pattern) })),
  );
  const actions = named.flatMap((entry) => entry.actions);
  const resources = [...listOf(statement.Resource), ...listOf(statement.NotResource)];
  const applies = (action: Action, arn: string): boolean =>
    arn === "*" || action.resources.some((type) => type.test(arn));
  return [
    ...(named.length === 0 ? ["must name an action, got none"] : []),
    ...named
      .filter((entry) => entry.actions.length === 0)
      .map(({ pattern }) => `must name an action that exists, got "${pattern}"`),
    ...resources
      .filter((arn) => arn !== "*" && !actions.some((action) => applies(action, arn)))
      .map((arn) => `must name a resource that its actions apply to, got "${arn}"`),
    ...named
      .filter((entry) => entry.actions.length > 0 && statement.Resource !== undefined)
      .filter((entry) => !entry.actions.some((action) => resources.some((arn) => applies(action, arn))))
      .map(({ pattern }) => `must name a resource that "${pattern}" applies to, got none`),
    ...(await conditionMessages(
      statement,
      named.map((entry) => entry.actions).filter((matching) => matching.length > 0),
    )),
  ];
}

/** `actions`: for each element of the statement's Action, the actions that it names. */
async function conditionMessages(statement: Statement, actions: readonly (readonly Action[])[]): Promise<string[]> {
  const messages = Object.entries(statement.Condition ?? {}).map(async ([operator, keys]) => {
    const ofKeys = Object.entries(keys).map(async ([key, values]) => {
      const exists = isClaim(key, statement) || (await conditionKeyExists(key));
      const knows = (action: Action): boolean => action.conditionKeys.some((known) => known.test(key));
      const known = key.startsWith("aws:") || isClaim(key, statement) || actions.every((named) => named.some(knows));
      const booleans = listOf(values).every((value) => value === "true" || value === "false");
      return [
        !exists && `must use a condition key that exists, got "${key}"`,
        exists && !known && `must use a condition key that all its actions know, got "${key}"`,
        BOOLEAN_OPERATOR.test(operator) &&
          !booleans &&
          `must compare ${key} with "true" or "false", got "${String(values)}"`,
      ];
    });
    return [
      !OPERATOR.test(operator) && `must use a condition operator that exists, got "${operator}"`,
      ...(await Promise.all(ofKeys)).flat(),
    ];
  });
  return (await Promise.all(messages)).flat().filter((message) => message !== false);
}

/** The claims that every OIDC provider has as condition keys, under its own name. AWS's list does not spell them out. */
function isClaim(key: string, { Principal }: Statement): boolean {
  if (typeof Principal !== "object" || !("Federated" in Principal)) return false;
  const issuer = issuerOf(Principal.Federated);
  return key === `${issuer}:aud` || key === `${issuer}:sub`;
}
