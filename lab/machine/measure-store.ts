import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** What plain requests of the AWS SDK show of a bucket, without Statelock. */
export interface MeasuredStore {
  /** Winners of each round of takers at the same moment. */
  readonly winners: readonly number[];
  /** A lock can be taken again after a plain delete. */
  readonly again: boolean;
  /** A write with `If-Match` is refused for another ETag, and accepted for the right one. */
  readonly overwriting: boolean;
  /** A delete with `If-Match` of another ETag is refused. */
  readonly releasing: boolean;
  /** A write has a version ID of its own. */
  readonly versions: boolean;
  /** The versions of a key can be listed, as the document that S3 calls so. */
  readonly listsVersions: boolean;
}

const FOREIGN = `"${"0".repeat(32)}"`;
const TAKERS = 16;

/** Measures a bucket on keys below `measured/`. @param rounds how often the takers race */
export async function measureStore(s3: S3Client, bucket: string, rounds: number): Promise<MeasuredStore> {
  const place = (key: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: `measured/${key}` });
  const holds = (sent: Promise<unknown>): Promise<boolean> =>
    sent.then(
      () => true,
      (error: unknown) => {
        const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
        if ([404, 409, 412].includes($metadata?.httpStatusCode ?? 0)) return false;
        throw error;
      },
    );
  const put = (key: string, more: object = {}): Promise<boolean> =>
    holds(s3.send(new PutObjectCommand({ ...place(key), Body: "text", ...more })));
  const isThere = (key: string): Promise<boolean> => holds(s3.send(new HeadObjectCommand(place(key))));

  const winners: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const key = `race-${String(round)}`;
    const all = await Promise.all(Array.from({ length: TAKERS }, () => put(key, { IfNoneMatch: "*" })));
    winners.push(all.filter(Boolean).length);
  }
  await s3.send(new DeleteObjectCommand(place("race-0")));
  const again = await put("race-0", { IfNoneMatch: "*" });

  const { VersionId, ETag } = await s3.send(new PutObjectCommand({ ...place("one"), Body: "one" }));
  const foreign = await put("one", { IfMatch: FOREIGN });
  const overwriting = !foreign && (await put("one", { IfMatch: ETag }));
  await holds(s3.send(new DeleteObjectCommand({ ...place("one"), IfMatch: FOREIGN })));
  const releasing = await isThere("one");
  const listed = await listing(s3, bucket);
  return { winners, again, overwriting, releasing, versions: (VersionId ?? "null") !== "null", listsVersions: listed };
}

async function listing(s3: S3Client, bucket: string): Promise<boolean> {
  let root = "";
  const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: "measured/" });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body: AsyncIterable<Uint8Array> | Uint8Array };
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      root = /<(List\w+)[\s>]/.exec(body.toString())?.[1] ?? "";
      response.body = body;
      return result;
    },
    { step: "deserialize", priority: "low", name: "root" },
  );
  await s3.send(command).catch(() => undefined);
  return root === "ListVersionsResult";
}

/** Reads an object's text. */
export async function objectText(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
  return answer?.Body?.transformToString();
}
