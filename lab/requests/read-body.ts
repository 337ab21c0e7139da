import type { IncomingMessage } from "node:http";

/** The whole body in memory: states are some 20 MB at most, and every link of the pipeline may then look at it. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
