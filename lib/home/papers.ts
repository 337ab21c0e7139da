import { IAM_PATH } from "../config/made-roles";
import type { StateHome } from "../config/state-home";
import { logDeliveryPolicy } from "../policy/log-delivery-policy";
import { organizationPolicies, type OrganizationPolicies } from "../policy/guard/organization-policies";
import type { PolicyDocument } from "../policy/policy-document";
import { consumerPapers, type ConsumerPapers } from "./consumer-papers";
import { homeGuard, homeKeyPolicy } from "./home-guard";

/**
 * The papers of a state home: its resolved config (bucket and consumers), with every policy document that Statelock writes
 * for it.
 * @example
 * const { guard, consumers }: Papers = papersOf(home);
 */
export interface Papers {
  readonly home: StateHome;
  readonly consumers: readonly ConsumerPapers[];
  /** The bucket policy of the state bucket. */
  readonly guard: PolicyDocument;
  /** The policy of the KMS key that the bootstrap stack creates. Undefined if it creates no key. */
  readonly keyPolicy: PolicyDocument | undefined;
  /** The policy of the KMS key that encrypted states before (`retiredKeys`). Undefined if the config has no such key. */
  readonly retiredKeyPolicy: PolicyDocument | undefined;
  /** The bucket policy of the log bucket that the bootstrap stack creates. Undefined if it creates no log bucket. */
  readonly logDelivery: PolicyDocument | undefined;
  /** Policies for AWS Organizations that keep the guard in place. Undefined unless the config asks for them. */
  readonly organizationPolicies: OrganizationPolicies | undefined;
}

/**
 * A customer managed policy as a permission set of IAM Identity Center references it, by name and path. `roles` are the
 * ARNs of the roles that need it.
 */
interface PermissionSetPolicy {
  readonly name: string;
  readonly path: string;
  readonly roles: readonly string[];
}

/**
 * Builds every policy document of a home. Call it once per synth; rules, stacks and artifacts share the result.
 * @example
 * const papers = papersOf(resolveStateHome(stateConfig));
 */
export function papersOf(home: StateHome): Papers {
  const { bucket } = home;
  const consumers = home.consumers.map((consumer) => consumerPapers(home, consumer));
  return {
    home,
    consumers,
    guard: homeGuard(home, consumers),
    keyPolicy: bucket.encryption.type === "created-key" ? homeKeyPolicy(home, consumers) : undefined,
    retiredKeyPolicy: bucket.retiredKey === undefined ? undefined : homeKeyPolicy(home, consumers),
    organizationPolicies: bucket.guard.organizationPolicies
      ? organizationPolicies({ ...bucket.guard, partition: bucket.partition, bucket: bucket.name })
      : undefined,
    logDelivery:
      bucket.accessLogs?.created === true
        ? logDeliveryPolicy({
            ...bucket,
            bucket: bucket.name,
            logBucket: bucket.accessLogs.bucket,
            changers: logChangers(home),
            breakGlass: bucket.guard.breakGlass,
            breakGlassRequires: bucket.guard.breakGlassRequires,
          })
        : undefined,
  };
}

/** Returns the managed policies that permission sets must reference. The keys are `<consumer>.<level>`. */
export function permissionSetPolicies({ consumers }: Papers): Record<string, PermissionSetPolicy> {
  const entries = consumers.flatMap(({ consumer, managed }) =>
    managed
      .filter(({ permissionSetRoles }) => permissionSetRoles.length > 0)
      .map(
        ({ level, name, permissionSetRoles }) =>
          [`${consumer.name}.${level}`, { name, path: IAM_PATH, roles: permissionSetRoles }] as const,
      ),
  );
  return Object.fromEntries(entries);
}

/** Returns the principals that may change the guarded bucket. Empty if the guard keeps nobody from changing it. */
function logChangers({ bucket: { guard } }: StateHome): readonly string[] {
  const isGuarded = guard.deployers.length > 0 && !guard.allow.includes("posture-changes");
  return isGuarded ? [...guard.breakGlass, ...guard.deployers] : [];
}
