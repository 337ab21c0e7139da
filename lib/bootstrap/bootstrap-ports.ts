import type { BootstrapRecord } from "../record/bootstrap-record";
import type { Inventory } from "../inventory/inventory";
import type { PolicyDocument } from "../policy/policy-document";
import type { Problem } from "../problem/problem";
import type { StatePosture } from "../verify/consumer-checks";
import type { Posture, Reading } from "../verify/posture";
import type { ObjectLock } from "../verify/surroundings";
import type { ReadPrincipal } from "../verify/principal-checks";

/** What the bootstrap run needs from outside. The real side is `cli/bootstrap/bootstrap-port.ts`. */
export interface BootstrapPort {
  readonly project: ProjectPort;
  readonly aws: AwsPort;
  readonly engine: EnginePort;
}

/** The checkout. */
export interface ProjectPort {
  /**
   * Runs synth with the recorded backend, or as if the state were in the bucket already.
   * @param keyArn the created key in the stack's state; otherwise synth takes the record's
   */
  synthesize(state: "as-recorded" | "in-bucket", keyArn?: string): Promise<Synthesized>;
  /** Returns the text of the stack's `.terraform.lock.hcl`, and the stack's folder as a shell takes it; undefined without one. */
  readProviderLock(): { readonly text: string; readonly folder: string } | undefined;
  readRecord(): BootstrapRecord | undefined;
  writeRecord(record: BootstrapRecord): void;
  /** Returns the text of the local state file; undefined if it is absent. */
  readLocalState(): string | undefined;
  /** Path of the local state file. */
  readonly localState: string;
  /** Renames the local state file, if it still holds this text, and returns its new name. */
  retireLocalState(text: string): string;
  /** Returns the note of an earlier run on this bucket that did not finish. */
  unfinishedRun(bucket: string): UnfinishedRun | undefined;
  /** Writes, before the first change, a note that a run of this checkout works on the bucket. */
  markStarted(bucket: string): UnfinishedRun;
  markFinished(): void;
  /** Writes import blocks beside the synthesized stack; an empty list removes them. */
  writeImports(imports: readonly Import[]): void;
}

/** The note of a started run. It proves to the next run that a bucket or a lock without an owner belongs to this checkout. */
export interface UnfinishedRun {
  readonly bucket: string;
  readonly lockId: string;
}

/** The files that synth wrote. */
export interface Synthesized {
  readonly inventory: Inventory;
  readonly guard: PolicyDocument;
}

/** An existing resource to import into the state. */
export interface Import {
  readonly to: string;
  readonly id: string;
}

/** AWS, with the credentials of the run. */
export interface AwsPort {
  identity(): Promise<{ readonly account: string; readonly arn: string }>;
  readonly principal: ReadPrincipal;
  bucketExists(): Promise<boolean>;
  /** Returns the text of the state at a key of the bucket; undefined if the key is free. */
  readState(key: string): Promise<string | undefined>;
  /** Reads how the object at a key is encrypted. No value without an object. */
  encryption(key: string): Promise<StatePosture["encryption"]>;
  /** Lists the keys of the bucket's objects below a prefix. */
  listKeys(prefix: string): Promise<string[]>;
  /** Writes the state under its lock, byte for byte, and only over the text `replaces`. */
  moveState(move: {
    readonly key: string;
    readonly text: string;
    readonly replaces: string | undefined;
    readonly lockId: string;
  }): Promise<void>;
  /** Releases the lock of a state key if it has this ID. */
  releaseLock(key: string, lockId: string): Promise<void>;
  posture(): Promise<Posture>;
  objectLock(): Promise<Reading<ObjectLock>>;
  /** Returns the import id of a resource with these values; undefined if it does not exist. */
  existing(type: string, values: Readonly<Record<string, unknown>>): Promise<string | undefined>;
}

/** The engine in the folder of the bootstrap stack. */
export interface EnginePort {
  /** Returns the product and its version, such as `OpenTofu 1.12.6`. @throws UserError if it is missing or too old */
  version(): Promise<string>;
  init(): Promise<void>;
  plan(options: { readonly lock: boolean }): Promise<Plan>;
  apply(onProgress: (message: string) => void): Promise<void>;
}

/** The parts of a plan that a person needs to decide. */
export interface Plan {
  readonly changes: readonly ResourceChange[];
  readonly outputsChange: boolean;
  /** What a person should know before the apply. @default - nothing */
  readonly warnings?: readonly Problem[];
}

/** What a plan would change of one resource. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: "create" | "update" | "delete" | "replace" | "import" | "forget";
  /** The planned values that are known before apply. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The present values; empty for a resource that does not exist. */
  readonly before: Readonly<Record<string, unknown>>;
  /** The attributes of an existing resource that would change. */
  readonly differences: readonly Difference[];
}

/** One attribute that would change. `after` is undefined if it is known only at apply. */
export interface Difference {
  readonly attribute: string;
  readonly before: unknown;
  readonly after: unknown;
}
