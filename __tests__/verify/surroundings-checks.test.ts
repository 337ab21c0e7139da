import { papersOf } from "../../lib/home/papers";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { runChecks } from "../../lib/verify/check";
import type { Surroundings } from "../../lib/verify/surroundings";
import { SURROUNDINGS_CHECKS } from "../../lib/verify/surroundings-checks";
import { home, KEY_ARN, type ConfigPart, keyPolicyOf } from "../support/home";

const good: Surroundings = {
  presence: { value: "ours" },
  region: { value: "eu-central-1" },
  key: { value: undefined },
  logs: { value: undefined },
  replicas: { value: undefined },
  notifications: { value: { eventBridge: false, targets: [] } },
};
const WITH_KEY: ConfigPart = { bucket: { encryption: { type: "created-key", alias: "alias/acme" } } };
const KEY = {
  arn: KEY_ARN,
  state: "Enabled",
  aliases: { value: ["alias/acme"] },
  rotates: { value: true },
  policy: { value: keyPolicyOf(home(WITH_KEY)).Statement },
};

const WITH_EVENTS: ConfigPart = { bucket: { eventBridge: true } };

function findings(change: Partial<Surroundings>, part: ConfigPart = {}): string[] {
  const papers = papersOf(home(part));
  const { guard, keyPolicy } = papers;
  return runChecks(
    SURROUNDINGS_CHECKS,
    { bucket: buildInventory(papers).bucket, guard, keyPolicy },
    { ...good, ...change },
  )
    .filter(({ result }) => result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

it("a bucket that is as synthesized is fine", () => {
  expect(findings({})).toEqual([]);
  expect(findings({ key: { value: KEY } }, WITH_KEY)).toEqual([]);
  expect(findings({ notifications: { value: { eventBridge: true, targets: [] } } }, WITH_EVENTS)).toEqual([]);
});

it.each<[Partial<Surroundings>, ConfigPart, string]>([
  [{ presence: { value: "absent" } }, {}, "presence fail: there is no such bucket"],
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
    `key-alias fail: the alias alias/acme does not belong to the default key ${KEY_ARN}`,
  ],
  [{ key: { value: { ...KEY, rotates: { value: false } } } }, WITH_KEY, "key-rotation fail: yearly rotation is off"],
  [{ key: { value: { ...KEY, rotates: { unreadable: "403" } } } }, WITH_KEY, "key-rotation unknown: 403"],
  [
    { key: { value: { ...KEY, policy: { value: [] } } } },
    WITH_KEY,
    "key-policy fail: it lacks DelegateToIam, DenyUseOutsideS3, DenyUseForOtherObjects, DenyDeletion",
  ],
  [{ logs: { value: { bucket: "x", prefix: "" } } }, {}, 'logs fail: they go to "x", and the config knows of none'],
  [{ replicas: { value: ["arn:aws:s3:::thief"] } }, {}, 'replication fail: they are copied to "arn:aws:s3:::thief"'],
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
    "notifications fail: EventBridge is not told, and the config says that it is",
  ],
  [
    { notifications: { value: { eventBridge: true, targets: ["arn:q"] } } },
    WITH_EVENTS,
    'notifications fail: events go to "arn:q"',
  ],
])("%j is not", (change, part, expected) => {
  expect(findings(change, part)).toEqual([expected]);
});

it("EventBridge is nobody's business in a bucket that was not synthesized", () => {
  const notifications = { value: { eventBridge: true, targets: [] } };
  const expected = { bucket: { name: "b" }, guard: papersOf(home()).guard, synthesized: false };
  const found = runChecks(SURROUNDINGS_CHECKS, expected, { ...good, notifications });
  expect(found.filter(({ result }) => result !== "pass")).toEqual([]);
});
