import { join, relative } from "node:path";
import { plainFileText } from "../../lib/files/plain-file";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import { lockStore } from "../../lib/aws/lock-store";
import { principalReader } from "../../lib/aws/principal-arn";
import { iamReader, recordReader } from "../../lib/aws/read-iam";
import { readPosture } from "../../lib/aws/read-posture";
import { encryptionReader, stateReader } from "../../lib/aws/read-state-posture";
import { s3Objects } from "../../lib/aws/s3-objects";
import { readSurroundings } from "../../lib/aws/read-surroundings";
import { digestItemId } from "../../lib/lock/lock-table";
import { denyInsecureTransport } from "../../lib/policy/guard/insecure-transport";
import { partitionOrDefault } from "../../lib/policy/partition";
import { policyDocument, type PolicyDocument } from "../../lib/policy/policy-document";
import type { DeployedHome } from "../../lib/record/bootstrap-record";
import { readBootstrapRecord } from "../../lib/record/record-files";
import type { ExpectedIam } from "../../lib/verify/iam-checks";
import { unreadableBecause } from "../../lib/verify/posture";
import { PROVIDER_LOCK_FILE } from "../../lib/verify/provider-lock";
import type { Expectation } from "../../lib/verify/run-checks";
import type { VerifyPort } from "../../lib/verify/verify-port";
import { shellQuoted } from "../../lib/text/shell-quoted";
import type { OpenedBucket } from "../options/bucket-options";
import { lockTrial } from "../options/lock-trial";

/** Connects {@link verifyBucket} to AWS. @param writes false: no probe, so the run writes nothing */
export function verifyPort({ place, inventory }: OpenedBucket, writes: boolean): VerifyPort {
  return {
    isAws: () => s3Objects(place).isAws(),
    posture: () => readPosture(place),
    surroundings: (encryption) => readSurroundings(place, encryption),
    principal: principalReader(place),
    iam: iamReader(place),
    recorded: recordReader(place),
    locks: lockStore(place),
    state: stateReader(place),
    bootstrapState: encryptionReader(place),
    digest: inventory?.legacyTable === undefined ? undefined : digestReader(place, inventory.legacyTable),
    probe: writes ? lockTrial(place, "statelock verify") : undefined,
  };
}

function digestReader(place: OpenedBucket["place"], table: string): NonNullable<VerifyPort["digest"]> {
  const items = lockTable({ ...place, name: table });
  return async (stateKey) => {
    const id = digestItemId(place.name, stateKey);
    const found = await items.read(id);
    if (found.found === "unreadable") return unreadableBecause(found.problem);
    return { value: found.found === "item" ? id : undefined };
  };
}

/** Returns what the bucket must be like: as synth wrote it, or what every state bucket needs if there is no inventory. */
export function expectationOf({ place, inventory, folder }: OpenedBucket): Expectation {
  if (inventory === undefined || folder === undefined) {
    const { name, region } = place;
    const guard = policyDocument([denyInsecureTransport({ partition: partitionOrDefault(region), bucket: name })]);
    return { bucket: { name, region }, guard, synthesized: false };
  }
  const read = documentReader(folder);
  const { guard, keyPolicy } = inventory.bucket;
  return {
    bucket: inventory.bucket,
    guard: read(guard),
    keyPolicy: keyPolicy === undefined ? undefined : read(keyPolicy),
  };
}

/** Returns what IAM must have: the managed policies and created roles of each consumer, as synth wrote them. */
export function expectedIam({ inventory, folder }: OpenedBucket): ExpectedIam[] {
  if (inventory === undefined || folder === undefined) return [];
  const read = documentReader(folder);
  return inventory.consumers.map(({ name, policies }) => ({
    consumer: name,
    policies: policies.flatMap(({ arn, file, roles, permissionSetRoles = [] }) =>
      arn === undefined ? [] : [{ arn, document: read(file), roles: [...roles, ...permissionSetRoles] }],
    ),
    madeRoles: policies.flatMap(({ madeRole }) =>
      madeRole === undefined ? [] : [{ arn: madeRole.arn, trust: read(madeRole.trust) }],
    ),
  }));
}

/** Returns what the record beside the inventory's folder lists. Undefined for a bucket without a record or a list. */
export function recordedHome({ inventory, folder }: OpenedBucket): DeployedHome | undefined {
  if (inventory?.bootstrap.location !== "bucket" || folder === undefined) return undefined;
  const record = readBootstrapRecord(join(folder, ".."));
  return record?.bucket === inventory.bucket.name ? record.deployed : undefined;
}

/** Returns the locked providers of the bootstrap stack, and its folder from the working directory. Undefined without them. */
export function providerLock(
  { inventory, folder }: OpenedBucket,
  workingDirectory: string,
): { readonly text: string; readonly folder: string } | undefined {
  if (inventory === undefined || folder === undefined) return undefined;
  const stack = join(folder, inventory.bootstrap.stack);
  const text = plainFileText(join(stack, PROVIDER_LOCK_FILE));
  return text === undefined ? undefined : { text, folder: shellQuoted(relative(workingDirectory, stack) || ".") };
}

function documentReader(folder: string): (path: string) => PolicyDocument {
  return (path) => JSON.parse(plainFileText(join(folder, path)) ?? "") as PolicyDocument;
}
