import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { backendHcl, backendJson, partialConfiguration, type BackendFile } from "../backend/backend-files";
import { requiredVersion } from "../engine/floors";
import { consumerBackend } from "../backend/backend-settings";
import type { ConsumerPapers } from "../home/consumer-papers";
import type { Papers } from "../home/papers";
import type { StateHome } from "../config/state-home";
import { buildInventory } from "./build-inventory";
import { INVENTORY_FILE } from "../inventory/inventory-file";
import {
  backendPath,
  GUARD_PATH,
  KEY_POLICY_PATH,
  policyPath,
  RCP_PATH,
  SCP_PATH,
  trustPath,
} from "../inventory/inventory-paths";
import { policyJson } from "../policy/policy-document";
import { removeOthers, writeWhole } from "../files/whole-file";
import { stackNames } from "./synthesis";

/** Yields every file that synth writes beside the stacks: path below the output folder, and content. */
export function* artifacts(papers: Papers): Generator<readonly [path: string, content: string]> {
  const { home, consumers, guard, keyPolicy, organizationPolicies: control } = papers;
  for (const consumer of consumers) yield* consumerArtifacts(home, consumer);
  yield [GUARD_PATH, policyJson(guard)];
  if (control !== undefined) {
    yield [SCP_PATH, policyJson(control.scp)];
    yield [RCP_PATH, policyJson(control.rcp)];
  }
  if (keyPolicy !== undefined) yield [KEY_POLICY_PATH, policyJson(keyPolicy)];
  yield [INVENTORY_FILE, `${JSON.stringify(buildInventory(papers), null, 2)}\n`];
}

/** Writes the artifacts below `outdir`, the inventory last, and removes the artifacts of deleted consumers. */
export function writeArtifacts(papers: Papers, outdir: string): void {
  const files = new Set<string>();
  for (const [path, content] of artifacts(papers)) {
    writeWhole(join(outdir, path), content);
    files.add(path);
  }
  for (const folder of ["backends", "policies"]) removeOthers(outdir, folder, files);
  removeGoneStacks(papers.home, outdir);
}

/** Removes the JSON of deleted stacks, so that nobody deploys them. The CDKTF CLI removes the rest of their folders. */
function removeGoneStacks(home: StateHome, outdir: string): void {
  const stacks = stackNames(home);
  const folder = join(outdir, "stacks");
  const gone = existsSync(folder) ? readdirSync(folder).filter((stack) => !stacks.includes(stack)) : [];
  for (const stack of gone) rmSync(join(folder, stack, "cdk.tf.json"), { force: true });
}

function consumerArtifacts(home: StateHome, { consumer, policies }: ConsumerPapers): [string, string][] {
  const settings = consumerBackend(home, consumer);
  const required = requiredVersion({ ...consumer, partition: home.bucket.partition });
  const backends = [
    backendHcl(settings, required),
    backendJson(settings, required),
    partialConfiguration(consumer.name, settings),
  ];
  return [
    ...backends.map(({ name, content }: BackendFile): [string, string] => [backendPath(consumer.name, name), content]),
    ...policies.map(({ level, document }): [string, string] => [
      policyPath(consumer.name, level),
      policyJson(document),
    ]),
    ...consumer.madeRoles.map(({ level, trust }): [string, string] => [
      trustPath(consumer.name, level),
      policyJson(trust),
    ]),
  ];
}
