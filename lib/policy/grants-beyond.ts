import { listOf, type Condition, type PolicyDocument, type Statement } from "./policy-document";

/** Actions that a policy allows on resources under a condition. */
export interface PolicyGrant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

/**
 * Returns what `document` allows and `other` does not, by action and resource. It compares resources and conditions as
 * text, so a wildcard in `other` covers only the same wildcard.
 */
export function grantsBeyond(document: PolicyDocument, other: PolicyDocument): PolicyGrant[] {
  const covered = new Set(other.Statement.flatMap(allowed));
  return document.Statement.flatMap((statement) => {
    const { Action, Resource, Condition: condition } = statement;
    const conditionText = JSON.stringify(condition);
    const resourcesOf = new Map<string, { actions: string[]; resources: string[] }>();
    for (const resource of listOf(Resource)) {
      const actions = listOf(Action).filter((action) => !covered.has(allowance(action, resource, conditionText)));
      const same = resourcesOf.get(actions.join(" ")) ?? { actions, resources: [] };
      if (actions.length > 0) resourcesOf.set(actions.join(" "), { actions, resources: [...same.resources, resource] });
    }
    return [...resourcesOf.values()].map((grant) => ({ ...grant, ...(condition === undefined ? {} : { condition }) }));
  });
}

function allowed({ Action, Resource, Condition: condition }: Statement): string[] {
  const conditionText = JSON.stringify(condition);
  return listOf(Action).flatMap((action) =>
    listOf(Resource).map((resource) => allowance(action, resource, conditionText)),
  );
}

function allowance(action: string, resource: string, condition: string | undefined): string {
  return `${action}\n${resource}\n${condition ?? ""}`;
}
