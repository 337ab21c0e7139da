import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { z } from "zod";
import { readBootstrapRecord, writeBootstrapRecord } from "../../lib/record/record-files";
import { writeWhole } from "../../lib/files/whole-file";
import type { AwsAccess } from "../../lib/aws/connect";
import { existingResource } from "../../lib/aws/existing-resources";
import { callerIdentity } from "../../lib/aws/identity";
import { principalReader } from "../../lib/aws/principal-arn";
import { readObjectLock } from "../../lib/aws/read-handmade";
import { readPosture } from "../../lib/aws/read-posture";
import { fileLocks } from "../../lib/aws/file-locks";
import { s3Objects } from "../../lib/aws/s3-objects";
import { stateStore } from "../../lib/aws/state-store";
import { moveState } from "../../lib/bootstrap/move-state";
import { releaseLeftLock, type StateLocks } from "../../lib/lock/hold-locks";
import { backendEncryption, type ObjectEncryption } from "../../lib/lock/object-encryption";
import { readCurrent } from "../../lib/lock/replace-state";
import type { StateStore } from "../../lib/lock/state-store";
import { bucketExists } from "../../lib/aws/bucket-exists";
import type { AwsPort, BootstrapPort, ProjectPort, Synthesized, UnfinishedRun } from "../../lib/bootstrap/port";
import { ENVIRONMENT_VARIABLES } from "../../lib/config/config-environment";
import { INVENTORY_FILE, inventorySchema } from "../../lib/inventory/inventory";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import type { OwnCommand } from "../../lib/text/own-command";
import { refuse, UserError } from "../../lib/problem/problem";
import { appCommand, synthesize } from "../../lib/programs/synthesize";
import { engineIn, PLAN_FILE } from "../../lib/programs/stack-engine";
import type { EngineChoice } from "../../lib/engine/choose-engine";
import { flagsText } from "../options/printed-flags";
import { ownLock, ownLockCommands } from "../options/own-lock";
import { plainFileText, refuseLinksBelow } from "../../lib/files/plain-file";
import { refuseForeignCode } from "../../lib/files/stack-folder";
import { foreignProviders } from "../../lib/bootstrap/foreign-providers";
import { withTrustedPath } from "../../lib/programs/trusted-path";
import { readLeftFile, refuseLink, type IsTracked } from "../../lib/files/left-file";
import { PROVIDER_LOCK_FILE } from "../../lib/verify/provider-lock";
import { trackedByGit } from "../../lib/programs/working-tree";
import { takeProcessLock } from "../../lib/files/process-lock";

/** What {@link bootstrapPort} needs. */
export interface BootstrapPortOptions {
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
  /** How the reader starts Statelock. */
  readonly program: OwnCommand;
  readonly engine: EngineChoice;
  /** The identity of every AWS call of this process; `environment` is the engine's. @default - the environment's */
  readonly access?: AwsAccess;
  /** Shows a lock before it is asked for. */
  readonly announce?: (lock: string) => void;
  /** Receives the log of the engine while it may lock the state. */
  readonly onLog?: (log: string) => void;
  /** Works in a temporary folder and leaves the checkout unchanged. */
  readonly dryRun: boolean;
}

const LOCAL_STATE = "terraform.bootstrap.tfstate";
const STACK = "cdktf.out/stacks/bootstrap";
const STACK_FILE = "cdk.tf.json";
const IMPORTS = "statelock-imports.tf.json";
const STARTED = ".statelock/bootstrap-started.json";

/** Connects `runBootstrap` to the checkout, AWS and the engine. The caller must call `close`. */
export function bootstrapPort(options: BootstrapPortOptions): {
  readonly port: BootstrapPort;
  readonly close: () => void;
} {
  // First of all: a mistyped folder must not be created.
  appCommand(options.project);
  const release = options.dryRun ? undefined : takeProcessLock(options.project, "bootstrap");
  const scratch = options.dryRun ? mkdtempSync(join(tmpdir(), "statelock-dry-run-")) : undefined;
  const root = scratch ?? options.project;
  const environment = withTrustedPath(options.environment, options.project);
  const stack = join(root, STACK);
  let synthesized: Synthesized | undefined;
  const bucket = (): Synthesized["inventory"]["bucket"] & { readonly access: AwsAccess | undefined } => {
    if (synthesized === undefined) throw new Error("asked for the bucket before the first synth");
    return { ...synthesized.inventory.bucket, access: options.access };
  };
  const encryption = (): ObjectEncryption | undefined => {
    const { encrypt, kms_key_id: kmsKeyId } = synthesized?.inventory.bootstrap.backend ?? {};
    return backendEncryption(encrypt === true, typeof kmsKeyId === "string" ? kmsKeyId : undefined);
  };
  const store = (): StateStore => stateStore(s3Objects(bucket()));
  const locks = (): StateLocks => {
    const { name, region, account } = bucket();
    const flags = flagsText({ bucket: name, region, expectedBucketOwner: account, ...options.access });
    const commands = ownLockCommands(options.program, "its bootstrap is over", name, flags);
    const { announce = () => undefined } = options;
    return { bucket: name, s3: fileLocks(bucket()), table: undefined, ...commands, announce };
  };
  const project = projectPort(options, root, stack, (latest) => (synthesized = latest));
  const aws: AwsPort = {
    identity: () => callerIdentity(bucket()),
    principal: (name) => principalReader(bucket())(name),
    bucketExists: () => bucketExists(bucket()),
    readState: async (key) => {
      const object = await readCurrent(store(), key);
      // Bytes that are not UTF-8 are not "no state": the empty text is refused as unreadable.
      return object === undefined ? undefined : (object.text ?? "");
    },
    listKeys: async (prefix) => {
      const keys: string[] = [];
      for await (const { key } of s3Objects(bucket()).list(prefix)) keys.push(key);
      return keys;
    },
    moveState: ({ lockId, ...move }) => {
      const lock = ownLock({ id: lockId, operation: "statelock bootstrap", path: `${bucket().name}/${move.key}` });
      return moveState(store(), locks(), { ...move, encryption: encryption(), lock });
    },
    releaseLock: async (key, lockId) => {
      const left = await releaseLeftLock(locks(), key, lockId);
      if (left.length > 0) throw new UserError(left, "unknown");
    },
    posture: () => readPosture(bucket()),
    objectLock: () => readObjectLock(bucket()),
    existing: (type, values) => existingResource(bucket(), type, values),
  };
  const engine = engineIn({
    directory: stack,
    env: environment,
    onLog: options.onLog,
    engine: () => options.engine.choose({ config: synthesized?.inventory.engine, folder: options.project }),
  });
  return {
    port: { project, aws, engine },
    close: () => {
      rmSync(join(stack, PLAN_FILE), { force: true });
      release?.();
      if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function projectPort(
  options: BootstrapPortOptions,
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
    // A dry run initializes a folder of its own: the versions that count are those of the checkout.
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
  const inventory = inventorySchema.parse(JSON.parse(readFileSync(path, "utf8")));
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
