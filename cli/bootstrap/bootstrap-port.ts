import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsAccess } from "../../lib/aws/connect";
import { existingResource } from "../../lib/aws/existing-resources";
import { callerIdentity } from "../../lib/aws/identity";
import { principalReader } from "../../lib/aws/principal-arn";
import { readObjectLock } from "../../lib/aws/read-handmade";
import { readPosture } from "../../lib/aws/read-posture";
import { encryptionReader } from "../../lib/aws/read-state-posture";
import { fileLocks } from "../../lib/aws/file-locks";
import { s3Objects } from "../../lib/aws/s3-objects";
import { stateStore } from "../../lib/aws/s3-state-store";
import { moveState } from "../../lib/bootstrap/move-state";
import { releaseLeftLock, type StateLocks } from "../../lib/lock/hold-locks";
import { backendEncryption, type ObjectEncryption } from "../../lib/lock/object-encryption";
import { readCurrent } from "../../lib/lock/replace-state";
import type { StateStore } from "../../lib/lock/state-store";
import { bucketExists } from "../../lib/aws/bucket-exists";
import type { AwsPort, BootstrapPort, Synthesized } from "../../lib/bootstrap/bootstrap-ports";
import type { OwnCommand } from "../../lib/text/own-command";
import { UserError } from "../../lib/problem/problem";
import { appCommand } from "../../lib/programs/synthesize";
import { engineIn, PLAN_FILE } from "../../lib/programs/stack-engine";
import type { EngineChoice } from "../../lib/engine/choose-engine";
import { flagsText } from "../options/printed-flags";
import { ownLock, ownLockCommands } from "../options/own-lock";
import { withTrustedPath } from "../../lib/programs/trusted-path";
import { takeProcessLock } from "../../lib/files/process-lock";
import { projectPort, STACK, type ProjectPortOptions } from "./project-port";

/** What {@link bootstrapPort} needs. */
interface BootstrapPortOptions extends ProjectPortOptions {
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
    encryption: (key) => encryptionReader(bucket())(key),
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
