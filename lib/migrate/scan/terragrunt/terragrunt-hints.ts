import type { Problem } from "../../../problem/problem";
import { placeText, type Configuration } from "../configuration/configuration";
import { bootstrap } from "../outside/hand-problems";
import { USE_LOCKFILE } from "../configuration/phase";
import { argument, type Site } from "../source/site";
import { attributeOf } from "./terragrunt-files";

/**
 * Returns what an operator should know about the blocks that give units their backends, once for each block: what Terragrunt
 * makes beside a state, and what some versions of it refuse.
 */
export function terragruntHints(configurations: readonly Configuration[]): Problem[] {
  const hints = configurations
    .filter(({ source }) => source === "terragrunt")
    .flatMap((configuration) => [
      ...bootstrapHints(configuration),
      ...textHints(configuration),
      ...initHints(configuration),
    ]);
  return [...new Map(hints.map((hint) => [`${hint.code} ${hint.path}`, hint])).values()];
}

/** Only `remote_state` makes resources, not a generated file. */
function bootstrapHints(configuration: Configuration): Problem[] {
  const { places, table } = configuration;
  if (table === undefined || places.some(({ site }) => site.heredoc !== undefined)) return [];
  return [bootstrap(placeText(configuration))];
}

function textHints({ places }: Configuration): Problem[] {
  return places.flatMap(({ file, site }) =>
    [USE_LOCKFILE, "encrypt"].flatMap((name) => {
      const found = argument(site, name);
      const isText = found?.value.kind === "literal" && typeof found.value.literal === "string";
      return found === undefined || !isText || site.heredoc !== undefined
        ? []
        : [textBoolean(`${file.path}:${String(found.line)} ${name}`)];
    }),
  );
}

function textBoolean(path: string): Problem {
  return {
    code: "text-boolean",
    path,
    message: "should be true or false without quotes: Terragrunt from 0.99 to before 1.0 stops at a text",
    fix: "Remove the quotes.",
  };
}

/** Source: https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#remote_state, `disable_init` */
function initHints({ places }: Configuration): Problem[] {
  return places.flatMap(({ file, site }) =>
    isOff(file.body, site) ? [notInitialized(`${file.path}:${String(site.line)}`)] : [],
  );
}

function isOff(body: Configuration["places"][number]["file"]["body"], { line }: Site): boolean {
  const block = body?.blocks.find(({ type, line: at }) => type === "remote_state" && at === line);
  const value = block && attributeOf(block.body.attributes, "disable_init")?.value;
  return value?.kind === "literal" && (value.literal === true || value.literal === "true");
}

function notInitialized(path: string): Problem {
  return {
    code: "disable-init",
    path,
    message:
      "has disable_init: Terragrunt gives init no backend, so another program configures the state of these units",
    fix: "Find that program and change its locking arguments too.",
  };
}
