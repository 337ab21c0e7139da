/** A failure to take the lock after which another attempt may succeed. Texts: Terraform 1.11 to 1.15, OpenTofu 1.10. */
export type LockFailure =
  /** Somebody holds it. */
  | {
      readonly kind: "held";
      readonly id: string;
      readonly bucket: string;
      readonly stateKey: string;
      readonly who: string;
    }
  /** 412, then 404: the holder released the lock between the two. Terraform's own -lock-timeout gives up here. */
  | { readonly kind: "just-released" }
  /** 409: S3 asks for another attempt, and neither Terraform nor its SDK makes one. */
  | { readonly kind: "conflict" };

const HEADLINE = "Error acquiring the state lock";

/**
 * Finds the last lock failure in Terraform's output, as text or with -json. Returns undefined if there is no failure, or
 * if another attempt would fail too (no permission, no bucket, an unreadable lock).
 */
export function lockFailure(output: string): LockFailure | undefined {
  const text = plainOutput(output);
  const start = text.lastIndexOf(HEADLINE);
  if (start < 0) return undefined;
  const message = text.slice(start);
  // Line by line: a regular expression over the whole output takes quadratic time on long runs of blanks.
  const lines = message.split("\n").map((line) => line.trim());
  const field = (name: string): string => {
    const line = lines.find((each) => each.startsWith(`${name}:`) && /\s/.test(each.charAt(name.length + 1)));
    return line?.slice(name.length + 1).trim() ?? "";
  };
  const [, bucket, stateKey] = /^([^/]+)\/(.+)$/.exec(field("Path")) ?? [];
  if (message.includes("Lock Info:") && field("ID") !== "" && bucket !== undefined && stateKey !== undefined)
    return { kind: "held", id: field("ID"), bucket, stateKey, who: field("Who") };
  const gone = /NoSuchKey|StatusCode:\s+404/.test(message);
  if (/ConditionalRequestConflict|OperationAborted/.test(message)) return { kind: "conflict" };
  return gone && message.includes("PreconditionFailed") ? { kind: "just-released" } : undefined;
}

/** Removes colours and the bar that Terraform draws beside an error, and unwraps the messages of -json. */
function plainOutput(output: string): string {
  return output
    .split("\n")
    .map((line) => jsonDetail(line) ?? line.replace(ANSI, "").replace(/^[│|╷╵]\s?/, ""))
    .join("\n");
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

function jsonDetail(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { diagnostic } = JSON.parse(line) as { diagnostic?: { summary?: unknown; detail?: unknown } };
    return diagnostic === undefined ? "" : `${String(diagnostic.summary)}\n${String(diagnostic.detail)}`;
  } catch {
    return undefined;
  }
}
