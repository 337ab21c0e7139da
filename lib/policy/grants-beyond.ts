import { listOf, type Condition, type PolicyDocument, type Statement } from "./policy-document";

/** Actions that a policy allows on resources, on a condition. */
export interface PolicyGrant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

/**
 * What `document` allows and `other` does not: action by action and resource by resource. Resources and conditions count
 * as the same where they are written the same, so a wildcard of `other` covers nothing but itself.
 */
export function grantsBeyond(document: PolicyDocument, other: PolicyDocument): PolicyGrant[] {
  const covered = new Set(other.Statement.flatMap(allowed));
  return document.Statement.flatMap((statement) => {
    const { Action, Resource, Condition: condition } = statement;
    const resourcesOf = new Map<string, { actions: string[]; resources: string[] }>();
    for (const resource of listOf(Resource)) {
      const actions = listOf(Action).filter((action) => !covered.has(allowance(action, resource, condition)));
      const same = resourcesOf.get(actions.join(" ")) ?? { actions, resources: [] };
      if (actions.length > 0) resourcesOf.set(actions.join(" "), { actions, resources: [...same.resources, resource] });
    }
    return [...resourcesOf.values()].map((grant) => ({ ...grant, ...(condition === undefined ? {} : { condition }) }));
  });
}

function allowed({ Action, Resource, Condition: condition }: Statement): string[] {
  return listOf(Action).flatMap((action) => listOf(Resource).map((resource) => allowance(action, resource, condition)));
}

function allowance(action: string, resource: string, condition: Condition | undefined): string {
  return JSON.stringify([action, resource, condition]);
}
