import { BOOTSTRAP_RECORD_FILE, type BootstrapRecord } from "../record/bootstrap-record";
import { shown, type Problem } from "../problem/problem";
import type { StateSnapshot } from "./state-snapshot";

/** Everything that decides how to go on, as it was found: nothing here is a guess. */
export interface Situation {
  /** Name of the state bucket. */
  readonly bucket: string;
  /** Key of the bootstrap stack's state in it. */
  readonly key: string;
  readonly bucketExists: boolean;
  readonly record: BootstrapRecord | undefined;
  readonly local: StateSnapshot | undefined;
  readonly remote: StateSnapshot | undefined;
  /** An earlier run of this checkout began to create this very bucket and did not finish. */
  readonly interrupted: boolean;
  /** The operator said that what exists is to be taken over. */
  readonly adopt: boolean;
}

/** How to go on. */
export interface Route {
  /** Which state the stack is deployed with. */
  readonly deployWith: "local" | "bucket";
  /** Whether the local state still has to be written to the bucket. */
  readonly push: boolean;
  /** Whether the record still has to be written. */
  readonly record: boolean;
  /** Whether a local state file has to go. */
  readonly retire: boolean;
}

/** Whether the route asks for more than a deploy. */
export function moves(route: Route): boolean {
  return route.push || route.record || route.retire;
}

/** The way on from a situation, or the reason there is none. */
export function routeFrom(situation: Situation): Route | Problem {
  if (situation.record !== undefined) return recordedRoute(situation, situation.record);
  if (situation.remote !== undefined) return unrecordedRoute(situation, situation.remote);
  if (situation.local === undefined && situation.bucketExists && !situation.adopt && !situation.interrupted) {
    return {
      code: "unclaimed-bucket",
      path: `s3://${situation.bucket}`,
      message: "must not exist before its first deploy, but it does, in your account, and no state knows it",
      fix: "Run `statelock bootstrap --adopt --dry-run` to see what taking it over would change, then without --dry-run; or choose another bucket.name.",
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
      message: `must hold the bootstrap stack's state, as ${BOOTSTRAP_RECORD_FILE} says, got no ${situation.bucketExists ? "object" : "bucket"}`,
      fix: situation.bucketExists
        ? `Restore its newest version (aws s3api list-object-versions --bucket ${record.bucket} --prefix ${record.key}), then run again.`
        : `If the bucket is really gone, delete ${BOOTSTRAP_RECORD_FILE} and run again; a retired local state is a *.backup file beside it.`,
    };
  }
  if (remote.lineage !== record.lineage) return otherState(place, `lineage ${record.lineage}`, remote.lineage);
  if (local === undefined) return { deployWith: "bucket", push: false, record: false, retire: false };
  return comparedRoute(place, local, remote, { whenAhead: "refuse", record: false });
}

function unrecordedRoute(situation: Situation, remote: StateSnapshot): Route | Problem {
  const place = `s3://${situation.bucket}/${situation.key}`;
  if (!remote.buckets.includes(situation.bucket)) {
    return otherState(place, `a state that manages ${situation.bucket}`, `one that manages ${shown(remote.buckets)}`);
  }
  if (situation.local === undefined) return { deployWith: "bucket", push: false, record: true, retire: false };
  return comparedRoute(place, situation.local, remote, { whenAhead: "push", record: true });
}

/** Both sides hold a state: they must be one, and the newer decides. */
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
    fix: "Two different states claim one place. Keep both files, find out which one describes the bucket (terraform state list), and move the other away.",
  };
}

function diverged(place: string, remote: string, local: string): Problem {
  return {
    code: "diverged-state",
    path: place,
    message: `must be the newest state, got ${remote} there and ${local} here`,
    fix: "Somebody deployed with the local file after the move. Compare both (terraform state list), keep the right one and move the other file away; nothing was changed.",
  };
}
