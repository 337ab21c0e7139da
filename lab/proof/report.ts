import { ACCESS_LEVELS } from "../../lib/policy/access-level";
import { productOf } from "../../lib/engine/engine";
import { ENGINES_TO_PROVE } from "../machine/engines-to-prove";
import { ACTORS } from "./guard-row";
import { ROWS } from "./guard-table";
import { statementRows } from "./statements";
import { lineOf, type Measured, type MeasuredEngines } from "./measured";

/** The page docs/evidence/proof.md: what the runs found under each engine. */
export function proofPage(engines: MeasuredEngines, mutants: readonly string[]): string {
  const titles = Object.keys(engines).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return [
    introduction(titles),
    "## What each command asks of AWS\n",
    "This is the scenario with a KMS key, a workspace key prefix and both locks. Without the legacy table there are no DynamoDB requests. Without workspaces the gate refuses the list, and the engine continues. An engine may ask who it is (`GetCallerIdentity`) more than once. `=` means the same as in the first column of an engine, and `–` that the engine needs another level for it, or has no such step.\n",
    byEngine("command", "requests", engines, titles),
    "## Which command needs each grant\n",
    "The test removes one grant at a time, and the command named here then fails under the real engine. For `s3:AbortMultipartUpload` the command fails either way, and without the grant it leaves its parts in the bucket; an engine that uploads in one request (`–`) needs no such grant. Without the grant on the digest the engine no longer notices a state that somebody replaced.\n",
    byEngine("grant", "grants", engines, titles),
    "## What the guard answers\n",
    "These requests bypass Terraform; there is a KMS key, and the guard has a network and requires MFA of break-glass. `applier`, `workspace-admin` and `unlocker` have the policy of their level; IAM allows everything to the others. `·` means refused.\n",
    table(
      ["request", ...ACTORS],
      ROWS.map((row) => [
        `${row.name}${row.simulate === undefined ? "" : " (simulated)"}`,
        ...ACTORS.map((actor) => (row.passes.includes(actor) ? "passes" : "·")),
      ]),
    ),
    "## What each statement of the guard stops\n",
    "Each deny stops an attack that nothing else stops: without the deny, the attack succeeds for somebody. Every command of every level passes under it in the scenarios of the last column.\n",
    table(["statement", "an attack that it alone stops", "commands pass under it in"], statementRows()),
    "## Faults that the proof finds\n",
    `${mutants.map((name) => `- ${name}`).join("\n")}\n`,
    RESIDUAL,
  ].join("\n");
}

/** Rows in the order of levels, and of the first engine that has them; a column for each engine. */
function byEngine(what: string, part: keyof Measured, engines: MeasuredEngines, titles: readonly string[]): string {
  const names = [...new Set(titles.flatMap((title) => Object.keys(engines[title]?.[part] ?? {})))];
  const rows = ACCESS_LEVELS.flatMap((level) =>
    names
      .filter((name) => name.startsWith(`${level}: `))
      .map((name) => {
        const cells = titles.map((title) => withoutCounts(engines[title]?.[part][name]));
        const shown = cells.map((cell, at) =>
          at > 0 && cell !== undefined && cell === cells[0] ? "=" : (cell ?? "–"),
        );
        return [`\`${level}\``, name.slice(level.length + 2), ...shown];
      }),
  );
  return table(["level", what, ...titles], rows);
}

/** How often an engine asks who it is concerns no policy: Terraform asks twice, OpenTofu once. */
function withoutCounts(cell: string | undefined): string | undefined {
  return cell?.replaceAll(/GetCallerIdentity ×\d+/g, "GetCallerIdentity");
}

function rank(title: string): number {
  return ENGINES_TO_PROVE.findIndex((engine) => titleOfLine(engine) === lineOf(title));
}

function titleOfLine({ name, line }: (typeof ENGINES_TO_PROVE)[number]): string {
  return `${productOf(name)} ${line}`;
}

function introduction(titles: readonly string[]): string {
  const missing = ENGINES_TO_PROVE.map(titleOfLine).filter((line) => !titles.some((title) => lineOf(title) === line));
  return `# Proof: what each command of an engine needs

The real engine runs every command of every access level in twelve scenarios (SSE-S3 and KMS; the default workspace, the engine's own
workspace prefix, a consumer's prefix; \`lockfile\` and \`both\`) against an AWS stand-in. A gate in front of it judges each request
by exactly the policies, the guard and the key policy that synth emits. The KMS scenarios also have what is off by default: a
network, and MFA of break-glass. For what a level inherits from a lower one, the gate asks whether the level allows each request. \`STATELOCK_TEST_ENGINES=… npm run test:full\` measures an engine and writes it to
\`proof.json\`, from which this page is made. \`npm test\` repeats a fixed sample and compares it. What it does not prove is
[at its end](#what-stays-possible-and-what-was-not-measured).

- Proven on: ${titles.join(", ")}.
- Not proven: ${missing.length === 0 ? "nothing of the release lines that CI tests" : missing.join(", ")}.
`;
}

const RESIDUAL = `## What stays possible, and what was not measured

- An applier or planner can delete any lock of its state, also somebody else's: both engines release the lock file without a condition, and S3
  cannot distinguish the two.
- An \`s3:*\` administrator, and the deployer, can delete a lock. Nobody can overwrite one.
- Until \`deployers\` is set, everybody whom IAM allows can change history and settings.
- The account's root user can always remove the bucket policy.
- Nothing here ran on AWS. In particular, these are not measured: that AWS judges HEAD of a missing object by \`s3:ListBucket\` with \`s3:prefix\` = the
  key, that browser forms carry \`s3:authType\` = POST, and that HEAD needs no KMS permission.
- Simulated rows are questions to policies and guard only: replication into the bucket is a request of S3 itself, and requests to
  KMS do not go through the bucket.
- The gate does not check signatures, and knows no ACLs, session policies, SCPs or endpoint policies.
- A request through an access point is judged for the access point, which has no policy here, and for the bucket behind it. A
  policy of an access point can add to what IAM allows only where the bucket's policy allows it too, and the guard does not.
- Directory buckets (\`s3:CreateSession\`), S3 Tables and S3 Vectors have buckets of their own: their actions are not about this one.
`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
