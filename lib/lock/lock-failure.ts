/** Why Terraform could not take the lock, as far as another try may help. Texts: Terraform 1.11 to 1.15, OpenTofu 1.10. */
export type LockFailure =
  /** Somebody holds it. */
  | {
      readonly kind: "held";
      readonly id: string;
      readonly bucket: string;
      readonly stateKey: string;
      readonly who: string;
    }
  /** 412, and then 404: the holder let go between the two. Terraform's own -lock-timeout gives up here. */
  | { readonly kind: "just-released" }
  /** 409: S3 asks to try again, and neither Terraform nor its SDK does. */
  | { readonly kind: "conflict" };

const HEADLINE = "Error acquiring the state lock";

/**
 * Finds the last lock failure in what Terraform wrote, as text or with -json. Undefined where there is none, or one that
 * would only fail again (no permission, no bucket, a body that is no lock).
 */
export function lockFailure(output: string): LockFailure | undefined {
  const text = plainOutput(output);
  const start = text.lastIndexOf(HEADLINE);
  if (start < 0) return undefined;
  const message = text.slice(start);
  const field = (name: string): string =>
    new RegExp(`^\\s*${name}:[^\\S\\n]+(\\S.*?)\\s*$`, "m").exec(message)?.[1] ?? "";
  const [, bucket, stateKey] = /^([^/]+)\/(.+)$/.exec(field("Path")) ?? [];
  if (message.includes("Lock Info:") && field("ID") !== "" && bucket !== undefined && stateKey !== undefined)
    return { kind: "held", id: field("ID"), bucket, stateKey, who: field("Who") };
  const gone = /NoSuchKey|StatusCode:\s+404/.test(message);
  if (/ConditionalRequestConflict|OperationAborted/.test(message)) return { kind: "conflict" };
  return gone && message.includes("PreconditionFailed") ? { kind: "just-released" } : undefined;
}

/** Without colours, without the bar that Terraform draws beside an error, and with the messages of -json unwrapped. */
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
