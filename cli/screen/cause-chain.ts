import { withoutSecrets } from "../../lib/text/without-secrets";
import { plainText } from "../../lib/text/plain-text";

/** The fields of an error that help to find what happened; AWS errors have `$metadata`. */
interface Cause {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
    readonly attempts?: number;
  };
}

/** Returns a line for each cause behind an error, outermost first, with AWS request ids and without secrets. */
export function causeChain(error: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let cause = causeOf(error); cause !== undefined && !seen.has(cause); cause = causeOf(cause)) {
    seen.add(cause);
    lines.push(`caused by ${causeText(cause)}`);
  }
  return lines;
}

function causeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null ? (error as Cause).cause : undefined;
}

function causeText(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return typeof cause;
  const { name = "Error", message = "", code, $metadata: metadata = {} } = cause as Cause;
  const details = [
    typeof code === "string" && code !== name && code,
    metadata.httpStatusCode !== undefined && `HTTP ${String(metadata.httpStatusCode)}`,
    metadata.requestId !== undefined && `request ${metadata.requestId}`,
    metadata.extendedRequestId !== undefined && `extended request ${metadata.extendedRequestId}`,
    metadata.attempts !== undefined && metadata.attempts > 1 && `${String(metadata.attempts)} attempts`,
  ].filter((detail) => detail !== false);
  // The message of JSON.parse quotes the text, which may be a state.
  const said = message === "" || cause instanceof SyntaxError ? "" : `: ${withoutSecrets(message)}`;
  return plainText(`${name}${said}${details.length === 0 ? "" : ` (${details.join(", ")})`}`, 2_000);
}
