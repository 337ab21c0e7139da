import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import type { StateHome } from "../config/state-home";
import type { Papers } from "../home/papers";
import { aliasOfUnknownKey, synthText } from "../inventory/synth-text";

/** Variables of the programs that run an app and print what it wrote themselves. Test runners set NODE_ENV to `test`. */
const RUNNERS = ["CDKTF_OUTDIR", ENVIRONMENT_VARIABLES.refusal];

/** Returns what to print after a synth. Undefined if `statelock`, the CDKTF CLI or a test runner runs the app. */
export function synthesisText(
  { home, consumers }: Papers,
  outdir: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment["NODE_ENV"] === "test" || RUNNERS.some((name) => environment[name] !== undefined)) return undefined;
  return synthText({
    bucket: home.bucket.name,
    outdir,
    stacks: stackNames(home),
    consumers: home.consumers.map(({ name }) => name),
    policies: consumers.flatMap(({ policies }) => policies).length,
    keyAlias: aliasOfUnknownKey(home.bucket.encryption),
  });
}

/** Returns the names of the stacks that synth writes. */
export function stackNames({ bootstrap, consumers }: StateHome): string[] {
  return [bootstrap.stack, ...consumers.filter(({ type }) => type === "cdktf").map(({ name }) => name)];
}
