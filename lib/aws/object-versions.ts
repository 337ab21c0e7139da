import type {
  DeleteMarkerEntry,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  ObjectVersion,
} from "@aws-sdk/client-s3";
import type { ListedVersion } from "../history/history-port";
import { nextPage } from "./next-page";

type Page = Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker">;

/**
 * Lists the history of one key, newest first, from pages of every key that starts with it: its own entries come first.
 * S3 sends versions and delete markers apart, with whole seconds: two entries of one second may come in either order,
 * but the current one always comes first.
 */
export async function* versionsOf(
  key: string,
  path: string,
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
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    const marker = (at: Page): string | undefined =>
      at.KeyMarker === undefined ? undefined : JSON.stringify([at.KeyMarker, at.VersionIdMarker]);
    const next = { truncated: page.IsTruncated, next: marker({ KeyMarker, VersionIdMarker }) };
    // The pages after this key's own entries are about longer keys.
    const more: boolean = nextPage(next, marker(from), path) !== undefined && KeyMarker === key;
    from = more ? { KeyMarker, VersionIdMarker } : undefined;
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

/** Merges two lists that are each newest first. */
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
