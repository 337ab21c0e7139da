import type { Problem } from "../problem/problem";
import { parseState } from "../state/parse-state";
import { parseJson } from "../text/parse-json";

/** Where a source without a host comes from: the registry of either engine. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];

/**
 * Returns a problem for each provider of a local state that the stack does not ask for. `init` installs and runs the
 * providers of a state as well, so a state file of somebody else could name a program of theirs.
 * @param stack the stack as JSON
 */
export function foreignProviders(state: string | undefined, path: string, stack: string | undefined): Problem[] {
  const parsed = parseState(state ?? "");
  // Another text is refused where the state is read.
  if (!("state" in parsed)) return [];
  const wanted = new Set(sourcesOf(stack).flatMap(addresses));
  const written = [...parsed.state.objects.values()].map(({ about }) => String(about["provider"]));
  const foreign = new Set(written.filter((provider) => !wanted.has(/"([^"]+)"/.exec(provider)?.[1] ?? "")));
  return [...foreign].map((provider) => ({
    code: "foreign-provider",
    path,
    message: `must name only providers of the stack, got ${provider.slice(0, 200)}`,
    fix: "If it is your state, put that provider back into the stack. Otherwise find out who wrote the file, and delete it.",
  }));
}

function sourcesOf(stack = ""): string[] {
  const { terraform } = (parseJson(stack) ?? {}) as {
    readonly terraform?: { readonly required_providers?: Readonly<Record<string, { readonly source?: string }>> };
  };
  return Object.entries(terraform?.required_providers ?? {}).map(([name, { source }]) => source ?? name);
}

/** Returns the addresses of a source as a state writes them: `registry.terraform.io/hashicorp/aws`. */
function addresses(source: string): string[] {
  const parts = source.split("/");
  if (parts.length === 3) return [source];
  const name = parts.length === 1 ? `hashicorp/${source}` : source;
  return REGISTRIES.map((host) => `${host}/${name}`);
}
