import type { Inventory } from "../../inventory/inventory";
import { parseLockInfo } from "../../lock/lock-info";
import type { TableDescription, TableItem } from "../../lock/lock-table";
import { plainText } from "../../text/plain-text";
import type { TableGrant } from "../../policy/table-grants";
import type { Problem } from "../../problem/problem";
import { home, placeText, type Configuration } from "../scan/configuration";

/** What is known of a table that is to be removed. */
export interface RetireFacts {
  readonly name: string;
  readonly table: TableDescription;
  readonly items: readonly TableItem[];
  /** Everything that is known to name a backend, readers too. */
  readonly fleet: readonly Configuration[];
  readonly inventory: Inventory | undefined;
  /** Statements that still allow somebody to work on its items, where they count. */
  readonly grants: readonly TableGrant[];
}

/** Everything that still needs the table, or might. A table without a problem here is empty, and nobody names it. */
export function retireProblems({ name, table, items, fleet, inventory, grants }: RetireFacts): Problem[] {
  return [
    ...(table.status === "ACTIVE" ? [] : [notActive(name, table.status)]),
    ...fleet.flatMap((configuration) => inUse(name, configuration)),
    ...homeInUse(name, inventory),
    ...items.map(itemLeft),
    ...grants.map((grant) => grantLeft(name, grant)),
  ];
}

/** A grant that names the table was made for somebody who expects it. */
function grantLeft(name: string, { holders, policy, statement, actions, resources }: TableGrant): Problem {
  const allows = actions.length === 0 ? "everything but its NotAction" : actions.join(", ");
  return {
    code: "grant-left",
    path: plainText(`${policy}, statement ${statement}, of ${holders.join(", ")}`),
    message: plainText(`must not name ${name} any more, but allows ${allows} on ${resources.join(", ")}`),
    fix: "Find out who uses it, and take it out. Where you have read all of these and know that nobody does, add --keep-grants.",
  };
}

function inUse(name: string, configuration: Configuration): Problem[] {
  const { table, phase } = configuration;
  const path = placeText(home(configuration));
  if (table !== undefined && "value" in table) return table.value === name ? [named(path, name)] : [];
  const isOpen = table !== undefined || phase === "unknown";
  return isOpen ? [maybeNamed(path, name)] : [];
}

function homeInUse(name: string, inventory: Inventory | undefined): Problem[] {
  if (inventory?.legacyTable !== name) return [];
  return [...(inventory.manageLegacyTable === undefined ? [] : [managed(name)]), ...consumersInUse(name, inventory)];
}

/** Removed behind the back of the stack that manages it, the table would fail its next plan. */
function managed(name: string): Problem {
  return {
    code: "table-managed",
    path: `DynamoDB table ${name}`,
    message: "must be removed by the bootstrap stack, which manages it",
    fix: 'Set manageLegacyTable to "unprotected" and deploy; then remove it and legacyTable from the config, and deploy.',
  };
}

function consumersInUse(name: string, inventory: Inventory): Problem[] {
  return inventory.consumers
    .filter(({ locking }) => locking !== "lockfile")
    .map((consumer) => ({
      code: "table-in-use",
      path: `consumer ${consumer.name}`,
      message: `must be on lockfile before ${name} goes, got ${consumer.locking}: its policies still grant the table`,
      fix: "Set its locking to lockfile in the config, synthesize and deploy.",
    }));
}

function named(path: string, name: string): Problem {
  return {
    code: "table-in-use",
    path,
    message: `must not name ${name} any more: once the table is gone every run fails there`,
    fix: "Bring it to lockfile: `statelock migrate apply --to lockfile`.",
  };
}

function maybeNamed(path: string, name: string): Problem {
  return {
    code: "table-in-use",
    path,
    message: `must be known not to name ${name}, got a backend whose table is computed, or in no file`,
    fix: "Write its locking arguments into the backend or a .tfbackend file.",
  };
}

function itemLeft(item: TableItem): Problem {
  const path = `item ${plainText(item.lockId)}`;
  switch (item.kind) {
    case "lock": {
      const info = parseLockInfo(item.info);
      const who = info === undefined ? "somebody" : `${plainText(info.Who)} (${plainText(info.Operation)})`;
      return {
        code: "lock-held",
        path,
        message: `must not be there, but ${who} holds a lock`,
        fix: "Wait until that run is done, or release the lock with `terraform force-unlock` if nobody holds it any more.",
      };
    }
    case "digest":
      return {
        code: "digest-left",
        path,
        message: "must be removed first, because whoever still has the table would find it",
        fix: "`statelock migrate scrub` removes the digests of known roots; delete by hand those of states that are gone.",
      };
    case "other":
      return {
        code: "item-unknown",
        path,
        message: "must be a lock or a digest of Terraform, got something else: the table may have another use",
        fix: "Find out whose it is. If it is nobody's, delete it by hand.",
      };
  }
}

function notActive(name: string, status: string): Problem {
  return {
    code: "table-not-active",
    path: `DynamoDB table ${name}`,
    message: `must be ACTIVE, got ${status}`,
    fix: "Wait until DynamoDB has done what it is at.",
  };
}

/** Where the search for those who name a table went, and where it did not: only a person can tell who else there is. */
export function lookedIntoText(folders: readonly string[], inventory: string | undefined, table: string): string {
  const looked = `Looked into ${folders.map((folder) => plainText(folder, 1_024)).join(", ")}, and into no other folder.`;
  return inventory === undefined
    ? `${looked} No --inventory was given: consumers of a config elsewhere (state.config.ts) may still lock in ${plainText(table)}. Name its cdktf.out/inventory.json with --inventory, or its folder.`
    : `${looked} Consumers in ${plainText(inventory, 1_024)} were looked at too.`;
}

/** A backup of the table: what `retire` writes before it removes anything. */
export function backupText(table: TableDescription, items: readonly TableItem[], at: Date): string {
  const document = { version: 1, table, at: at.toISOString(), items: items.map(({ attributes }) => attributes) };
  return `${JSON.stringify(document, null, 2)}\n`;
}
