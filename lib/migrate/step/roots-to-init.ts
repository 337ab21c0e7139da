import { shown, type Problem } from "../../problem/problem";
import { deployFirst } from "../live/overlap";
import { placeText, type Configuration } from "../scan/configuration";
import type { Setting } from "../scan/phase";
import type { ScannedConfiguration } from "../scan/scan";
import type { InitRoot } from "./init-port";

/** Returns each folder that Terraform or OpenTofu runs in, with every way to set it up. */
export function rootsToInit(configurations: readonly Configuration[]): InitRoot[] {
  const roots = new Map<string, InitRoot>();
  for (const configuration of configurations) {
    const { root, source, places } = configuration;
    if (source !== "terraform" && source !== "opentofu" && source !== "cdktf") continue;
    const partials = places.filter(({ site }) => site.role === "partial").map(({ file }) => file.path);
    const tool = source === "opentofu" ? "opentofu" : "terraform";
    const setup = { partials, bucket: valueOf(configuration.bucket), key: valueOf(configuration.key) };
    roots.set(root, { root, tool, setups: [...(roots.get(root)?.setups ?? []), setup] });
  }
  return [...roots.values()];
}

/** Returns the roots that Terragrunt initializes. */
export function terragruntRoots(configurations: readonly Configuration[]): string[] {
  return [...new Set(configurations.filter(({ source }) => source === "terragrunt").map(({ root }) => root))];
}

/** Returns a problem for each selected consumer whose stack is not selected: Terraform runs in the stack. */
export function notInitialized(selected: readonly ScannedConfiguration[]): Problem[] {
  const hasStack = ({ root }: ScannedConfiguration): boolean =>
    selected.some(({ synthesizedFrom }) => synthesizedFrom === root);
  return selected
    .filter((configuration) => configuration.source === "consumer" && !hasStack(configuration))
    .map((consumer) => ({
      code: "consumer-root",
      path: placeText(consumer),
      message: `must be a root that Terraform runs in, got the consumer ${shown(consumer.label ?? consumer.root)} of a config`,
      fix: `${deployFirst(consumer.label ?? consumer.root)}.`,
    }));
}

function valueOf(setting: Setting): string | undefined {
  return setting !== undefined && "value" in setting ? setting.value : undefined;
}
