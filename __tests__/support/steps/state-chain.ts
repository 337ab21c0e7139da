import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";

/** One version of a state, as far as tests look at it. */
interface ChainLink {
  readonly serial: number;
  readonly lineage: string;
  readonly outputs: Readonly<Record<string, { readonly value: unknown } | undefined>>;
}

/** Every version of a state that was ever written, the oldest first. */
export async function stateChain(s3: S3Client, bucket: string, key: string): Promise<ChainLink[]> {
  const ids: string[] = [];
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const from = { KeyMarker: page?.NextKeyMarker, VersionIdMarker: page?.NextVersionIdMarker };
    page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...from }));
    for (const { Key, VersionId = "" } of page.Versions ?? []) if (Key === key) ids.unshift(VersionId);
  } while (page.IsTruncated === true);
  return Promise.all(
    ids.map(async (VersionId) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId }));
      return JSON.parse((await Body?.transformToString()) ?? "") as ChainLink;
    }),
  );
}

/** The marks in a version's output. */
export function marks(link: ChainLink | undefined, output = "marks"): string[] {
  return (link?.outputs[output]?.value ?? []) as string[];
}

/** Where a chain is broken: a serial left out or there twice, another lineage, a mark that is gone. */
export function breaks(chain: readonly ChainLink[]): string[] {
  return chain.flatMap((link, at) => {
    const before = chain[at - 1];
    const kept = marks(before);
    const [now, added] = [marks(link).slice(0, kept.length), marks(link).slice(kept.length)];
    const place = `version ${String(at + 1)}`;
    return [
      ...(link.serial === at + 1 ? [] : [`${place}: serial ${String(link.serial)}`]),
      ...(before === undefined || before.lineage === link.lineage ? [] : [`${place}: another lineage`]),
      ...(now.join() === kept.join() ? [] : [`${place}: lost ${kept.filter((mark) => !now.includes(mark)).join()}`]),
      ...(added.length <= 1 ? [] : [`${place}: ${String(added.length)} marks at once`]),
    ];
  });
}
