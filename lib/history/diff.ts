import { compareStates } from "../state/compare-states";
import { withoutMarks } from "../state/exact-json";
import type { ComparisonReport } from "./history-report";
import type { StateFile, StateObject, StateOutput } from "../state/parse-state";
import { valueGate, type ValueGate } from "./value-gate";

type Values = NonNullable<ComparisonReport["outputs"][number]["values"]>;

/** What differs between two states: names, and values only where they were asked for and may be shown. */
export function diffStates(before: StateFile, after: StateFile, showValues: boolean): ComparisonReport {
  const { resources, outputs } = compareStates(before, after);
  const gate = showValues ? valueGate([before, after]) : undefined;
  return {
    resources: resources.map(({ address, action, attributes, about }) => ({
      address,
      action,
      attributes: attributes.map((name) => {
        const values = gate && attributeValues(gate, name, before.objects.get(address), after.objects.get(address));
        return { name, ...(values === undefined ? {} : { values }) };
      }),
      about: [...about],
    })),
    outputs: outputs.map(({ name, action }) => {
      const values = gate && outputValues(gate, name, before.outputs.get(name), after.outputs.get(name));
      return { name, action, ...(values === undefined ? {} : { values }) };
    }),
  };
}

function attributeValues(
  gate: ValueGate,
  name: string,
  before: StateObject | undefined,
  after: StateObject | undefined,
): Values {
  const sides = { before: before?.attributes[name], after: after?.attributes[name] };
  const hidden = gate.attribute(after?.resource ?? before?.resource ?? "", name, Object.values(sides));
  return hidden === undefined ? present(sides) : { hidden };
}

function outputValues(
  gate: ValueGate,
  name: string,
  before: StateOutput | undefined,
  after: StateOutput | undefined,
): Values {
  const both = [before, after].filter((output) => output !== undefined);
  const hidden = gate.output(name, both);
  return hidden === undefined ? present({ before: before?.value, after: after?.value }) : { hidden };
}

function present(sides: { readonly before: unknown; readonly after: unknown }): Values {
  return Object.fromEntries(
    Object.entries(sides).flatMap(([side, value]) => (value === undefined ? [] : [[side, withoutMarks(value)]])),
  );
}
