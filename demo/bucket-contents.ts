import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import Table from "cli-table3";

/** What the bucket holds, as a table: every key, how many versions, and what is current. */
export async function bucketContents(bucket: string, env: Readonly<Record<string, string>>): Promise<string> {
  const s3 = new S3Client({
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" },
  });
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  s3.destroy();
  const keys = [...new Set([...Versions, ...DeleteMarkers].map((version) => version.Key ?? ""))].sort();
  const table = new Table({ head: ["key", "versions", "delete markers", "now"], style: { head: [], border: [] } });
  for (const key of keys) {
    const versions = Versions.filter((version) => version.Key === key);
    const current = versions.find((version) => version.IsLatest);
    const markers = DeleteMarkers.filter((marker) => marker.Key === key).length;
    table.push([key, versions.length, markers, current === undefined ? "released" : `${String(current.Size)} bytes`]);
  }
  return table.toString();
}
