import { goField, jsonMembers } from "../state/json-members";

/** The body of a lock object, as Terraform writes it. Source: hashicorp/terraform, internal/states/statemgr/locker.go */
export interface LockInfo {
  /** A UUID that only the holder knows before it takes the lock. Empty if the body has no ID. */
  readonly ID: string;
  readonly Operation: string;
  readonly Info: string;
  /** `user@host` */
  readonly Who: string;
  /** Version of the program that took the lock. */
  readonly Version: string;
  /** RFC 3339, by the holder's clock; {@link NO_TIME} if the body has no time. */
  readonly Created: string;
  /** `<bucket>/<state key>` */
  readonly Path: string;
}

/** Go's zero time. */
export const NO_TIME = "0001-01-01T00:00:00Z";

const EMPTY: LockInfo = { ID: "", Operation: "", Info: "", Who: "", Version: "", Created: NO_TIME, Path: "" };

const FIELDS = (Object.keys(EMPTY) as (keyof LockInfo)[]).map((name) => [name, goField(name)] as const);

/**
 * Parses a lock's body as Go's encoding/json does, so that Statelock reads what Terraform reads: a missing field and `null`
 * are empty, the last of repeated fields counts, and a value of another type makes the whole body unreadable. Returns
 * undefined if Terraform could not read the body either.
 */
export function parseLockInfo(text: string): LockInfo | undefined {
  const members = jsonMembers(text);
  const info = { ...EMPTY };
  for (const { name: member, value } of members ?? []) {
    const field = FIELDS.find(([, pattern]) => pattern.test(member))?.[0];
    if (field === undefined || value === null) continue;
    if (typeof value !== "string" || (field === "Created" && !isRfc3339(value))) return undefined;
    info[field] = value;
  }
  return members === undefined ? undefined : info;
}

/** True for a time that Go's `time.Time` reads. */
function isRfc3339(text: string): boolean {
  const [, year = "", month = "", day = ""] =
    /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return year !== "" && Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
}

/** Characters that Go's encoding/json escapes in a string, and JSON.stringify does not. */
const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** Halves of characters, which no UTF-8 text can hold. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Returns a lock's body exactly as Go's encoding/json writes it, and as Go writes it again once it has read it. OpenTofu
 * releases an item in DynamoDB only if its text is what OpenTofu itself would write.
 * Source: https://pkg.go.dev/encoding/json#Marshal; opentofu/opentofu, internal/backend/remote-state/s3/client.go, `Unlock`
 */
export function encodedLock(lock: LockInfo): string {
  const fields = (Object.keys(EMPTY) as (keyof LockInfo)[]).map(
    (name) => [name, lock[name].replace(LONE_SURROGATES, "\ufffd")] as const,
  );
  const Created = lock.Created.replace(/\.\d*0(?=\D)/, (part) => part.replace(/(?<!0)0+$/, "")).replace(/\.(?=\D)/, "");
  return JSON.stringify({ ...Object.fromEntries(fields), Created }).replace(
    GO_ESCAPES,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
