import { program } from "../engine/spoken-engine";
import { BOOTSTRAP_RECORD_FILE, type BootstrapRecord } from "../record/bootstrap-record";
import { shown, type Problem } from "../problem/problem";
import type { StateSnapshot } from "./state-snapshot";

/** Every fact that decides how the run goes on. */
export interface Situation {
  /** Name of the state bucket. */
  readonly bucket: string;
  /** Key of the bootstrap stack's state in it. */
  readonly key: string;
  readonly bucketExists: boolean;
  readonly record: BootstrapRecord | undefined;
  readonly local: StateSnapshot | undefined;
  readonly remote: StateSnapshot | undefined;
  /** An earlier run of this checkout started to create this bucket and did not finish. */
  readonly interrupted: boolean;
  /** The operator wants to adopt existing resources. */
  readonly adopt: boolean;
}

/** How the run goes on. */
export interface Route {
  /** The state to deploy the stack with. */
  readonly deployWith: "local" | "bucket";
  /** True if the run must write the local state to the bucket. */
  readonly push: boolean;
  /** True if the run must write the record. */
  readonly record: boolean;
  /** True if the run must retire a local state file. */
  readonly retire: boolean;
}

/** True if the route needs more than a deploy. */
export function moves(route: Route): boolean {
  return route.push || route.record || route.retire;
}

/** Returns how to go on from a situation, or the problem that stops the run. */
export function routeFrom(situation: Situation): Route | Problem {
  if (situation.record !== undefined) return recordedRoute(situation, situation.record);
  if (situation.remote !== undefined) return unrecordedRoute(situation, situation.remote);
  if (situation.local === undefined && situation.bucketExists && !situation.adopt && !situation.interrupted) {
    return {
      code: "unclaimed-bucket",
      path: `s3://${situation.bucket}`,
      message: "must not exist before its first deploy, but your account has this bucket, and no state contains it",
      fix: "Run `statelock bootstrap --adopt --dry-run` to see what adopting it would change. Then run it without --dry-run, or choose another bucket.name.",
    };
  }
  return { deployWith: "local", push: true, record: true, retire: true };
}

function recordedRoute(situation: Situation, record: BootstrapRecord): Route | Problem {
  const { local, remote } = situation;
  const place = `s3://${record.bucket}/${record.key}`;
  if (remote === undefined) {
    return {
      code: "bootstrap-state-missing",
      path: place,
      message: `must hold the bootstrap stack's state, as ${BOOTSTRAP_RECORD_FILE} records, got no ${situation.bucketExists ? "object" : "bucket"}`,
      fix: situation.bucketExists
        ? `Restore its newest version (aws s3api list-object-versions --bucket ${record.bucket} --prefix ${record.key}). Then run the command again.`
        : `If the bucket is really gone, delete ${BOOTSTRAP_RECORD_FILE} and run the command again. A retired local state is in a *.backup file beside it.`,
    };
  }
  if (remote.lineage !== record.lineage) return otherState(place, `lineage ${record.lineage}`, remote.lineage);
  if (local === undefined) return { deployWith: "bucket", push: false, record: false, retire: false };
  return comparedRoute(place, local, remote, { whenAhead: "refuse", record: false });
}

function unrecordedRoute(situation: Situation, remote: StateSnapshot): Route | Problem {
  const place = `s3://${situation.bucket}/${situation.key}`;
  if (!remote.buckets.includes(situation.bucket)) {
    return otherState(
      place,
      `a state that manages ${situation.bucket}`,
      `a state that manages ${shown(remote.buckets)}`,
    );
  }
  if (situation.local === undefined) return { deployWith: "bucket", push: false, record: true, retire: false };
  return comparedRoute(place, situation.local, remote, { whenAhead: "push", record: true });
}

/** Compares the local state with the state in the bucket. They must have one lineage, and the newer serial decides. */
function comparedRoute(
  place: string,
  local: StateSnapshot,
  remote: StateSnapshot,
  rule: { readonly whenAhead: "push" | "refuse"; readonly record: boolean },
): Route | Problem {
  if (local.lineage !== remote.lineage)
    return otherState(place, `the local state's lineage ${local.lineage}`, remote.lineage);
  if (local.serial > remote.serial) {
    if (rule.whenAhead === "push") return { deployWith: "local", push: true, record: rule.record, retire: true };
    return diverged(place, `serial ${String(remote.serial)}`, `a local state with serial ${String(local.serial)}`);
  }
  if (local.serial === remote.serial && local.digest !== remote.digest) {
    return diverged(place, `serial ${String(remote.serial)}`, "a local state with the same serial and other content");
  }
  return { deployWith: "bucket", push: false, record: rule.record, retire: true };
}

function otherState(place: string, wanted: string, got: string): Problem {
  return {
    code: "other-state",
    path: place,
    message: `must hold ${wanted}, got ${got}`,
    fix: `Two different states claim one place. Keep both files. Find out which one describes the bucket (${program()} state list), and move the other one away.`,
  };
}

function diverged(place: string, remote: string, local: string): Problem {
  return {
    code: "diverged-state",
    path: place,
    message: `must hold the newest state, got ${remote} there and ${local} here`,
    fix: `Somebody deployed with the local file after the move. Compare both (${program()} state list), keep the right one, and move the other file away. Statelock changed nothing.`,
  };
}
