import { createHash } from "node:crypto";
import { lockBody, type FakeS3 } from "../../lab/memory/memory-s3";
import { digestItemId } from "../../lib/lock/lock-table";

const MINUTE = 60_000;

/** The text of a root whose backend names the store itself, and its table there. */
export function rootOn(s3: FakeS3, key: string, locking: string, more: readonly string[] = []): string {
  const url = s3.place.access?.endpointUrl ?? "";
  const lines = [
    ...[`bucket = "${s3.place.name}"`, `key = "${key}"`, 'region = "eu-central-1"'],
    ...[`endpoints = { s3 = "${url}", dynamodb = "${url}" }`, ...more],
    ...(locking === "lockfile" ? [] : ['dynamodb_table = "locks"']),
    ...(locking === "dynamodb" ? [] : ["use_lockfile = true"]),
  ];
  return `terraform {\n  backend "s3" {\n${lines.map((line) => `    ${line}\n`).join("")}  }\n}\n`;
}

/** A state that a client on `both` wrote under its file lock, and its digest in the table. @param now when it was done */
export async function writeAsBoth(s3: FakeS3, key: string, now = Date.now()): Promise<void> {
  const body = JSON.stringify({ version: 4, terraform_version: "1.11.4", serial: 1, lineage: key });
  s3.put(`${key}.tflock`, lockBody("run", { Path: `${s3.place.name}/${key}` }), new Date(now - 2 * MINUTE));
  s3.put(key, body, new Date(now - MINUTE));
  await fetch(`${s3.place.access?.endpointUrl ?? ""}/${s3.place.name}/${key}.tflock`, { method: "DELETE" });
  const md5 = createHash("md5").update(body).digest("hex");
  const id = digestItemId(s3.place.name, key);
  s3.services.items.set(id, { LockID: { S: id }, Digest: { S: md5 } });
}
