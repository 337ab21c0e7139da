import type { Engine, EngineName } from "../../engine/engine";
import type { Problem } from "../../problem/problem";
import type { LiveTarget } from "../live/live-target";
import type { ProveLocking } from "./prove-stores";

/** Where a state is. A value that no file names, or that a file computes, is undefined. */
export interface StateAddress {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** The S3 endpoint of the backend. @default - AWS, or the environment's */
  readonly endpoint?: string | undefined;
}

/** One way to set up a root. */
export interface InitSetup extends StateAddress {
  /** Partial configuration files; a later one overrides an earlier one. */
  readonly partials: readonly string[];
  /** Where its locks are, if it locks with a file and its files say where. @default - its store is not looked at */
  readonly locksIn?: LiveTarget | undefined;
  /** The `workspace_key_prefix`, if the files name or omit it; undefined if it is computed. @default - not compared */
  readonly prefix?: string | undefined;
}

/** One root, and the engine that runs it. A folder that two engines configure is two roots. */
export interface InitRoot {
  readonly root: string;
  readonly engine: Engine;
  /** Never empty. */
  readonly setups: readonly InitSetup[];
}

/** The result for a root that was set up in one way. */
export interface InitResult {
  readonly root: string;
  readonly engine: EngineName;
  readonly partials: readonly string[];
  /** `changes`: the plan has something to do, which is not a failure. */
  readonly outcome: "unchanged" | "changes" | "failed" | "not-run";
  /** True if `.terraform` is initialized in this way now. */
  readonly initialized: boolean;
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

/** The folder in which the engine keeps what it initialized. Undefined: the root's own, `.terraform` or TF_DATA_DIR. */
export type DataFolder = string | undefined;

/** The command ended because the operator stopped the run. */
export type Interrupted = "interrupted";

/** What {@link initRoots} needs of the engine and of the file system. */
export interface InitPort {
  /** Returns the state that `.terraform` points to; undefined if it points to no S3 backend. */
  initialized(root: InitRoot): StateAddress | undefined;
  /** Calls `work` with an empty folder outside the root, and removes the folder afterwards. */
  withScratch<T>(work: (data: string) => Promise<T>): Promise<T>;
  /**
   * Runs `init -reconfigure`. Returns why it failed, or that it led to another state or workspace: then the folder is as
   * it was.
   */
  init(root: InitRoot, setup: InitSetup, data: DataFolder): Promise<Problem | Interrupted | undefined>;
  /** Runs `terraform plan` under its lock. */
  plan(root: InitRoot, data: DataFolder): Promise<"unchanged" | "changes" | Interrupted | Problem>;
  /** Milliseconds of a clock that never goes back. */
  clock(): number;
}

/** How to run, and whom to inform. */
export interface InitOptions {
  /** How many roots at the same time. */
  readonly limit: number;
  /** Asked before a root runs. @default - no store is probed */
  readonly prove?: ProveLocking;
  /** Asked before each root, and before each way to set it up. True: do not begin another one. */
  readonly isStopped: () => boolean;
  readonly onResult: (result: InitResult) => void;
  readonly onProgress: (done: number, of: number) => void;
}
