import { product, program } from "../../engine/spoken-engine";
import type { Inventory } from "../../inventory/inventory";
import type { Mention } from "../../files/project-files";
import { holderText } from "../../lock/holder-text";
import { parseLockInfo } from "../../lock/lock-info";
import type { TableDescription, TableItem } from "../../lock/lock-table";
import { plainText } from "../../text/plain-text";
import { maybeSameTable } from "../../policy/table-identity";
import type { TableGrant } from "../../policy/table-grants";
import type { Problem } from "../../problem/problem";
import { mentionBlock } from "./table-mentions";
import type { HandPlace } from "../scan/outside/outside-hcl";
import { placeText, type Configuration } from "../scan/configuration/configuration";

/** Everything known about a table before its removal. */
interface RetireFacts {
  readonly name: string;
  readonly table: TableDescription;
  readonly items: readonly TableItem[];
  /** Everything that the scan found, readers too. */
  readonly fleet: readonly Configuration[];
  readonly inventory: Inventory | undefined;
  /** Places outside of HCL that give a backend its table. */
  readonly byHand?: readonly HandPlace[];
  /** Lines of text files that name it. */
  readonly mentions?: readonly Mention[];
  /** Statements that let somebody work on the table's items. */
  readonly grants: readonly TableGrant[];
}

/** Lists everything that needs the table, or may need it. An empty list means: it is empty, and nobody names it. */
export function retireBlocks({
  name,
  table,
  items,
  fleet,
  inventory,
  byHand = [],
  mentions = [],
  grants,
}: RetireFacts): Problem[] {
  return [
    ...(table.status === "ACTIVE" ? [] : [notActive(name, table.status)]),
    ...fleet.flatMap((configuration) => rootBlocks(table, name, configuration)),
    ...inventoryBlocks(name, inventory),
    ...byHand
      .filter(({ table: given }) => given !== undefined && !("value" in given))
      .map(({ problem }) => maybeNamed(problem.path, name)),
    ...mentions.map((mention) => mentionBlock(name, mention)),
    ...items.map(itemBlock),
    ...grants.map((grant) => grantBlock(name, grant)),
  ];
}

function notActive(name: string, status: string): Problem {
  return {
    code: "table-not-active",
    path: `DynamoDB table ${name}`,
    message: `must be ACTIVE, got ${status}`,
    fix: "Wait until DynamoDB has finished, then run this again.",
  };
}

function rootBlocks({ arn }: TableDescription, name: string, configuration: Configuration): Problem[] {
  const { table, phase } = configuration;
  const path = placeText(configuration);
  if (table !== undefined && "value" in table)
    return maybeSameTable(table.value, name) && (arn === "" || maybeSameTable(table.value, arn))
      ? [named(path, name)]
      : [];
  const mayNameIt = table !== undefined || phase === "unknown";
  return mayNameIt ? [maybeNamed(path, name)] : [];
}

function named(path: string, name: string): Problem {
  return {
    code: "table-in-use",
    path,
    message: `must not name ${name}: every run there fails once the table is gone`,
    fix: "Move it to lockfile: `statelock migrate apply --to lockfile`.",
  };
}

function maybeNamed(path: string, name: string): Problem {
  return {
    code: "table-in-use",
    path,
    message: `may name ${name}: its table is computed, or is in no file`,
    fix: "Write its locking arguments into the backend or into a .tfbackend file.",
  };
}

function inventoryBlocks(name: string, inventory: Inventory | undefined): Problem[] {
  if (inventory?.legacyTable === undefined || !maybeSameTable(inventory.legacyTable, name)) return [];
  const consumers = inventory.consumers.filter(({ locking }) => locking !== "lockfile");
  return [
    ...(inventory.manageLegacyTable === undefined ? [] : [managed(name)]),
    ...consumers.map((consumer) => ({
      code: "table-in-use",
      path: `consumer ${consumer.name}`,
      message: `must have locking "lockfile" before ${name} is removed, got "${consumer.locking}": its policies grant the table`,
      fix: "Set its locking to lockfile in the config, synthesize and deploy.",
    })),
  ];
}

/** If somebody else removed the table, the next plan of the stack that manages it would fail. */
function managed(name: string): Problem {
  return {
    code: "table-managed",
    path: `DynamoDB table ${name}`,
    message: "belongs to the bootstrap stack, which must remove it",
    fix: 'Set manageLegacyTable to "unprotected" and deploy. Then remove it and legacyTable from the config, and deploy again.',
  };
}

function itemBlock(item: TableItem): Problem {
  const path = `item ${plainText(item.lockId, Infinity)}`;
  switch (item.kind) {
    case "lock":
      return {
        code: "lock-held",
        path,
        message: `is a lock that ${holderText(parseLockInfo(item.info))} holds`,
        fix: `Wait until that run has ended. If it is dead, release the lock with \`${program()} force-unlock\`.`,
      };
    case "digest":
      return {
        code: "digest-left",
        path,
        message: "is a digest, which a client that still uses the table would read",
        fix: "Run `statelock migrate scrub`: it removes the digests of known roots, and with --gone the digest of a deleted state.",
      };
    case "other":
      return {
        code: "item-unknown",
        path,
        message: `is neither a lock nor a digest of ${product()}: the table may have another use`,
        fix: "Find its owner. If it has no owner, delete it by hand.",
      };
  }
}

/** A grant that names the table was made for somebody who expects it. */
function grantBlock(name: string, { holders, policy, statement, actions, resources }: TableGrant): Problem {
  const allows = actions.length === 0 ? "everything but its NotAction" : actions.join(", ");
  return {
    code: "grant-left",
    path: plainText(`${policy}, statement ${statement}, of ${holders.join(", ")}`, Infinity),
    message: plainText(`must not name ${name}, but allows ${allows} on ${resources.join(", ")}`),
    fix: "Find out who uses it, and remove it. If you have read all these grants and nobody uses them, add --keep-grants.",
  };
}
