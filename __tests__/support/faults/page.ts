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

const INTRODUCTION = `# Faults: what the commands do when AWS fails

\`npm run test:full\` writes this page. It runs each command below once for each of its calls and each fault, against S3, KMS,
DynamoDB and STS behind real HTTP. \`npm test\` repeats a fixed sample and compares it with this page.

## What the page does not cover

- What Terraform asks of AWS itself: in \`bootstrap\`, the page plays the calls of Statelock, for a first deploy that ends with the
  move of its state. Other tests kill \`bootstrap\`, \`history restore\`, \`migrate rollback\` and \`migrate scrub\` in the middle of
  their writes.
- \`migrate scan\`, \`grants\` and \`init\`: Statelock itself asks AWS for nothing in them.
- All faults on the S3 calls of \`migrate rollback\`: the page plays three of the eleven (403, 500, reset after the effect). It plays
  \`status\`, \`scrub\` and \`retire\` for their DynamoDB and STS calls, and \`plan\` and \`apply\` for all their calls.
- Each taker of \`verify\`'s race: 16 take the lock at the same moment, in three rounds. The page plays the first request of each
  round (times 1, 17 and 33) and the second one; the others differ in nothing.
- Every moment of a lost terminal. Another test closes the window, sends each signal and presses Ctrl-C while the commands that take
  a lock run in a real terminal: in \`test:full\` at up to 25 requests of a command for the window and 12 for each of the others,
  spread evenly. Each event has other requests, so every request of a command with up to 60 meets one of them.
- Two faults in one run.
- Real AWS: the stand-in answers as the documentation of AWS says.

## What every run must hold to

- Exit code 0 means that the work is done; exit code 1 never stands for an unknown result.
- A command never reports an existing lock as gone, or a missing lock as held.
- A command deletes no lock except the named one, and only on condition of its ETag.
- A check that could not look is "?", never "✔".
- After \`history restore\` the state is the old or the new one, whole; the old version stays in the history; the message names a
  remaining lock by its ID and reports a stale digest.
- \`bootstrap\` keeps the local state until the bucket has it and the record says so.
- \`migrate apply\` moves no root that it could not look at.
- \`migrate rollback\` returns a root only with a right digest. \`migrate retire\` leaves a table protected as it was, or reports that
  it may not be.

The bucket contains a state, its lock and another lock; for \`history\`, a state of two versions without a lock; for \`migrate\`, a
root whose digest is stale, or, for \`status\`, \`plan\` and \`apply\`, one whose digest is right; for \`bootstrap\`, no state yet.

## How to read the tables

- *once*: only the first request of the call fails; what the SDK sends again succeeds. *lasting*: every later request of its kind
  fails too.
- *reset after the effect*: AWS did the work, and the connection broke. *stalled*: half the answer, then nothing. *no answer*: the
  connection stays open. Stalled and unanswered requests end after 60 s, three times.
- \`404\` to a read is S3's own answer that there is no such object, and nothing contradicts it. \`409\` and \`412\` come without a
  reason here. KMS and DynamoDB say \`AccessDeniedException\` and \`NotFound\` instead of 403 and 404.
- *bad credentials*, *throttled* and *no such table here* (also in another region or account) are DynamoDB's
  \`UnrecognizedClientException\`, \`ProvisionedThroughputExceededException\` and \`ResourceNotFoundException\`, and the equivalents of
  STS and IAM.
- \`locks run\` runs a program that fails as Terraform does, and succeeds at the second try if no lock is in the way.

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
  return [...heading, "| call | fault | result |", "| --- | --- | --- |", ...lines, ""].join("\n");
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

/** What a row of the page says, as one text for each fault: `call, fault, once: result`. Other lines stay as they are. */
export function eachFault(line: string): readonly string[] {
  const [first = "", ...more] = line.split(" // ");
  const [, call, kinds, told] = /^\| (.+) \| (.+) \| (.+) \|$/.exec(first) ?? [];
  if (call === undefined || kinds === undefined || told === undefined) return [line];
  const rows = [[kinds, told], ...more.map((row) => row.replace(/ \|$/, "").trim().split(" | "))];
  return rows.flatMap(([names = "", result = ""]) =>
    names.split("; ").flatMap((part) => {
      const [, when, list = ""] = /^(?:(once|lasting): )?(.*)$/.exec(part) ?? [];
      return list
        .split(", ")
        .flatMap((name) =>
          (when === undefined ? ["once", "lasting"] : [when]).map((each) => `${call}, ${name}, ${each}: ${result}`),
        );
    }),
  );
}
