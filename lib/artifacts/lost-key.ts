import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import type { StateHome } from "../config/state-home";
import { inventorySchema } from "../inventory/inventory";
import { INVENTORY_FILE } from "../inventory/inventory-file";
import { shown, type Problem } from "../problem/problem";
import { parseJson } from "../text/parse-json";

/** The problem of a config without the created key that the last synth named by its ARN, so that it is deployed. */
function dropped(
  { alias, keyArn }: { readonly alias?: string | undefined; readonly keyArn?: string | undefined },
  path: string,
): Problem {
  return {
    code: "destroys-data",
    path: "bucket.encryption",
    message: `must keep the created key ${String(keyArn)}, which the last synth knew (${path}), got a config without it`,
    fix: `Restore { type: "created-key" }: without the key, nobody can read the states that it encrypts. To stop using it, add retiredKeys: [{ alias: ${shown(alias)}, management: "kept" }] and take the two steps in docs/how-to/change-encryption.md. If the key is gone, delete ${path}.`,
  };
}

/**
 * Returns a problem if the last synth knew the ARN of the created key and this one does not: backends would lose `encrypt`
 * and `kms_key_id`, and the guard would accept any key with the alias. `statelock bootstrap` reads the ARN from the
 * deployed state, so it is not stopped.
 */
export function lostKeyProblems(
  { bucket }: StateHome,
  outdir: string,
  environment: Readonly<Record<string, string | undefined>>,
  record?: { readonly deployed?: object | undefined },
): Problem[] {
  const { encryption } = bucket;
  const isBootstrap = environment[ENVIRONMENT_VARIABLES.bootstrap] !== undefined;
  if (isBootstrap || (encryption.type === "created-key" && encryption.keyArn !== undefined)) return [];
  const path = join(outdir, INVENTORY_FILE);
  const last = inventorySchema.safeParse(existsSync(path) ? parseJson(readFileSync(path, "utf8")) : undefined);
  const { name, encryption: before } = last.data?.bucket ?? {};
  if (name !== bucket.name || before?.type !== "created-key" || before.keyArn === undefined) return [];
  if (encryption.type !== "created-key")
    // A record with a list says more than the last synth of this checkout.
    return record?.deployed !== undefined || bucket.retiredKey?.alias === before.alias ? [] : [dropped(before, path)];
  if (before.alias !== encryption.alias) return [];
  return [
    {
      code: "key-arn-lost",
      path: "bootstrap.state.json",
      message: `must name the created key ${before.keyArn}, which the last synth knew, got no ARN`,
      fix: `Restore the file from version control, or run \`statelock bootstrap\`, which writes it again. If the key is gone, delete ${path}.`,
    },
  ];
}
