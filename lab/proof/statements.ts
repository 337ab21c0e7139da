import { listOf } from "../../lib/policy/policy-document";
import { eachAlone, planted } from "./checks";
import { ACTORS } from "./guard-row";
import { ROWS, simulated } from "./guard-table";
import { scenario, SETUPS, type Scenario } from "./scenario";
import type { GateWorld } from "../policy-gate/world";

/** An attack that each deny of the guard stops and that nothing else stops: a row of the table, or what `eachAlone` finds. */
export const STOPS: Readonly<Record<string, string>> = {
  DenyInsecureTransport: "plain HTTP: GET of a state",
  DenyOldTls: "TLS 1.1: GET of a state",
  DenyForeignPrincipals: "a stranger reads where something else opened the bucket",
  DenyPresignedRequests: "state: presigned GET",
  DenyOldSignatures: "state: GET with Signature Version 2",
  DenyLockOverwrite: "lock: PUT without If-None-Match",
  DenyLockCopy: "lock: CopyObject onto it, with If-None-Match",
  DenyLockReplication: "lock: ReplicateObject",
  DenyLockLookalikes: "lock: PUT of a key that continues after the suffix",
  DenyUnconditionalRelease: "lock: DELETE without If-Match",
  DenyOtherEncryption: "state: PUT with AES256",
  DenyForeignKey: "state: PUT with another key",
  DenyKmsWithoutKey: "state: PUT with aws:kms and no key",
  DenySseC: "bootstrap state: PUT with SSE-C",
  DenyReencryption: "state: UpdateObjectEncryption",
  DenyArchiving: "lock: PUT in another storage class",
  DenyStateDeletion: "state: DELETE",
  ConfineWorkspaceAdmins1: "a workspace admin that IAM lets do everything deletes another consumer's state",
  DenyUnprovenBreakGlass: "bucket: PutBucketPolicy, break-glass without MFA",
  DenyOutsideNetwork: "state: GetObject from another address",
  DenyHistoryDeletion: "state: DELETE of a version",
  DenyPostureChange: "bucket: versioning",
  DenyOtherTagging: "another consumer's state: PutObjectTagging",
  DenyLockTagsOnStates1: "state: PutObjectTagging with the tags of locks",
};

/** The scenario in which OpenTofu tags locks and states. `e2e/locks/locks-under-policies` runs OpenTofu under its guard. */
export const TAGGED = scenario({ encryption: "SSE-S3", workspaces: "prefix", locking: "lockfile", tags: true });

/** Each deny of the guard, the attack, and where an engine ran every command under it. */
export function statementRows(): string[][] {
  const scenarios = SETUPS.map(scenario);
  return Object.entries(STOPS).map(([sid, attack]) => {
    const among = scenarios.filter((of) => sids(of).includes(sid));
    const kms = among.every(({ setup }) => setup.encryption === "KMS") ? ", all with KMS" : "";
    const workspaces = among.every(({ setup }) => setup.workspaces !== "default") ? ", all with workspaces" : "";
    const where =
      among.length === scenarios.length
        ? `all ${String(among.length)} scenarios`
        : `${String(among.length)} of ${String(scenarios.length)} scenarios${kms}${workspaces}`;
    return [`\`${sid}\``, attack, among.length === 0 ? "OpenTofu's tags (`e2e/locks/locks-under-policies`)" : where];
  });
}

/** Returns the denies of the guard. */
export function sids({ guard }: Scenario): string[] {
  return guard.Statement.filter(({ Effect }) => Effect === "Deny").flatMap(({ Sid }) => listOf(Sid));
}

/** Returns true if the guard stops the attack, and without the statement lets it through. */
export async function stopsAlone(sid: string, of: Scenario, world: GateWorld): Promise<boolean> {
  const attack = STOPS[sid];
  const row = ROWS.find(({ name }) => name === attack);
  const without = { name: sid, guard: (guard: Scenario["guard"]) => dropped(guard, sid) };
  const [changed, within] = planted(without, of, world);
  if (row === undefined) return (await eachAlone(changed, within, (asked) => asked)) === attack;
  for (const actor of ACTORS)
    if (!(await simulated(row, actor, of, world)) && (await simulated(row, actor, changed, within))) return true;
  return false;
}

function dropped(guard: Scenario["guard"], sid: string): Scenario["guard"] {
  return { ...guard, Statement: guard.Statement.filter(({ Sid }) => Sid !== sid) };
}
