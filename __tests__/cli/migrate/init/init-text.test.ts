import { noteUnits } from "../../../../cli/migrate/init/init-text";
import type { CommandContext } from "../../../../cli/screen/command-context";

function noted(...units: readonly string[]): string[] {
  const lines: string[] = [];
  noteUnits({ terminal: { note: (text: string) => lines.push(text) } } as unknown as CommandContext, units);
  return lines;
}

it.each<[string, readonly string[], string]>([
  ["the folder above all units", ["live/a/x", "live/b"], "For 2 units, run in live:"],
  ["the folder of the only unit", ["live/a"], "For 1 unit, run in live/a:"],
  [
    "the folder of a stack, because a clone has no generated one",
    ["live/.terragrunt-stack/a", "live/.terragrunt-stack/s/.terragrunt-stack/b"],
    "For 2 units, run in live:",
  ],
])("Terragrunt initializes units from %s", (_, units, text) => {
  expect(noted(...units)).toEqual([`${text} terragrunt run --all -- init -reconfigure`]);
});
