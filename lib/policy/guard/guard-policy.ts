import { policyDocument, type PolicyDocument } from "../policy-document";
import { confineWorkspaceAdmins, denyStateDeletion } from "./state-deletion";
import {
  denyArchiving,
  denyForeignKey,
  denyKmsWithoutKey,
  denyOtherEncryption,
  denyReencryption,
  denySseC,
} from "./write-encryption";
import { denyUnprovenBreakGlass } from "./break-glass-proof";
import { denyOutsideNetwork } from "./network-perimeter";
import { allowOrganizationRole } from "./allow-organization-role";
import { allowExternalAccess } from "./external-access";
import { denyForeignPrincipals } from "./foreign-principals";
import type { GuardScope } from "./guard-scope";
import { GUARD_ID } from "./guard-version";
import { denyLockCopies, denyLockOverwrite, denyUnconditionalRelease } from "./lock-overwrite";
import { denyLockTagsOnStates, denyOtherTagging } from "./object-tagging";
import { denyHistoryDeletion, denyPostureChange } from "./posture-change";
import { denyOldSignatures, denyPresignedRequests } from "./presigned-requests";
import { denyInsecureTransport, denyOldTls } from "./insecure-transport";

/**
 * Returns the guard: the bucket policy of the state bucket. It denies, and identity policies allow. Only roles of other
 * accounts get an allow here, because across accounts an identity policy is not enough.
 * @example
 * const guard = guardPolicy({ ...guardScope, allow: ["presigned-downloads"] });
 */
export function guardPolicy(scope: GuardScope): PolicyDocument {
  const { Version, Statement } = policyDocument([
    denyInsecureTransport(scope),
    denyOldTls(scope),
    denyForeignPrincipals(scope),
    denyPresignedRequests(scope),
    denyOldSignatures(scope),
    denyLockOverwrite(scope),
    ...denyLockCopies(scope),
    ...denyUnconditionalRelease(scope),
    ...denyOtherEncryption(scope),
    ...denyForeignKey(scope),
    ...denyKmsWithoutKey(scope),
    denySseC(scope),
    ...denyReencryption(scope),
    denyArchiving(scope),
    ...denyStateDeletion(scope),
    ...confineWorkspaceAdmins(scope),
    ...denyUnprovenBreakGlass(scope),
    ...denyOutsideNetwork(scope),
    ...denyHistoryDeletion(scope),
    ...denyPostureChange(scope),
    ...denyOtherTagging(scope),
    ...denyLockTagsOnStates(scope),
    ...allowOrganizationRole(scope),
    ...allowExternalAccess(scope),
  ]);
  return { Version, Id: GUARD_ID, Statement };
}
