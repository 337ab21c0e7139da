import { shown, type Problem } from "../../problem/problem";
import { outputFolder } from "./consumer/config-consumers";
import type { Scan, ScannedConfiguration } from "./scan";

/**
 * Returns the roots that an argument of `--root` names: by the folder of a root, or by a consumer's name, the folder of its
 * stack, or its name in a scan (`state.config.ts#NAME`).
 * @param given the argument as typed
 * @param folder the argument as a path from the working directory
 */
export function meantRoots({ configurations }: Scan, given: string, folder: string): readonly string[] | Problem {
  const consumers = configurations.filter(({ source }) => source === "consumer");
  const meant = [
    ...configurations.filter(({ root }) => root === folder),
    ...consumers.filter((consumer) => stackFolder(consumer) === folder),
  ];
  if (meant.length > 0) return [...new Set(meant.map(({ root }) => root))];
  const named = consumers.filter(({ label }) => label === given);
  const [only] = named;
  if (only !== undefined && named.length === 1) return [only.root];
  return named.length === 0 ? unknownRoot(given) : ambiguous(given, named);
}

/** Returns the folder of a consumer's stack, in which the CDKTF CLI runs Terraform. */
function stackFolder(consumer: ScannedConfiguration): string {
  return `${outputFolder(consumer.file.path)}/stacks/${consumer.label ?? ""}`;
}

function unknownRoot(given: string): Problem {
  return {
    code: "unknown-root",
    path: "--root",
    message: `must name a folder with an S3 backend, or a consumer, below the scanned folders, got ${shown(given)}`,
    fix: "Run `statelock migrate scan`: it lists them.",
  };
}

function ambiguous(given: string, named: readonly ScannedConfiguration[]): Problem {
  return {
    code: "unknown-root",
    path: "--root",
    message: `must name one consumer, got ${shown(given)}, which ${String(named.length)} configs have`,
    fix: `Name one of them: ${named.map(({ root }) => root).join(", ")}`,
  };
}
