import { OUTSIDE_NETWORK } from "../policy/guard/network-perimeter";
import type { PolicyDocument } from "../policy/policy-document";
import { found, type Problem } from "../problem/problem";
import { parseJson } from "../text/parse-json";
import { canonical } from "../verify/compare-policy";
import { retentionText } from "../verify/handmade-checks";
import { endlessProvider, endlessProviderFix, PROVIDER_LOCK_FILE } from "../verify/provider-lock";
import type { BootstrapPort, Import, Plan, ResourceChange } from "./bootstrap-ports";

/** Returns what a person should know before the plan is applied. A warning does not stop the run. */
export async function planWarnings(
  { project, aws }: BootstrapPort,
  plan: Plan,
  imports: readonly Import[],
  bucket: string,
): Promise<Problem[]> {
  const lock = project.readProviderLock();
  const endless = endlessProvider(lock?.text ?? "");
  const isAdopted = imports.some(({ to, id }) => to.startsWith("aws_s3_bucket.") && id === bucket);
  return found([
    isAdopted && (await objectLockWarning(aws, bucket)),
    lock !== undefined &&
      endless !== undefined && {
        code: "endless-provider",
        path: `${lock.folder}/${PROVIDER_LOCK_FILE}`,
        message: `must not lock a provider whose plan never ends: ${endless}`,
        fix: endlessProviderFix(lock.folder),
      },
    networkWarning(plan),
  ]);
}

/** Warns of a guard with another network than the deployed one: nothing here knows from where the pipelines come. */
function networkWarning({ changes }: Plan): Problem | false {
  const guard = changes.find(({ type, values }) => type === "aws_s3_bucket_policy" && networkOf(values) !== undefined);
  if (guard === undefined || networkOf(guard.values) === networkOf(guard.before)) return false;
  return {
    code: "guard-network",
    path: "bucket.guard.network",
    message:
      "The guard will deny every request from another network, except by deployers, break-glass and AWS services.",
    fix: "Check first that every role that runs Terraform is inside. A runner that GitHub hosts is not. You can deploy a correction from everywhere.",
  };
}

/** Returns the condition on the network of a planned or deployed guard as one text; undefined if it has none. */
function networkOf({ policy }: ResourceChange["values"]): string | undefined {
  const guard = typeof policy === "string" ? parseJson(policy) : undefined;
  const { Statement = [] } = (guard ?? {}) as Partial<PolicyDocument>;
  const statement = Statement.find(({ Sid }) => Sid === OUTSIDE_NETWORK);
  return statement && canonical(statement.Condition);
}

async function objectLockWarning(aws: BootstrapPort["aws"], bucket: string): Promise<Problem | false> {
  const objectLock = await aws.objectLock();
  const about = { code: "adopts-object-lock", path: `s3://${bucket}` };
  if ("unreadable" in objectLock)
    return (
      objectLock.notApplicable !== true && {
        ...about,
        message: `Statelock could not read whether the adopted bucket has Object Lock: ${objectLock.unreadable}`,
        fix: "Grant s3:GetBucketObjectLockConfiguration, or run `statelock verify` later with a principal that has it.",
      }
    );
  if (objectLock.value === undefined) return false;
  const kept = retentionText(objectLock.value);
  const none = "Object Lock is on, and S3 cannot turn it off. Without a default retention it keeps nothing by itself";
  return {
    ...about,
    message: `The adopted bucket has Object Lock. ${kept === false ? none : kept}.`,
    fix: "Accept it, or remove the default retention (aws s3api put-object-lock-configuration, without a Rule). docs/reference/checks.md says more.",
  };
}
