import type { S3Client } from "@aws-sdk/client-s3";

/** The clock of the other side, as its answers tell it. */
export interface ServerClock {
  /** The local time before any answer. */
  now(): Date;
  /** How far the local clock is ahead, in milliseconds. */
  skew(): number;
}

/** Reads the Date header of every answer this client gets. It counts whole seconds: a skew is within one second of the truth. */
export function serverClock(client: S3Client): ServerClock {
  let skew = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const headers = (result.response as { readonly headers?: Readonly<Record<string, string>> }).headers;
      const date = Date.parse(headers?.["date"] ?? "");
      if (!Number.isNaN(date)) skew = Date.now() - date;
      return result;
    },
    { step: "deserialize", name: "serverClock", priority: "low" },
  );
  return { now: () => new Date(Date.now() - skew), skew: () => skew };
}
