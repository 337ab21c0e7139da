import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { z } from "zod";
import { readBootstrapRecord, writeBootstrapRecord } from "../../lib/record/record-files";
import { writeWhole } from "../../lib/files/whole-file";
import type { ProjectPort, Synthesized, UnfinishedRun } from "../../lib/bootstrap/bootstrap-ports";
import { ENVIRONMENT_VARIABLES } from "../../lib/config/config-environment";
import { synthesizedInventory } from "../../lib/inventory/inventory";
import { INVENTORY_FILE } from "../../lib/inventory/inventory-file";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import { refuse, UserError } from "../../lib/problem/problem";
import { synthesize } from "../../lib/programs/synthesize";
import { plainFileText, refuseLinksBelow } from "../../lib/files/plain-file";
import { refuseForeignCode } from "../../lib/files/stack-folder";
import { foreignProviders } from "../../lib/bootstrap/foreign-providers";
import { readLeftFile, refuseLink, type IsTracked } from "../../lib/files/left-file";
import { PROVIDER_LOCK_FILE } from "../../lib/verify/provider-lock";
import { trackedByGit } from "../../lib/programs/working-tree";

/** What {@link projectPort} needs. */
export interface ProjectPortOptions {
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Folder of the synthesized stack. */
export const STACK = "cdktf.out/stacks/bootstrap";
const LOCAL_STATE = "terraform.bootstrap.tfstate";
const STACK_FILE = "cdk.tf.json";
const IMPORTS = "statelock-imports.tf.json";
const STARTED = ".statelock/bootstrap-started.json";

/** Connects `runBootstrap` to the checkout: its synth, its state file and its records. */
export function projectPort(
  options: ProjectPortOptions,
  root: string,
  stack: string,
  onSynthesized: (synthesized: Synthesized) => void,
): ProjectPort {
  const outdir = join(root, "cdktf.out");
  const localState = join(root, LOCAL_STATE);
  const originalState = join(options.project, LOCAL_STATE);
  const started = join(options.project, STARTED);
  // The engine writes to the state, to its backup and to its lock.
  for (const path of [LOCAL_STATE, `${LOCAL_STATE}.backup`, `.${LOCAL_STATE}.lock.info`])
    refuseLink(join(options.project, path));
  const isTracked = trackedByGit(options.project, options.environment);
  // A link, because a plan does not write to the state, and a killed run must not leave a copy of it.
  if (root !== options.project && existsSync(originalState)) symlinkSync(originalState, localState);
  return {
    localState: originalState,
    synthesize: async (state, keyArn) => {
      const { bootstrap, createdKey } = ENVIRONMENT_VARIABLES;
      const settings = { [bootstrap]: state === "in-bucket" ? "bucket" : "recorded", [createdKey]: keyArn };
      const env = { ...options.environment, CDKTF_OUTDIR: outdir, ...settings };
      await synthesize({ project: options.project, env });
      mkdirSync(stack, { recursive: true });
      refuseLinksBelow(outdir);
      refuseForeignCode(stack, [STACK_FILE, IMPORTS], isTracked);
      refuse(foreignProviders(readStateFile(localState), originalState, plainFileText(join(stack, STACK_FILE))));
      const synthesized = readSynthesized(outdir);
      onSynthesized(synthesized);
      return synthesized;
    },
    // A dry run initializes a folder of its own: the checkout has the versions that count.
    readProviderLock: () => {
      const text = plainFileText(join(options.project, STACK, PROVIDER_LOCK_FILE));
      return text === undefined ? undefined : { text, folder: STACK };
    },
    readRecord: () => readBootstrapRecord(options.project),
    writeRecord: (record) => {
      writeBootstrapRecord(options.project, record);
    },
    readLocalState: () => readStateFile(localState),
    retireLocalState: (text) => retire(localState, text),
    unfinishedRun: (bucket) => readUnfinished(started, bucket, isTracked),
    markStarted: (bucket) => {
      const run = readUnfinished(started, bucket, isTracked) ?? { bucket, lockId: randomUUID() };
      writeWhole(started, `${JSON.stringify(run)}\n`);
      return run;
    },
    markFinished: () => {
      rmSync(started, { force: true });
    },
    writeImports: (imports) => {
      const path = join(stack, IMPORTS);
      if (imports.length === 0) rmSync(path, { force: true });
      else writeWhole(path, `${JSON.stringify({ import: imports }, null, 2)}\n`);
    },
  };
}

function readSynthesized(outdir: string): Synthesized {
  const path = join(outdir, INVENTORY_FILE);
  const inventory = synthesizedInventory(plainFileText(path), path);
  const guard = JSON.parse(readFileSync(join(outdir, inventory.bucket.guard), "utf8")) as PolicyDocument;
  return { inventory, guard };
}

function readUnfinished(path: string, bucket: string, isTracked: IsTracked): UnfinishedRun | undefined {
  const run = readLeftFile(path, unfinishedRun, isTracked);
  return run?.bucket === bucket ? run : undefined;
}

const unfinishedRun: z.ZodType<UnfinishedRun> = z.strictObject({ bucket: z.string(), lockId: z.uuid() });

/** Returns the text of a state file; undefined if it is absent or empty. Terraform creates it empty when it locks. */
function readStateFile(path: string): string | undefined {
  const text = plainFileText(path);
  return text === "" ? undefined : text;
}

/** Renames a state file to a dated backup and returns the new name. @throws UserError if its text has changed */
function retire(path: string, text: string): string {
  if (readFileSync(path, "utf8") !== text) {
    throw new UserError([
      {
        code: "local-state-changed",
        path,
        message: "must still hold the state that this run moved, but it has changed",
        fix: "Somebody deployed with this file during the run. Run the command again: it compares both states.",
      },
    ]);
  }
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const backup = `${path}.${stamp}.backup`;
  chmodSync(path, 0o600);
  renameSync(path, backup);
  return basename(backup);
}
