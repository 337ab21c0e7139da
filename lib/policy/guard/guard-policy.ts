import { policyDocument, type PolicyDocument } from "../policy-document";
import { confineWorkspaceAdmins, denyStateDeletion } from "./state-deletion";
import { denyForeignKey, denyOtherEncryption, denySseC } from "./write-encryption";
import { allowExternalAccess } from "./external-access";
import { denyForeignPrincipals } from "./foreign-principals";
import type { GuardScope } from "./guard-scope";
import { denyLockOverwrite, denyUnconditionalRelease } from "./lock-overwrite";
import { denyHistoryDeletion, denyPostureChange } from "./posture-change";
import { denyPresignedRequests } from "./presigned-requests";
import { denyInsecureTransport, denyOldTls } from "./insecure-transport";

/**
 * The bucket policy of the state bucket. It denies; who may do what is said by identity policies. The one thing it
 * allows is what roles of other accounts were given by name, for there an identity policy is not enough.
 */
export function guardPolicy(scope: GuardScope): PolicyDocument {
  return policyDocument([
    denyInsecureTransport(scope),
    denyOldTls(scope),
    denyForeignPrincipals(scope),
    denyPresignedRequests(scope),
    denyLockOverwrite(scope),
    ...denyUnconditionalRelease(scope),
    ...denyOtherEncryption(scope),
    ...denyForeignKey(scope),
    ...denySseC(scope),
    ...denyStateDeletion(scope),
    ...confineWorkspaceAdmins(scope),
    ...denyHistoryDeletion(scope),
    ...denyPostureChange(scope),
    ...allowExternalAccess(scope),
  ]);
}
