import {
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type DeleteMarkerEntry,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from "@aws-sdk/client-s3";
import type { ListedVersion, RestoreStore } from "../history/history-port";
import { awsError, problemOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { fileLocks } from "./file-locks";
import { encryptionHeaders, stateClient } from "./s3-objects";

/** S3 as far as the history of states needs it. */
export function historyStore(bucket: BucketPlace): RestoreStore {
  const s3 = s3Client(bucket);
  const place = bucketArguments(bucket);
  const client = stateClient(bucket);
  return {
    ...fileLocks(bucket),
    versions: (stateKey) =>
      versionsOf(stateKey, async (from) => {
        const input = { ...place, Prefix: stateKey, ...from };
        return s3.send(new ListObjectVersionsCommand(input)).catch((error: unknown) => {
          throw awsError(error, "s3:ListBucketVersions", `s3://${bucket.name}/${stateKey}`);
        });
      }),
    read: async (stateKey, versionId) => {
      try {
        const object = await client.read(stateKey, versionId);
        if (object === undefined) return { found: "nothing" };
        return { found: "version", object: { ...object, text: object.isUtf8 ? object.text : undefined } };
      } catch (error) {
        return { found: "unreadable", problem: problemOf(error) };
      }
    },
    versioning: async () => {
      try {
        return (await s3.send(new GetBucketVersioningCommand(place))).Status;
      } catch (error) {
        throw awsError(error, "s3:GetBucketVersioning", `s3://${bucket.name}`);
      }
    },
    write: async (stateKey, text, { condition, encryption }) => {
      const only = "ifMatch" in condition ? { IfMatch: condition.ifMatch } : { IfNoneMatch: condition.ifNoneMatch };
      try {
        const written = await client.write(stateKey, text, { ...encryptionHeaders(encryption), ...only });
        return written === undefined ? { reply: "condition-failed" } : { reply: "written", ...written };
      } catch (error) {
        return { reply: "failed", problem: problemOf(error) };
      }
    },
  };
}

type Page = Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker">;

/**
 * The history of one key, from pages of it and of every key that it is the beginning of: those sort after it. Versions
 * and delete markers come apart; S3 counts whole seconds, so two of one second may be told in either order, but for the
 * current one.
 */
export async function* versionsOf(
  key: string,
  send: (from: Page) => Promise<ListObjectVersionsCommandOutput>,
): AsyncGenerator<ListedVersion> {
  let from: Page | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await send(from);
    const versions = (page.Versions ?? []).filter(({ Key }) => Key === key).map((entry) => listed(entry, "object"));
    const markers = (page.DeleteMarkers ?? []).filter(({ Key }) => Key === key);
    yield* newestFirst(
      versions,
      markers.map((entry) => listed(entry, "delete-marker")),
    );
    const more = page.IsTruncated === true && page.NextKeyMarker === key;
    from = more ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
}

function listed(entry: ObjectVersion | DeleteMarkerEntry, kind: ListedVersion["kind"]): ListedVersion {
  return {
    versionId: entry.VersionId ?? "null",
    kind,
    writtenAt: entry.LastModified ?? new Date(0),
    size: "Size" in entry ? (entry.Size ?? 0) : 0,
    current: entry.IsLatest ?? false,
  };
}

/** Two lists that are in order already, as one. */
function* newestFirst(left: ListedVersion[], right: ListedVersion[]): Generator<ListedVersion> {
  for (;;) {
    const [one, other] = [left[0], right[0]];
    if (one === undefined || other === undefined) break;
    const first = other.current || (!one.current && other.writtenAt > one.writtenAt) ? right : left;
    yield* first.splice(0, 1);
  }
  yield* left;
  yield* right;
}
