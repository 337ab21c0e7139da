import type { StateHome } from "../config/state-home";
import { counted, withCommas } from "../text/counted";
import { compactPolicyJson, type PolicyDocument } from "../policy/policy-document";

/** Returns the next step for a policy that is too large: which list of the config takes most of it. */
export function largestPart(document: PolicyDocument, home: StateHome): string {
  const taken = takenBy(document);
  const sizes = listsOf(home).map(([field, entries]) => {
    const distinct = [...new Set(entries)];
    return { field, entries: distinct.length, size: distinct.reduce((sum, entry) => sum + (taken.get(entry) ?? 0), 0) };
  });
  const { field, entries, size } = sizes.reduce((most, each) => (each.size > most.size ? each : most));
  const merge = field.endsWith("sourceIps") ? ", or merge blocks that are next to each other" : "";
  return `Name fewer in ${field}, whose ${counted(entries, "value")} take ${withCommas(size)} characters${merge}`;
}

/** Returns the lists of the config whose entries are in policies of the bucket and its key. */
function listsOf({ bucket: { guard }, consumers }: StateHome): (readonly [string, readonly string[]])[] {
  const { network = {}, organizationRole } = guard;
  return [
    ["bucket.guard.deployers", guard.deployers],
    ["bucket.guard.breakGlass", guard.breakGlass],
    ["bucket.guard.accounts", guard.accounts],
    ["bucket.guard.network.vpcEndpoints", network.vpcEndpoints ?? []],
    ["bucket.guard.network.vpcs", network.vpcs ?? []],
    ["bucket.guard.network.sourceIps", network.sourceIps ?? []],
    ["bucket.guard.organizationRole.paths", organizationRole?.paths ?? []],
    ["consumers[].access", consumers.flatMap(({ access }) => Object.values(access).flat())],
  ];
}

/** Returns how many characters each text takes in a policy, with its quotes and comma. */
function takenBy(document: PolicyDocument): Map<string, number> {
  const taken = new Map<string, number>();
  for (const [text] of compactPolicyJson(document).matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    const value = JSON.parse(text) as string;
    taken.set(value, (taken.get(value) ?? 0) + text.length + 1);
  }
  return taken;
}
