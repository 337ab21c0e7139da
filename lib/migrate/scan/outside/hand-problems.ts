import type { Problem } from "../../../problem/problem";
import { lockfileEdit } from "./cdktf-apps";

/** The hint about a file that nobody runs as it is. @param isSafe `apply` changes it */
export function template(path: string, isSafe = false): Problem {
  return {
    code: "backend-template",
    path,
    message: "is a template of a backend: what is made from it locks as it says",
    fix: isSafe
      ? "`statelock migrate apply` changes its locking arguments with the roots: to both at once, to lockfile with the last of them."
      : "Change its locking arguments by hand, together with the roots.",
  };
}

/** The hint about a page that shows how to lock in a table. */
export function quoted(path: string): Problem {
  return {
    code: "backend-quoted",
    path,
    message: "shows a backend or a command that locks in a table: who follows it locks there",
    fix: "Change the text together with the roots.",
  };
}

export function inProgram(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must not give a backend its table: Statelock does not change programs",
    fix: `Change it by hand. To both: ${lockfileEdit(path.replace(/:\d+$/, ""))}. To lockfile: remove the table. Then synthesize.`,
  };
}

export function vagueFlag(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must say what it gives a backend: this -backend-config is computed, and may name a table",
    fix: "Write the argument or the name of the file into the command. If it is the name of a file, call the variable so: BACKEND_FILE.",
  };
}

export function vagueArguments(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must say what it gives a backend: these arguments of init are computed, and may name a table",
    fix: "Write the arguments of the backend into its block or into a .tfbackend file, and the other ones into the command.",
  };
}

export function lockfileOff(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must not turn the lock file off: the runs of this file would not see the locks of others",
    fix: "Remove use_lockfile from the command, and run init with -reconfigure.",
  };
}

export function inCommand(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must not give a backend its table: Statelock does not change commands, scripts and pipelines",
    fix: "Change it by hand: to both, also give it use_lockfile=true; to lockfile, remove dynamodb_table. Then run init with -reconfigure.",
  };
}

/** A file of Terragrunt in JSON whose backend has no literal lock. */
export function computedJson(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must say how its backend locks: Statelock does not evaluate Terragrunt's files in JSON",
    fix: "Find the value that it comes from, and change its locking arguments by hand, or write the file in HCL.",
  };
}

/** @param isSaid false if the text does not say how its backend locks */
export function inText(path: string, isSaid = true): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: isSaid
      ? "must not write a backend that locks in a table: Statelock does not change what a program writes"
      : "must write how its backend locks: other places may give it a table, or nothing locks its states",
    fix: "Change it by hand: to both, add use_lockfile = true; to lockfile, remove dynamodb_table. Then let the program write it again.",
  };
}

export function lockOff(path: string): Problem {
  return {
    code: "lock-off",
    path,
    message: "runs without a lock (-lock=false): `migrate status` does not see its runs",
    fix: "Remove it from everything that writes a state. A planner's role may take the lock: docs/reference/policies.md.",
  };
}

export function stuckInit(path: string): Problem {
  return {
    code: "init-reconfigure",
    path,
    message: "runs init with -input=false and without -reconfigure: after a step it stops where .terraform is older",
    fix: "Add -reconfigure.",
  };
}

/** The hint about a run that makes the table again. */
export function bootstrap(path: string): Problem {
  return {
    code: "backend-bootstrap",
    path,
    message:
      "makes the table again and may change the bucket: a run with --backend-bootstrap, and each run of Terragrunt before 1.0, creates what remote_state names",
    fix: "Set disable_bucket_update = true, and let no older clone run with --backend-bootstrap after `retire`.",
  };
}
