import type { S3Client } from "@aws-sdk/client-s3";

/** The server's clock, according to its answers. */
export interface ServerClock {
  /** Returns the server's time; before the first answer, the local time. */
  now(): Date;
  /** Returns how far the local clock is ahead, in milliseconds. */
  skew(): number;
}

/** Reads the Date header of every answer. It has whole seconds, so the skew is exact to one second. */
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
