/** The engines, by the names of their programs. */
export const ENGINE_NAMES = ["terraform", "tofu"] as const satisfies readonly EngineName[];
/**
 * The name of an engine.
 * @example
 * const engine: EngineName = "tofu";
 */
export type EngineName = "terraform" | "tofu";

/** The engine of a config that names none, and of texts if nothing says which engine is in use. */
export const DEFAULT_ENGINE: EngineName = "terraform";

/** The program that runs a root. */
export interface Engine {
  readonly name: EngineName;
  /** Name or path of the binary. */
  readonly binary: string;
}

/** The products, as people write them. */
const PRODUCTS: Readonly<Record<EngineName, string>> = { terraform: "Terraform", tofu: "OpenTofu" };

/** Returns the name of the product: `Terraform` or `OpenTofu`. */
export function productOf(name: EngineName): string {
  return PRODUCTS[name];
}

/** Returns the product and its version, such as `OpenTofu 1.12.6`. */
export function titleOf(name: EngineName, version: string): string {
  return `${productOf(name)} ${version}`;
}

/** Returns the engine of a binary, judged by the name of its file alone: `/opt/tofu-1.12/tofu` is OpenTofu. */
export function engineOf(binary: string): Engine {
  const file = binary.slice(binary.search(/[^/\\]*$/));
  return { name: /tofu/i.test(file) ? "tofu" : "terraform", binary };
}

/** Returns the engine under its usual name, as PATH finds it. */
export function usualEngine(name: EngineName): Engine {
  return { name, binary: name };
}

/** Reads the output of `terraform version` or `tofu version`. Returns undefined if another program wrote it. */
export function readVersion(output: string): { readonly name: EngineName; readonly version: string } | undefined {
  const [, product, version] = /^(Terraform|OpenTofu) v(\d+\.\d+\.\d+\S*)/m.exec(output) ?? [];
  if (version === undefined) return undefined;
  return { name: product === "OpenTofu" ? "tofu" : "terraform", version };
}
