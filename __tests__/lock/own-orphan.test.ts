import { createHash } from "node:crypto";
import { isOwnOrphan, loggedLocks, type EndedRun } from "../../lib/lock/own-orphan";
import type { LockObject } from "../../lib/lock/lock-port";
import { lockBody } from "../../lab/memory/memory-s3";

const run: EndedRun = {
  locks: [{ id: "A", sha256: undefined, place: undefined }],
  who: "ci@runner-7",
  startedAt: new Date("2026-11-22T12:00:00Z"),
  endedAt: new Date("2026-11-22T12:00:10Z"),
};

function lock(part: Readonly<Record<string, string>> = {}): LockObject {
  const text = lockBody("A", { Created: "2026-11-22T12:00:05.123456789Z", ...part });
  return { key: "k.tflock", etag: "e", lastModified: new Date(0), versionId: undefined, size: 1, text };
}

it("ID, user and host, and time together prove a lock to be one's own", () => {
  expect(isOwnOrphan(lock(), run)).toBe(true);
});

it.each([
  ["another ID", lock({ ID: "B" })],
  ["another host", lock({ Who: "ci@runner-8" })],
  ["made before the run", lock({ Created: "2026-11-22T11:59:58Z" })],
  ["made after the run", lock({ Created: "2026-11-22T12:00:12Z" })],
  ["no time", lock({ Created: "" })],
  ["no lock", { ...lock(), text: "{}" }],
  ["an endless body", { ...lock(), text: undefined }],
])("%s does not", (_name, other) => {
  expect(isOwnOrphan(other, run)).toBe(false);
});

it("while something of the run is alive, nothing is proven", () => {
  expect(isOwnOrphan(lock(), { ...run, isAlive: true })).toBe(false);
});

it("a lock is released if the engine's log says so", () => {
  const line = (what: string, id: string): string =>
    `[INFO]  backend-s3: ${what}: tf_backend.lock.id=${id} tf_backend.x=y\n`;
  const log = ["A", "B"].map((id) => line("Attempting to lock remote state (S3 Native only)...", id)).join("");
  expect(loggedLocks(log + line("Unlocked remote state (S3 Native only)", "A"))).toMatchObject([
    { id: "A", isReleased: true },
    { id: "B" },
  ]);
});

it("without a log nothing is proven", () => {
  expect(isOwnOrphan(lock(), { ...run, locks: [] })).toBe(false);
});

it("finds the IDs that Terraform was about to take, not the IDs of locks that it met", () => {
  const log = `2026-11-23T01:08:24.348Z [INFO]  backend-s3: Attempting to lock remote state (S3 Native only)...: tf_backend.lock.id=157ad913 tf_backend.lock.who=root@vm
2026-11-23T01:08:24.349Z [INFO]  backend-s3: something else: tf_backend.lock.id=other
`;
  expect(loggedLocks(log)).toEqual([{ id: "157ad913", sha256: undefined, place: undefined }]);
  const path = log.replace("id=157ad913", 'id=157ad913 tf_backend.lock.path="b/a key"');
  const place = { bucket: "b", stateKey: "a key" };
  expect(loggedLocks(path)).toEqual([{ id: "157ad913", sha256: undefined, place }]);
});

describe("OpenTofu", () => {
  /** Lines of OpenTofu 1.12.6 at DEBUG, shortened. */
  const sent = (method: string, key: string, text: string, more = ' http.request.header.if_none_match="*"'): string =>
    `2026-11-26T18:18:15.856Z [DEBUG] backend-s3: HTTP Request Sent: aws.s3.bucket=b aws.s3.key=${key} rpc.method=S3/${method} http.request.header.x_amz_checksum_sha256="${createHash("sha256").update(text).digest("base64")}"${more}\n`;
  const left = lock();
  const runOf = (log: string): EndedRun => ({ ...run, locks: loggedLocks(log) });

  it("releases the lock of a state with a request to delete it", () => {
    const log =
      sent("PutObject", "a.tflock", "1") +
      sent("DeleteObject", "a.tflock", "", "") +
      sent("PutObject", "a.tflock", "2");
    expect(loggedLocks(log).map(({ isReleased }) => isReleased)).toEqual([true, undefined]);
  });

  it("proves its own lock by the digest of the body that it was about to write", () => {
    const log = sent("PutObject", "a/key.tflock", left.text ?? "");
    expect(isOwnOrphan(left, runOf(log))).toBe(true);
    expect(loggedLocks(log)).toMatchObject([{ id: undefined, place: { bucket: "b", stateKey: "a/key" } }]);
  });

  it.each([
    ["of another body", sent("PutObject", "a/key.tflock", "{}")],
    ["of a lock that was only read", sent("GetObject", "a/key.tflock", left.text ?? "", "")],
    ["of a write without a condition", sent("PutObject", "a/key.tflock", left.text ?? "", "")],
    ["of a state", sent("PutObject", "a/key", left.text ?? "")],
    ["that the log does not hold", "[DEBUG] backend-s3: HTTP Request Sent: aws.s3.bucket=b aws.s3.key=a/key.tflock"],
  ])("proves nothing by a digest %s", (_, log) => {
    expect(isOwnOrphan(left, runOf(log))).toBe(false);
  });
});
