import { createHash } from "node:crypto";

/** Returns the SHA-256 of a JSON value, whatever its white space and the order of its keys. */
export function canonicalDigest(value: unknown): string {
  const ordered = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return createHash("sha256").update(ordered).digest("hex");
}
