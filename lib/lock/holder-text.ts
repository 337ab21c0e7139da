import { plainText } from "../text/plain-text";
import type { LockInfo } from "./lock-info";

/** Names who holds a lock: `ann@laptop (ID 24ee7454-…, OperationTypeApply)`, or `somebody` if its body is unreadable. */
export function holderText(lock: (Pick<LockInfo, "ID" | "Who"> & { readonly Operation?: string }) | undefined): string {
  if (lock === undefined) return "somebody";
  const about = [
    `ID ${plainText(lock.ID, 100)}`,
    ...(lock.Operation === undefined ? [] : [plainText(lock.Operation, 60)]),
  ];
  return `${plainText(lock.Who, 200)} (${about.join(", ")})`;
}
