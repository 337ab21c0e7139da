import type { S3Client } from "@aws-sdk/client-s3";

/** The root element of the document that answers each request. The answer to GetBucketPolicy is JSON. */
const ROOTS: Readonly<Record<string, string>> = {
  ListObjectsV2Command: "ListBucketResult",
  ListObjectVersionsCommand: "ListVersionsResult",
  GetBucketVersioningCommand: "VersioningConfiguration",
  GetBucketEncryptionCommand: "ServerSideEncryptionConfiguration",
  GetPublicAccessBlockCommand: "PublicAccessBlockConfiguration",
  GetBucketOwnershipControlsCommand: "OwnershipControls",
  GetBucketLifecycleConfigurationCommand: "LifecycleConfiguration",
  GetBucketLocationCommand: "LocationConstraint",
  GetBucketLoggingCommand: "BucketLoggingStatus",
  GetBucketReplicationCommand: "ReplicationConfiguration",
  GetBucketNotificationConfigurationCommand: "NotificationConfiguration",
  GetBucketAbacCommand: "AbacStatus",
  GetBucketMetadataConfigurationCommand: "GetBucketMetadataConfigurationResult",
  ListBucketInventoryConfigurationsCommand: "ListInventoryConfigurationsResult",
  GetObjectLockConfigurationCommand: "ObjectLockConfiguration",
  GetBucketPolicyCommand: "{",
};

/** Answers that carry an object. S3 always sends at least one of these headers with it. */
const OBJECTS = ["GetObjectCommand", "HeadObjectCommand"];
/** Requests that S3 answers without a body: a page there is not S3's, and nothing was written. */
const WRITES = ["PutObjectCommand", "DeleteObjectCommand"];
const OBJECT_HEADERS = ["etag", "last-modified"];

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body?: unknown;
}

/** An answer with status 200 that is not what was asked for: a login page, a console, or a listing instead of a setting. */
class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  readonly $metadata = { httpStatusCode: 200 };
}

/**
 * Makes a client fail on an answer that is not the document asked for. The SDK would read an empty list or an absent setting
 * from it.
 */
export function expectDocuments(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      const command = (context as { readonly commandName?: string }).commandName ?? "";
      if (WRITES.includes(command) && response.statusCode < 300) {
        const bytes = await bytesOf(response.body);
        response.body = bytes;
        const found = rootOf(Buffer.from(bytes).toString("utf8"));
        if (found !== "") throw new UnexpectedAnswer(`expected no content, got ${named(found)}`);
      }
      if (response.statusCode !== 200) return result;
      if (OBJECTS.includes(command) && !OBJECT_HEADERS.some((name) => response.headers[name] !== undefined))
        throw new UnexpectedAnswer("the answer is not an object of S3: it has neither an ETag nor a time");
      const root = ROOTS[command];
      if (root === undefined) return result;
      const bytes = await bytesOf(response.body);
      response.body = bytes;
      const found = rootOf(Buffer.from(bytes).toString("utf8"));
      if (found !== root && !isNamedAfter(command, found))
        throw new UnexpectedAnswer(`expected ${named(root)}, got ${named(found)}`);
      return result;
    },
    { step: "deserialize", name: "expectDocuments", priority: "low" },
  );
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** True if a server has another name for the document: SeaweedFS 4.48 for a location; moto names it after the request. */
function isNamedAfter(command: string, root: string): boolean {
  // `GetBucketNotification` is the older name of GetBucketNotificationConfiguration.
  const request = command.replace(/(?<=Notification)Configuration|Command$/g, "");
  const isLocationOfSeaweedFs = request === "GetBucketLocation" && root === "CreateBucketConfiguration";
  return isLocationOfSeaweedFs || ["Response", "Result", "Output"].some((suffix) => root === request + suffix);
}

/** Returns the name of the root element, `{` for JSON, or an empty text for an empty body. */
function rootOf(text: string): string {
  if (text.trim() === "") return "";
  if (text.trimStart().startsWith("{")) return "{";
  return /<(?:[\w-]+:)?([A-Za-z]\w*)[\s/>]/.exec(text)?.[1] ?? "text";
}

function named(root: string): string {
  if (root === "") return "an empty answer";
  return root === "{" ? "JSON" : root === "html" ? "an HTML page" : root === "text" ? "plain text" : `<${root}>`;
}
