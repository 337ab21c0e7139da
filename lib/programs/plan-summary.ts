import type { Difference, Plan, ResourceChange } from "../bootstrap/bootstrap-ports";

type Values = Readonly<Record<string, unknown>>;

/** The parts of `terraform show -json` that Statelock reads. Source: https://developer.hashicorp.com/terraform/internals/json-format */
interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly change: ChangeJson;
  }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

interface ChangeJson {
  readonly actions: readonly string[];
  readonly before: Values | null;
  readonly after: Values | null;
  /** True, or an object or list that contains true, if the value is secret. */
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly importing?: object;
}

/** Parses the JSON of a plan. */
export function parsePlan(text: string): Plan {
  const plan = JSON.parse(text) as PlanJson;
  const changes = (plan.resource_changes ?? []).flatMap(({ address, mode, type, change }) => {
    const action = actionOf(change.actions, change.importing !== undefined);
    if (mode !== "managed" || action === undefined) return [];
    const { before, after } = change;
    return [{ address, type, action, values: after ?? {}, before: before ?? {}, differences: differences(change) }];
  });
  const outputs = Object.values(plan.output_changes ?? {});
  return { changes, outputsChange: outputs.some(({ actions }) => actions.some((action) => action !== "no-op")) };
}

function actionOf(actions: readonly string[], importing: boolean): ResourceChange["action"] | undefined {
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "delete";
  if (actions.includes("create")) return "create";
  if (actions.includes("update")) return "update";
  if (actions.includes("forget")) return "forget";
  return importing ? "import" : undefined;
}

function differences({ before, after, before_sensitive, after_sensitive }: ChangeJson): Difference[] {
  if (before === null || after === null) return [];
  const attributes = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return attributes
    .filter((attribute) => JSON.stringify(before[attribute]) !== JSON.stringify(after[attribute]))
    .map((attribute) => {
      const hidden = isSensitive(before_sensitive, attribute) || isSensitive(after_sensitive, attribute);
      return hidden
        ? { attribute, before: "(sensitive)", after: "(sensitive)" }
        : { attribute, before: before[attribute], after: after[attribute] };
    });
}

function isSensitive(marks: unknown, attribute: string): boolean {
  const mark = typeof marks === "object" && marks !== null ? (marks as Values)[attribute] : marks;
  return JSON.stringify(mark ?? false).includes("true");
}
