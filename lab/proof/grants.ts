import { listOf, oneOrMany, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";

/** One thing that a policy gives, and the policy without it. */
export interface Grant {
  /** The same for the same grant of another level or scenario. */
  readonly name: string;
  readonly without: PolicyDocument;
  /** The actions that it is about. */
  readonly actions: readonly string[];
}

/**
 * Returns every single grant of a policy: each action on each resource, and each value of a condition that lists
 * several. A condition with one value narrows a grant, so it does not count.
 */
export function grantsOf(policy: PolicyDocument, roleOf: (value: string) => string): Grant[] {
  return policy.Statement.flatMap((statement, at) => {
    const replaced = (parts: readonly Statement[]): PolicyDocument => ({
      ...policy,
      Statement: [...policy.Statement.slice(0, at), ...parts, ...policy.Statement.slice(at + 1)],
    });
    const ofActions = listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource).map((resource) => ({
        name: `${action} on ${roleOf(resource)}${listed(statement) ? ` (${statement.Sid})` : ""}`,
        without: replaced(withoutPair(statement, action, resource)),
        actions: [action],
      })),
    );
    const ofValues = listedValues(statement).map(({ operator, key, value, values }) => ({
      actions: listOf(statement.Action),
      name: `${listOf(statement.Action).join(" + ")} where ${key} = ${roleOf(value)}`,
      without: replaced([
        {
          ...statement,
          Condition: {
            ...statement.Condition,
            [operator]: {
              ...statement.Condition?.[operator],
              [key]: oneOrMany(values.filter((other) => other !== value)),
            },
          },
        },
      ]),
    }));
    return [...ofActions, ...ofValues];
  });
}

/** Returns the statement without one action on one resource, as up to two statements. */
function withoutPair(statement: Statement, action: string, resource: string): Statement[] {
  const actions = listOf(statement.Action).filter((other) => other !== action);
  const resources = listOf(statement.Resource).filter((other) => other !== resource);
  return [
    ...(actions.length === 0 ? [] : [{ ...statement, Action: actions }]),
    ...(resources.length === 0
      ? []
      : [{ ...statement, Sid: `${statement.Sid}Rest`, Action: action, Resource: resources }]),
  ];
}

interface ListedValue {
  readonly operator: string;
  readonly key: string;
  readonly value: string;
  readonly values: readonly string[];
}

function listedValues(statement: Statement): ListedValue[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, given]) => {
      const values = listOf(given);
      return values.length < 2 ? [] : values.map((value) => ({ operator, key, value, values }));
    }),
  );
}

/** Whether what the statement gives is listed in its conditions: the legacy table's items are. */
function listed(statement: Statement): boolean {
  return listOf(statement.Action).some((action) => action.startsWith("dynamodb:"));
}
