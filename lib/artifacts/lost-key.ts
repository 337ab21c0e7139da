import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import type { StateHome } from "../config/state-home";
import { inventorySchema } from "../inventory/inventory";
import { INVENTORY_FILE } from "../inventory/inventory-file";
import type { Problem } from "../problem/problem";
import { parseJson } from "../text/parse-json";

/**
 * Returns a problem if the last synth knew the ARN of the created key and this one does not: backends would lose `encrypt`
 * and `kms_key_id`, and the guard would accept any key with the alias. `statelock bootstrap` reads the ARN from the
 * deployed state, so it is not stopped.
 */
export function lostKeyProblems(
  { bucket }: StateHome,
  outdir: string,
  environment: Readonly<Record<string, string | undefined>>,
): Problem[] {
  const { encryption } = bucket;
  const isBootstrap = environment[ENVIRONMENT_VARIABLES.bootstrap] !== undefined;
  if (isBootstrap || encryption.type !== "created-key" || encryption.keyArn !== undefined) return [];
  const path = join(outdir, INVENTORY_FILE);
  const last = inventorySchema.safeParse(existsSync(path) ? parseJson(readFileSync(path, "utf8")) : undefined);
  const { name, encryption: before } = last.data?.bucket ?? {};
  if (name !== bucket.name || before?.alias !== encryption.alias || before.keyArn === undefined) return [];
  return [
    {
      code: "key-arn-lost",
      path: "bootstrap.state.json",
      message: `must name the created key ${before.keyArn}, which the last synth knew, got no ARN`,
      fix: `Restore the file from version control, or run \`statelock bootstrap\`, which writes it again. If the key is gone, delete ${path}.`,
    },
  ];
}
