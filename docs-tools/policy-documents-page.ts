import type { AccessLevel } from "../lib/policy/access-level";
import { stateAccessPolicy } from "../lib/policy/state-access-policy";
import { levelsFor, type StateScope } from "../lib/policy/state-scope";
import type { Page } from "./page";

const ACCOUNT = "123456789012";
const SCOPE: StateScope = {
  partition: "aws",
  region: "eu-central-1",
  account: ACCOUNT,
  bucket: "acme-tfstate",
  key: "network/terraform.tfstate",
  workspaceKeyPrefix: "network/workspaces",
  locking: "lockfile",
};

/** Settings of a home that add statements to a policy. */
const ADDITIONS: Readonly<Record<string, Partial<StateScope>>> = {
  "With a KMS key": { kmsKey: { arn: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555` } },
  'While `locking` is `"both"`': { locking: "both", legacyTable: "terraform-locks" },
};

/** Returns the page that shows the policy of each access level for an example consumer. */
export function policyDocumentsPage(): Page {
  const content = [
    "# The policy documents",
    "",
    "This page is generated from the functions that synth uses (`npm run docs`). [policies.md](policies.md) explains every",
    "grant. The example is a consumer with workspaces:",
    "",
    "```json",
    JSON.stringify(
      { bucket: SCOPE.bucket, key: SCOPE.key, workspaceKeyPrefix: SCOPE.workspaceKeyPrefix },
      undefined,
      2,
    ),
    "```",
    ...levelsFor(SCOPE).flatMap(levelSection),
  ];
  return { path: "docs/reference/policy-documents.md", content: content.join("\n") };
}

function levelSection(level: AccessLevel): string[] {
  const base = stateAccessPolicy(SCOPE, level);
  const additions = Object.entries(ADDITIONS).flatMap(([title, settings]) => {
    const known = base.Statement.map((statement) => JSON.stringify(statement));
    const { Statement } = stateAccessPolicy({ ...SCOPE, ...settings }, level);
    const added = Statement.filter((statement) => !known.includes(JSON.stringify(statement)));
    return added.length === 0 ? [] : [`${title}, these statements are added:`, "", ...json(added)];
  });
  return ["", `## \`${level}\``, "", ...json(base), ...additions];
}

const json = (value: unknown): string[] => ["```json", JSON.stringify(value, undefined, 2), "```", ""];
