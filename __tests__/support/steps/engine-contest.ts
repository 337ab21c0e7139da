import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parseLockInfo } from "../../../lib/lock/lock-info";
import { requireSuccess } from "../../../lab/machine/require-success";
import { terraformArguments } from "../../../lab/machine/terraform-arguments";
import { useTestEngine, type TestEngine } from "../../../lab/machine/test-engine";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";
import type { StandIn } from "../../../lab/stand-in/stand-in";
import { SCENE, witnessedWork } from "./witnessed-work";

/** How both engines begin when somebody else holds the lock. */
const LOCKED = "Error acquiring the state lock";

/** A root that one engine runs, with an access key of its own: the stand-in knows it by that. */
export interface EngineRoot {
  readonly engine: TestEngine;
  readonly accessKeyId: string;
  run(...args: string[]): Promise<CommandResult>;
  /** Applies until it had the lock. */
  apply(mark: string, ...args: string[]): Promise<CommandResult>;
  /** Ends the command that runs, as a machine ends that loses its power. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** Where the roots keep their state. */
export interface SharedState {
  readonly standIn: StandIn;
  readonly bucket: string;
  readonly key: string;
  /** More lines of the backend. */
  readonly locking: string;
  /** The folder in which applies leave and remove their marks. */
  readonly scene: string;
}

/** A root that is initialized for a state that others use too. */
export async function engineRoot(engine: TestEngine, name: string, state: SharedState): Promise<EngineRoot> {
  const { standIn, bucket, key, locking, scene } = state;
  useTestEngine(engine);
  const workspace: Workspace = createWorkspace({
    env: { ...standIn.env, AWS_ACCESS_KEY_ID: name, [SCENE]: scene },
  });
  workspace.write("main.tf", witnessedWork(bucket, key));
  const settings = [`bucket = "${bucket}"`, `key = "${key}"`, locking].join("\n    ");
  workspace.write("backend.tf", `terraform {\n  backend "s3" {\n    ${settings}\n  }\n}\n`);
  let running: ReturnType<Workspace["start"]> | undefined;
  const run = async (...args: string[]): Promise<CommandResult> => {
    useTestEngine(engine);
    running = workspace.start("terraform", terraformArguments(args));
    return running.done;
  };
  requireSuccess(await run("init"));
  return {
    engine,
    accessKeyId: name,
    run,
    apply: async (mark, ...args) => {
      for (;;) {
        const result = await run("apply", "-auto-approve", "-lock-timeout=5m", `-var=mark=${mark}`, ...args);
        if (result.code === 0 || result.code === null || !result.stderr.includes(LOCKED)) return result;
      }
    },
    kill: async () => {
      running?.kill("SIGKILL");
      await running?.done;
    },
    remove: () => workspace.remove(),
  };
}

/** The ID of the lock that the bucket holds. */
export async function heldLockId(s3: S3Client, { bucket, key }: SharedState): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${key}.tflock` }));
  return parseLockInfo((await Body?.transformToString()) ?? "")?.ID ?? "none";
}
