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
    "In the scenario with a KMS key, a workspace key prefix and both locks. Without the legacy table the DynamoDB requests are missing, without workspaces the list is refused and Terraform goes on.\n",
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
    "Every grant was taken away, one at a time, and the command named here then failed under real Terraform. For `s3:AbortMultipartUpload` it failed either way, and left its parts in the bucket; for the digest it no longer noticed that the state is not the one that was written.\n",
    table(
      ["level", "grant", "without it fails"],
      confirmed.map(({ needed, fails }) => [`\`${needed.level}\``, needed.grant.name, fails?.name ?? "nothing"]),
    ),
    "## What the guard answers\n",
    "Requests past Terraform, with a KMS key. `applier`, `workspace-admin` and `unlocker` hold their level's policy; the others may do everything as far as IAM is concerned. `·` is refused.\n",
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

const INTRODUCTION = `# The proof: what was run, and what it found

This page is written by \`__tests__/e2e/policy/proof.test.ts\` and compared by CI with what the run finds. Real Terraform runs
every command of every access level in twelve scenarios (SSE-S3 and KMS; default workspace, Terraform's own workspace
prefix, one of the consumer's; \`lockfile\` and \`both\`) against an AWS stand-in, behind a gate that judges each request by
exactly the policies, the guard and the key policy that synth emits. What a level inherits is proven by its requests:
it is allowed each of them. To write the page anew: \`STATELOCK_WRITE_PROOF=1 npx jest --selectProjects e2e
--testPathPattern proof\`.
`;

const RESIDUAL = `## What stays possible, and what was not measured

- An applier or planner can delete a lock of its own state, also somebody else's: Terraform releases without a condition,
  and S3 cannot tell the two apart.
- An \`s3:*\` administrator, and the deployer, can delete a lock. Nobody can overwrite one.
- Until \`deployers\` is named, history and posture are open to whoever IAM lets change them.
- The account's root can always take the bucket policy away.
- Nothing here ran on AWS. In particular: that HEAD of a missing object is judged by \`s3:ListBucket\` with \`s3:prefix\` = the
  key, that browser forms carry \`s3:authType\` = POST, and that HEAD needs no KMS permission.
- Rows that are marked as simulated were asked of policies and guard alone: replication in is a request of S3's own, and
  requests to KMS itself do not go through the bucket.
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
