import type { ListObjectVersionsCommandOutput } from "@aws-sdk/client-s3";
import { versionsOf } from "../../lib/aws/object-versions";

const KEY = "app/terraform.tfstate";

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

const entry = (VersionId: string, second: number, part: object = {}): object => ({
  ...{ Key: KEY, VersionId, LastModified: at(second), IsLatest: false, Size: 3, ETag: '"e"' },
  ...part,
});

/** Lists what S3 would send page by page; each page is asked for where the one before ended. */
async function listed(pages: readonly object[]): Promise<{ ids: string[]; asked: unknown[] }> {
  const asked: unknown[] = [];
  const ids: string[] = [];
  const send = (from: object): Promise<ListObjectVersionsCommandOutput> => {
    asked.push(from);
    return Promise.resolve(pages[asked.length - 1] as ListObjectVersionsCommandOutput);
  };
  for await (const { versionId, kind } of versionsOf(KEY, "s3://b/k", send))
    ids.push(kind === "object" ? versionId : `-${versionId}`);
  return { ids, asked };
}

it("versions and delete markers are one history, the newest first", async () => {
  const page = {
    Versions: [entry("c", 30), entry("a", 10)],
    DeleteMarkers: [entry("d", 40, { IsLatest: true }), entry("b", 20)],
  };
  expect((await listed([page])).ids).toEqual(["-d", "c", "-b", "a"]);
});

it("the current version counts as the newest of those written within one second", async () => {
  const marker = { Versions: [entry("a", 10)], DeleteMarkers: [entry("b", 10, { IsLatest: true })] };
  const version = { Versions: [entry("b", 10, { IsLatest: true })], DeleteMarkers: [entry("a", 10)] };
  expect((await listed([marker])).ids).toEqual(["-b", "a"]);
  expect((await listed([version])).ids).toEqual(["b", "-a"]);
});

it("goes on where a page ended, and stops at the first other key: its lock and what else it is the beginning of", async () => {
  const first = { Versions: [entry("b", 20)], IsTruncated: true, NextKeyMarker: KEY, NextVersionIdMarker: "b" };
  const second = {
    Versions: [entry("a", 10), entry("z", 50, { Key: `${KEY}.tflock` })],
    DeleteMarkers: [entry("y", 60, { Key: `${KEY}.tflock` })],
    IsTruncated: true,
    NextKeyMarker: `${KEY}.tflock`,
    NextVersionIdMarker: "z",
  };
  expect(await listed([first, second])).toEqual({
    ids: ["b", "a"],
    asked: [{}, { KeyMarker: KEY, VersionIdMarker: "b" }],
  });
});

it("a bucket that was never versioned has one version, called null", async () => {
  expect((await listed([{ Versions: [entry("x", 1, { VersionId: undefined, IsLatest: true })] }])).ids).toEqual([
    "null",
  ]);
});
