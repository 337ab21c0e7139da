import { shown, type Problem } from "../../problem/problem";
import { outputFolder } from "./config-consumers";
import type { Scan, ScannedConfiguration } from "./scan";

/**
 * The roots that a person means by a folder or a name: a root's folder; of a consumer its name, the folder of its stack,
 * or what a scan calls it.
 * @param given as it was typed
 * @param folder the same, as a path from the working directory
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

/** Where synth puts the stack of a consumer, and the CDKTF CLI runs Terraform. */
function stackFolder(consumer: ScannedConfiguration): string {
  return `${outputFolder(consumer.file.path)}/stacks/${consumer.label ?? ""}`;
}

function unknownRoot(given: string): Problem {
  return {
    code: "unknown-root",
    path: "--root",
    message: `must be a folder with an S3 backend, or a consumer of a config, below the folders that are looked into, got ${shown(given)}`,
    fix: "`statelock migrate scan` lists them.",
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
