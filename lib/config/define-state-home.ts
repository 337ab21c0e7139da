import type { StateConfig } from "./state-config";

/**
 * Returns the config as it is. Editors complete its fields, in TypeScript and in JavaScript. It needs the packages `cdktf`
 * and `constructs`, as the whole library does: without them, write `StateConfig` as the type of the config.
 * @example
 * export const stateConfig = defineStateHome({
 *   bucket: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" },
 *   consumers: [{ name: "network" }],
 * });
 */
export function defineStateHome(config: StateConfig): StateConfig {
  return config;
}
