import { buildInventory } from "../../lib/artifacts/build-inventory";
import { papersOf } from "../../lib/home/papers";
import { HANDMADE_CHECKS } from "../../lib/verify/handmade-checks";
import { runChecks } from "../../lib/verify/run-checks";
import type { Surroundings } from "../../lib/verify/surroundings";
import { SURROUNDINGS_CHECKS } from "../../lib/verify/surroundings-checks";
import { home, KEY_ARN, type ConfigPart } from "../support/home";

const good: Surroundings = {
  presence: { value: "ours" },
  region: { value: "eu-central-1" },
  key: { value: undefined },
  logs: { value: undefined },
  replicas: { value: undefined },
  notifications: { value: { eventBridge: false, targets: [] } },
  abac: { value: false },
  metadataTables: { value: undefined },
  inventories: { value: [] },
  objectLock: { value: undefined },
};
const WITH_KEY: ConfigPart = { bucket: { encryption: { type: "created-key", alias: "alias/acme" } } };
const WITH_EVENTS: ConfigPart = { bucket: { eventBridge: true } };
const KEY = {
  arn: KEY_ARN,
  state: "Enabled",
  aliases: { value: ["alias/acme"] },
  rotates: { value: true },
  policy: { value: papersOf(home(WITH_KEY)).keyPolicy?.Statement },
};

/** A line for each check that does not pass. */
function findings(change: Partial<Surroundings>, part: ConfigPart = {}): string[] {
  const papers = papersOf(home(part));
  return runChecks(
    [...SURROUNDINGS_CHECKS, ...HANDMADE_CHECKS],
    { ...papers, bucket: buildInventory(papers).bucket },
    { ...good, ...change },
  )
    .filter(({ result }) => result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

it("a bucket as synthesized passes", () => {
  expect(findings({})).toEqual([]);
  expect(findings({ objectLock: { value: {} } })).toEqual([]);
  expect(findings({ key: { value: KEY } }, WITH_KEY)).toEqual([]);
  expect(findings({ notifications: { value: { eventBridge: true, targets: [] } } }, WITH_EVENTS)).toEqual([]);
});

it.each<[Partial<Surroundings>, ConfigPart, string]>([
  [{ presence: { value: "absent" } }, {}, "presence fail: the bucket does not exist"],
  [{ presence: { unreadable: "403" } }, {}, "presence unknown: 403"],
  [{ region: { value: "eu-west-1" } }, {}, 'region fail: it is in "eu-west-1", not eu-central-1'],
  [
    { key: { value: { ...KEY, state: "PendingDeletion" } } },
    WITH_KEY,
    `key-state fail: the key ${KEY_ARN} is PendingDeletion`,
  ],
  [
    { key: { value: { ...KEY, aliases: { value: [] } } } },
    WITH_KEY,
    `key-alias fail: the alias alias/acme does not point to the default key ${KEY_ARN}`,
  ],
  [{ key: { value: { ...KEY, rotates: { value: false } } } }, WITH_KEY, "key-rotation fail: yearly rotation is off"],
  [{ key: { value: { ...KEY, rotates: { unreadable: "403" } } } }, WITH_KEY, "key-rotation unknown: 403"],
  [
    { key: { value: { ...KEY, policy: { value: [] } } } },
    WITH_KEY,
    "key-policy fail: it lacks DelegateToIam, DenyUseOutsideS3, DenyUseForOtherObjects, DenyDeletion, DenyDeletionInUse",
  ],
  [
    { logs: { value: { bucket: "x", prefix: "" } } },
    {},
    'logs fail: they go to "x", but the config has no access logs',
  ],
  [{ replicas: { value: ["arn:aws:s3:::thief"] } }, {}, 'replication fail: S3 copies them to "arn:aws:s3:::thief"'],
  [
    { notifications: { value: { eventBridge: false, targets: ["arn:q"] } } },
    {},
    'notifications fail: events go to "arn:q"',
  ],
  [
    { notifications: { value: { eventBridge: true, targets: [] } } },
    {},
    'notifications fail: events go to "EventBridge"',
  ],
  [
    { notifications: { value: { eventBridge: false, targets: [] } } },
    WITH_EVENTS,
    "notifications fail: EventBridge gets no events, but the config turns it on",
  ],
  [
    { notifications: { value: { eventBridge: true, targets: ["arn:q"] } } },
    WITH_EVENTS,
    'notifications fail: events go to "arn:q"',
  ],
  [{ abac: { value: true } }, {}, "abac fail: attribute-based access control (ABAC) is on"],
  [{ abac: { unreadable: "403 AccessDenied" } }, {}, "abac unknown: 403 AccessDenied"],
  [
    { metadataTables: { value: "arn:aws:s3tables:r:1:bucket/t" } },
    {},
    'metadata-tables fail: S3 writes a metadata table into "arn:aws:s3tables:r:1:bucket/t"',
  ],
  [
    { inventories: { value: ["arn:aws:s3:::lists"] } },
    {},
    'inventory fail: S3 writes inventory reports into "arn:aws:s3:::lists"',
  ],
  [
    { objectLock: { value: { retention: { mode: "COMPLIANCE", days: 1 } } } },
    {},
    "object-lock fail: Object Lock (COMPLIANCE) keeps each version of a state or lock for 1 day: nobody deletes one earlier, and S3 trims no history earlier. A lock is still released, by a delete marker",
  ],
  [{ objectLock: { unreadable: "503 SlowDown" } }, {}, "object-lock unknown: 503 SlowDown"],
])("%j does not pass", (change, part, expected) => {
  expect(findings(change, part)).toEqual([expected]);
});

it("events to EventBridge and settings that somebody made pass in a bucket without a config", () => {
  const notifications = { value: { eventBridge: true, targets: [] } };
  const expected = { bucket: { name: "b" }, guard: papersOf(home()).guard, synthesized: false };
  const handmade = { abac: { value: true }, metadataTables: { value: "t" }, inventories: { value: ["arn:b"] } };
  const found = runChecks([...SURROUNDINGS_CHECKS, ...HANDMADE_CHECKS], expected, {
    ...{ ...good, notifications, ...handmade, objectLock: { value: { retention: { mode: "GOVERNANCE", days: 1 } } } },
  });
  expect(found.filter(({ result }) => result !== "pass")).toEqual([]);
});
