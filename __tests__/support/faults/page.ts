import type { FaultKind } from "./fault-kinds";
import { callText, type Call, type Played } from "./play";
import type { Scenario } from "./scenarios";

/** A command, one of its calls, and what goes wrong with it. */
export interface Case {
  readonly scenario: Scenario;
  readonly call: Call;
  readonly kind: FaultKind;
}

/** A case, and what became of the run. */
export type Row = Played & Case;

const INTRODUCTION = `# Faults: what the commands do when AWS does not answer well

Written by the test that runs every command once for each of its calls and each fault, against S3, KMS, DynamoDB and STS
behind real HTTP. In the bucket: a state, its lock, and another's lock; for \`history\`, a state of two versions that nobody
has locked. The test also holds each run to this: exit code 0 only where it is so; a lock that is there is never called
gone, and one that is gone never called held; nothing but the lock that was named is deleted, and that on condition of
its ETag; what could not be looked at is "?", never "✔". Of a restore: the state is the old or the new one, whole; what
was there stays in the history; a lock that is left is named by its ID; a digest that is stale is told. Of \`migrate\`: a
root whose digest a client without the table left stale, or, for \`status\`, one whose digest is right; exit code 1 never
stands for what could not be told; a root goes back only with a digest that is right; a table that stays is protected as
it was, or that it may not be is said.

- *once*: the first request of the call alone; what the SDK sends again gets through. *lasting*: from then on every
  request of its kind.
- *reset after the effect*: AWS did it, and the connection broke. *stalled*: half the answer, then nothing. *no answer*:
  the connection stays open. Both end after 60 s a try, three tries.
- \`404\` to a read is S3's own word that there is no such object; there is nothing that could contradict it. \`409\` and
  \`412\` are answered here without a reason. KMS and DynamoDB say 403 and 404 as \`AccessDeniedException\` and \`NotFound\`.
- *bad credentials*, *throttled* and *no such table here* (also in another region or account) are DynamoDB's
  \`UnrecognizedClientException\`, \`ProvisionedThroughputExceededException\` and \`ResourceNotFoundException\`, and what STS
  and IAM have in their place.
- \`locks run\` runs a program that fails as Terraform does, and does its work at the second try if no lock is in the way.

`;

/** The page: for each command and call, what each fault leads to; `untroubled`: what the command does without any. */
export function faultsPage(rows: readonly Row[], untroubled: ReadonlyMap<Scenario, Played>): string {
  return (
    INTRODUCTION +
    [...untroubled]
      .map(([scenario, { told }]) =>
        section(
          scenario,
          told,
          rows.filter((row) => row.scenario === scenario),
        ),
      )
      .join("\n")
  );
}

function section({ command }: Scenario, untroubled: string, rows: readonly Row[]): string {
  const calls = [...new Set(rows.map(({ call }) => call))];
  const lines = calls.flatMap((call) =>
    callLines(
      call,
      rows.filter((row) => row.call === call),
    ),
  );
  const heading = [`## ${command}`, "", `Without a fault: ${untroubled}.`, ""];
  return [...heading, "| call | fault | what comes of it |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

function callLines(call: Call, rows: readonly Row[]): string[] {
  const results = [...new Set(rows.map(({ told }) => told))];
  return results.map((told, index) => {
    const kinds = rows.filter((row) => row.told === told).map(({ kind }) => kind);
    return `| ${index === 0 ? callText(call) : ""} | ${kindsText(kinds)} | ${told} |`;
  });
}

/** `500, 503 once; 403, 500 lasting`: a fault that does the same both ways is named alone. */
function kindsText(kinds: readonly FaultKind[]): string {
  const names = (lasting: boolean): string[] =>
    kinds.filter((kind) => kind.lasting === lasting).map(({ name }) => name);
  const [once, lasting] = [names(false), names(true)];
  const both = once.filter((name) => lasting.includes(name));
  const only = (found: readonly string[]): string => found.filter((name) => !both.includes(name)).join(", ");
  return [
    both.join(", "),
    only(once) === "" ? "" : `once: ${only(once)}`,
    only(lasting) === "" ? "" : `lasting: ${only(lasting)}`,
  ]
    .filter((text) => text !== "")
    .join("; ");
}
