import type { BootstrapRecord } from "../record/bootstrap-record";
import type { Inventory } from "../inventory/inventory";
import type { PolicyDocument } from "../policy/policy-document";
import type { Posture } from "../verify/posture";

/** What the bootstrap run needs of the world; its real side is in cli/bootstrap-port.ts. */
export interface BootstrapPort {
  readonly project: ProjectPort;
  readonly aws: AwsPort;
  readonly terraform: TerraformPort;
}

/** The checkout. */
export interface ProjectPort {
  /** Synthesizes, with the backend the record says, or as if the state were in the bucket already. */
  synthesize(state: "as-recorded" | "in-bucket"): Promise<Synthesized>;
  readRecord(): BootstrapRecord | undefined;
  writeRecord(record: BootstrapRecord): void;
  /** Text of the local state file; undefined where there is none. */
  readLocalState(): string | undefined;
  /** Path of the local state file. */
  readonly localState: string;
  /** Renames the local state file, if it still holds this text, and returns its new name. */
  retireLocalState(text: string): string;
  /** What an earlier run that did not finish left about this bucket. */
  unfinishedRun(bucket: string): UnfinishedRun | undefined;
  /** Notes, before the first change, that a run of this checkout works on the bucket. */
  markStarted(bucket: string): UnfinishedRun;
  markFinished(): void;
  /** Writes import blocks beside the synthesized stack; none removes them. */
  writeImports(imports: readonly Import[]): void;
}

/** The note of a run that has begun: proof, in the next run, that a bucket or a lock without an owner is our own. */
export interface UnfinishedRun {
  readonly bucket: string;
  readonly lockId: string;
}

/** What synth wrote, read back. */
export interface Synthesized {
  readonly inventory: Inventory;
  readonly guard: PolicyDocument;
}

/** One resource that exists and is to be taken into the state. */
export interface Import {
  readonly to: string;
  readonly id: string;
}

/** AWS, as the credentials see it. */
export interface AwsPort {
  identity(): Promise<{ readonly account: string; readonly arn: string }>;
  bucketExists(): Promise<boolean>;
  /** Text of the state at a key of the bucket; undefined where there is none. */
  readState(key: string): Promise<string | undefined>;
  /** Writes the state under its lock, byte for byte, only onto `replaces`. */
  moveState(move: {
    readonly key: string;
    readonly text: string;
    readonly replaces: string | undefined;
    readonly lockId: string;
  }): Promise<void>;
  /** Releases the lock of a state key if it has this ID. */
  releaseLock(key: string, lockId: string): Promise<void>;
  posture(): Promise<Posture>;
  /** The import id of a resource with these values, where it exists already. */
  existing(type: string, values: Readonly<Record<string, unknown>>): Promise<string | undefined>;
}

/** Terraform in the folder of the bootstrap stack. */
export interface TerraformPort {
  version(): Promise<string>;
  init(): Promise<void>;
  plan(options: { readonly lock: boolean }): Promise<Plan>;
  apply(onProgress: (message: string) => void): Promise<void>;
}

/** A plan, as far as a person decides by it. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly outputsChange: boolean;
}

/** What a plan would do to one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly action: "create" | "update" | "delete" | "replace" | "import";
  /** Values the resource would have, as far as they are known. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What would change of a resource that exists. */
  readonly differences: readonly Difference[];
}

/** One attribute that would change; `after` is undefined where it is known only at apply. */
export interface Difference {
  readonly attribute: string;
  readonly before: unknown;
  readonly after: unknown;
}
