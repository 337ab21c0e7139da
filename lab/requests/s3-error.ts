import type { Answer } from "./aws-request";

/** An error as S3 words it. A HEAD request gets the status only; the listener sees to that. */
export function s3Error(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", ...headers }, body };
}

export const accessDenied = (): Answer => s3Error(403, "AccessDenied", "Access Denied");
