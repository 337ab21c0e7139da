import { ACCESS_LEVELS } from "../../lib/policy/access-level";
import type { Judged } from "../policy-gate/policy-gate";
import { ACTORS, ROWS } from "./guard-table";
import type { NeededGrant, ScenarioProof } from "./prove";
import { ownSteps } from "./prove";
import type { Step } from "./steps";

/** A grant, and the command that failed without it. */
export interface Confirmed {
  readonly needed: NeededGrant;
  readonly fails: Step | undefined;
}

/** What the run found, as the page docs/evidence/proof.md. */
export function proofPage(proof: ScenarioProof, confirmed: readonly Confirmed[], mutants: readonly string[]): string {
  return [
    INTRODUCTION,
    "## What each command asks of AWS\n",
    "This is the scenario with a KMS key, a workspace key prefix and both locks. Without the legacy table there are no DynamoDB requests. Without workspaces the gate refuses the list, and Terraform continues.\n",
    table(
      ["level", "command", "requests"],
      ACCESS_LEVELS.flatMap((level) =>
        ownSteps(level, proof.scenario).map((step) => [
          `\`${level}\``,
          step.name,
          // How often Terraform asks again in its ten seconds is a matter of the machine.
          step.once === true
            ? "as `plan -lock=false`, again and again for ten seconds"
            : requests(proof.played.get(step)?.judged ?? []),
        ]),
      ),
    ),
    "## Which command needs each grant\n",
    "The test removes one grant at a time, and the command named here then fails under the real Terraform. For `s3:AbortMultipartUpload` the command fails either way, and without the grant it leaves its parts in the bucket. Without the grant on the digest it no longer notices a state that somebody replaced.\n",
    table(
      ["level", "grant", "without it fails"],
      confirmed.map(({ needed, fails }) => [`\`${needed.level}\``, needed.grant.name, fails?.name ?? "nothing"]),
    ),
    "## What the guard answers\n",
    "These requests bypass Terraform; there is a KMS key. `applier`, `workspace-admin` and `unlocker` have the policy of their level; IAM allows everything to the others. `·` means refused.\n",
    table(
      ["request", ...ACTORS],
      ROWS.map((row) => [
        `${row.name}${row.simulate === undefined ? "" : " (simulated)"}`,
        ...ACTORS.map((actor) => (row.passes.includes(actor) ? "passes" : "·")),
      ]),
    ),
    "## Faults that the proof finds\n",
    `${mutants.map((name) => `- ${name}`).join("\n")}\n`,
    RESIDUAL,
  ].join("\n");
}

const INTRODUCTION = `# Proof: what each Terraform command needs

\`npm run test:full\` writes this page. The real Terraform runs every command of every access level in twelve scenarios (SSE-S3 and
KMS; the default workspace, Terraform's own workspace prefix, a consumer's prefix; \`lockfile\` and \`both\`) against an AWS stand-in.
A gate in front of it judges each request by exactly the policies, the guard and the key policy that synth emits. For what a level
inherits from a lower one, the gate asks whether the level allows each request. \`npm test\` repeats a fixed sample and compares it
with this page. What it does not prove is [at its end](#what-stays-possible-and-what-was-not-measured).
`;

const RESIDUAL = `## What stays possible, and what was not measured

- An applier or planner can delete any lock of its state, also somebody else's: Terraform releases without a condition, and S3
  cannot distinguish the two.
- An \`s3:*\` administrator, and the deployer, can delete a lock. Nobody can overwrite one.
- Until \`deployers\` is set, everybody whom IAM allows can change history and settings.
- The account's root user can always remove the bucket policy.
- Nothing here ran on AWS. In particular, these are not measured: that AWS judges HEAD of a missing object by \`s3:ListBucket\` with \`s3:prefix\` = the
  key, that browser forms carry \`s3:authType\` = POST, and that HEAD needs no KMS permission.
- Simulated rows are questions to policies and guard only: replication into the bucket is a request of S3 itself, and requests to
  KMS do not go through the bucket.
- The gate does not check signatures, and knows no ACLs, session policies, SCPs or endpoint policies.
`;

/** Operations in their order; what Terraform does in parallel or any number of times is named once. */
function requests(judged: readonly Judged[]): string {
  const names = judged.map(({ request: { operation, key, body }, refusedBy }) => {
    const place =
      key?.endsWith(".tflock") === true ? " lock" : body.toString("latin1", 0, 400).includes(`-md5"`) ? " digest" : "";
    return `${operation}${place}${refusedBy === undefined ? "" : " (refused)"}`;
  });
  const runs: { name: string; times: number }[] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.name === name) last.times++;
    else runs.push({ name, times: 1 });
  }
  return runs
    .map(
      ({ name, times }) =>
        `${name}${times === 1 ? "" : name.startsWith("UploadPart") || name.startsWith("GetItem digest") ? " ×n" : ` ×${String(times)}`}`,
    )
    .join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
