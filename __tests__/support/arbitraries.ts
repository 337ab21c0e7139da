import fc from "fast-check";
import { stateKeyProblems, workspacePrefixProblems } from "../../lib/config/rules/key-rules";
import { ACCESS_LEVELS, LOCKINGS } from "../../lib/policy/access-level";
import type { KmsKey } from "../../lib/policy/kms-key";
import { PARTITIONS, type Partition } from "../../lib/policy/partition";
import { levelsFor, type StateScope } from "../../lib/policy/state-scope";

const unit = fc
  .oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) }, fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));

/** Any text: of every code point but halves of a pair, as `unit: "binary"`, which spends a second on a table of them. */
export function anyText(options: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit, ...options });
}

const segment = fc.stringMatching(/^[ac019\-_.:+=@ éß'(){}$%&#]{1,12}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));

/** Keys that the rules accept. */
export const stateKey = path.filter((key) => stateKeyProblems(key).length === 0);

/** Workspace key prefixes that the rules accept. */
export const workspaceKeyPrefix = path.filter((prefix) => workspacePrefixProblems(prefix).length === 0);

/** One region of each partition. */
export const REGION_OF: Readonly<Record<Partition, string>> = {
  aws: "eu-central-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-eusc": "eusc-de-east-1",
};

export const partition = fc.constantFrom<Partition>(...PARTITIONS);

function kmsKeys(of: Partition): fc.Arbitrary<KmsKey | undefined> {
  const id = "11111111-2222-4333-8444-555555555555";
  return fc.constantFrom<KmsKey | undefined>(
    undefined,
    { arn: `arn:${of}:kms:${REGION_OF[of]}:123456789012:key/${id}` },
    { alias: "alias/acme", account: "123456789012" },
  );
}

/** Any scope a valid config can lead to. */
export const stateScope: fc.Arbitrary<StateScope> = partition.chain((of) =>
  fc.record({
    partition: fc.constant(of),
    region: fc.constant(REGION_OF[of]),
    account: fc.constant("123456789012"),
    bucket: fc.constantFrom("acme-tfstate", "b".repeat(63)),
    key: stateKey,
    workspaceKeyPrefix: fc.option(workspaceKeyPrefix, { nil: undefined }),
    kmsKey: kmsKeys(of),
    locking: fc.constantFrom(...LOCKINGS),
    legacyTable: fc.constant("terraform-locks"),
  }),
);

/** A scope and one of its levels. */
export const scopeAndLevel = stateScope.chain((scope) =>
  fc
    .constantFrom(...ACCESS_LEVELS.filter((level) => levelsFor(scope).includes(level)))
    .map((level) => ({ scope, level })),
);
