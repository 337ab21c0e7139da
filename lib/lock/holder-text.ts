import { plainText } from "../text/plain-text";
import type { LockInfo } from "./lock-info";

/** Names who holds a lock: `ann@laptop (ID 24ee7454-…, OperationTypeApply)`, or `somebody` if its body is unreadable. */
export function holderText(lock: (Pick<LockInfo, "ID" | "Who"> & { readonly Operation?: string }) | undefined): string {
  if (lock === undefined) return "somebody";
  const { ID, Who, Operation = "" } = lock;
  const about = [
    ID === "" ? "no ID" : `ID ${plainText(ID, 100)}`,
    ...(Operation === "" ? [] : [plainText(Operation, 60)]),
  ];
  return `${Who === "" ? "somebody" : plainText(Who, 200)} (${about.join(", ")})`;
}
