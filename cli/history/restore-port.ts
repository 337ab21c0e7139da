import type { BucketPlace, TablePlace } from "../../lib/aws/connect";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import { historyStore } from "../../lib/aws/history-store";
import { declaredFor, type Declared } from "../../lib/history/declared-writing";
import type { RestorePlan } from "../../lib/history/restore-plan";
import type { RestorePort } from "../../lib/history/restore-state";
import { digestItemId } from "../../lib/lock/lock-table";
import { tableDigest } from "../../lib/lock/table-digest";
import { keyArgument } from "../../lib/inventory/state-owner";
import { tableIdentity } from "../../lib/policy/table-identity";
import { shown } from "../../lib/problem/problem";
import { shellQuoted } from "../../lib/text/shell-quoted";
import type { Interruption } from "../../lib/work/interruption";
import { usage } from "../options/usage-problem";
import { lockAnnouncer, ownLockCommands } from "../options/own-lock";
import type { CommandContext } from "../screen/command-context";
import { isConfirmed } from "../screen/confirm";
import { terminalProgress } from "../screen/terminal-progress";
import type { HistoryTarget } from "./history-target";
import { restorePlanText } from "./restore-text";

/** How a restore locks and writes the state: as the state's clients do. */
type Writing = Omit<Declared, "encryption"> & { readonly encryption: Declared["encryption"] | "as-it-was" };

/** Returns how the state's clients lock and write it: the inventory says it, or `--dynamodb-table` for an unknown state. */
export function writingOf({ opened, stateKey }: HistoryTarget, dynamodbTable: string | undefined): Writing {
  const declared = declaredFor(stateKey, opened.inventory);
  if (declared === undefined) return { encryption: "as-it-was", locksInS3: true, table: dynamodbTable };
  if (dynamodbTable === undefined) return declared;
  throw usage("--dynamodb-table", "must not be given for a state that the inventory knows", "Leave it out.");
}

/** A backend names its table by its name or its ARN, and DynamoDB allows these characters in a name. */
const TABLE = /^(arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/)?[A-Za-z0-9_.-]{3,255}$/;

/**
 * Returns where the table of a restore is: at the region and account of its ARN, otherwise at the bucket's.
 * @throws UserError if the text names no table
 */
export function restoreTable(place: BucketPlace, text: string): TablePlace {
  if (!TABLE.test(text))
    throw usage(
      "--dynamodb-table",
      `must be a table's name or ARN, got ${shown(text)}`,
      "Give what the backend has in dynamodb_table.",
    );
  const { name, region = place.region, account = place.account } = tableIdentity(text);
  return { ...place, name, region, account };
}

/** Connects a restore with S3, DynamoDB and the terminal. */
export function restorePort(
  context: CommandContext,
  { opened, stateKey }: HistoryTarget,
  { locksInS3, table: name }: Writing,
  { signals, yes }: { readonly signals: Interruption; readonly yes: boolean | undefined },
): RestorePort {
  const { place, flags, program } = opened;
  const store = historyStore(place);
  const table = name === undefined ? undefined : lockTable(restoreTable(place, name));
  const commands = ownLockCommands(program, "its restore is over", place.name, flags);
  return {
    store,
    locks: {
      bucket: place.name,
      s3: locksInS3 ? store : undefined,
      table,
      ...commands,
      announce: lockAnnouncer(context.terminal),
    },
    digest: table === undefined ? undefined : tableDigest(table, digestItemId(place.name, stateKey)),
    progress: terminalProgress(context.terminal),
    confirm: (plan) => confirmed(context, plan, diffCommand({ opened, stateKey }), yes),
    interrupted: () => signals.requested(),
  };
}

/** Returns the command that compares versions of the state, without the versions. */
export function diffCommand({ opened, stateKey }: Pick<HistoryTarget, "opened" | "stateKey">): string {
  const { place, inventory, flags, program } = opened;
  return `${program} history diff${flags} ${shellQuoted(keyArgument(stateKey, place.name, inventory))}`;
}

async function confirmed(
  context: CommandContext,
  plan: RestorePlan,
  diff: string,
  yes: boolean | undefined,
): Promise<boolean> {
  const { note, colors } = context.terminal;
  note(restorePlanText(plan, colors, diff));
  return isConfirmed(context.terminal, {
    command: "statelock history restore",
    question: "Type the version's ID to make it the current state again: ",
    accepts: (answer) => answer === plan.from.version.versionId,
    yes,
  });
}
