import { isOwnOrphan, loggedLockIds, loggedLocks, type EndedRun } from "../../lib/lock/own-orphan";
import type { LockObject } from "../../lib/lock/lock-port";
import { lockBody } from "../../lab/memory/memory-s3";

const run: EndedRun = {
  lockIds: ["A"],
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

it("without a log nothing is proven", () => {
  expect(isOwnOrphan(lock(), { ...run, lockIds: [] })).toBe(false);
});

it("the IDs are those Terraform was about to ask for, not those it met", () => {
  const log = `2026-11-23T01:08:24.348Z [INFO]  backend-s3: Attempting to lock remote state (S3 Native only)...: tf_backend.lock.id=157ad913 tf_backend.lock.who=root@vm
2026-11-23T01:08:24.349Z [INFO]  backend-s3: something else: tf_backend.lock.id=other
`;
  expect(loggedLockIds(log)).toEqual(["157ad913"]);
  expect(loggedLocks(log)).toEqual([]);
  const path = log.replace("id=157ad913", 'id=157ad913 tf_backend.lock.path="b/a key"');
  expect(loggedLocks(path)).toEqual([{ id: "157ad913", bucket: "b", stateKey: "a key" }]);
});
