import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import { stateReader } from "../../lib/aws/read-state-posture";
import { readPosture } from "../../lib/aws/read-posture";
import { readSurroundings } from "../../lib/aws/read-surroundings";
import { forEachLimited } from "../../lib/work/for-each-limited";
import type { InventoryConsumer } from "../../lib/inventory/inventory";
import { digestItemId } from "../../lib/lock/lock-table";
import { runChecks, type Expectation, type Finding } from "../../lib/verify/check";
import { POSTURE_CHECKS } from "../../lib/verify/posture-checks";
import {
  consumerFindings,
  declaredDefault,
  otherLocksFinding,
  type ConsumerPosture,
  type StatePosture,
} from "../../lib/verify/consumer-checks";
import { couldNotTell, NO_BUCKET, type Reading } from "../../lib/verify/posture";
import { SURROUNDINGS_CHECKS } from "../../lib/verify/surroundings-checks";
import type { OpenedBucket } from "../options/bucket-options";
import { surveyOf, type StatePlace, type Survey, type Surveyed } from "./verify-survey";

/** Consumers, and states of each, that are looked at at a time. */
const CONCURRENCY = 8;

/** Everything about the bucket and its consumers that reading shows. `say`: told of what is being looked at. */
export async function bucketFindings(
  opened: OpenedBucket,
  expected: Expectation,
  say: (text: string) => void,
): Promise<Finding[]> {
  const { place, inventory } = opened;
  const posture = await readPosture(place);
  const surroundings = await readSurroundings(place, posture.encryption);
  const { presence } = surroundings;
  const isAbsent = "value" in presence && presence.value === "absent";
  const survey = isAbsent ? NOTHING_TO_SEE : await surveyOf(opened, say);
  const look = isAbsent ? () => Promise.resolve(NO_STATE) : stateLook(opened);
  const byDefault = declaredDefault(inventory?.bucket.encryption ?? { type: "sse-s3" }, surroundings.key);
  const consumers = inventory?.consumers ?? [];
  const ofConsumers = new Map<string, Finding[]>();
  await forEachLimited(consumers, CONCURRENCY, async (consumer) => {
    const found = await consumerPosture(consumer, await survey.ofConsumer(consumer), look);
    ofConsumers.set(consumer.name, consumerFindings(consumer, found, byDefault));
    say(`${String(ofConsumers.size)} of ${String(consumers.length)} consumers`);
  });
  return [
    ...runChecks(SURROUNDINGS_CHECKS, expected, surroundings),
    ...runChecks(POSTURE_CHECKS, expected, posture),
    ...consumers.flatMap(({ name }) => ofConsumers.get(name) ?? []),
    otherLocksFinding(survey.others),
  ];
}

async function consumerPosture(
  consumer: InventoryConsumer,
  { workspaces, locks }: Surveyed,
  look: StateLook,
): Promise<ConsumerPosture> {
  const own: StatePlace = { key: consumer.stateKey, workspace: undefined };
  const places = [own, ...("value" in workspaces ? (workspaces.value ?? []) : [])];
  const states = new Map<string, StatePosture>();
  await forEachLimited(places, CONCURRENCY, async (state) => {
    states.set(state.key, await look(consumer, state));
  });
  const mayHaveMore = "unreadable" in workspaces && consumer.workspaceKeyPrefix !== undefined;
  return {
    states: places.flatMap(({ key }) => states.get(key) ?? []),
    workspacesUnreadable: mayHaveMore ? workspaces : undefined,
    locks,
  };
}

/** What there is to see of a bucket that does not exist. */
const NOTHING_TO_SEE: Survey = {
  ofConsumer: () => Promise.resolve({ workspaces: { value: [] }, locks: NO_BUCKET }),
  others: NO_BUCKET,
};
const NO_STATE: StatePosture = { workspace: undefined, encryption: NO_BUCKET, history: NO_BUCKET };

type StateLook = (consumer: InventoryConsumer, state: StatePlace) => Promise<StatePosture>;

/** Looks at a state, and at the digest that a consumer which has left the legacy table should no longer have there. */
function stateLook({ place, inventory }: OpenedBucket): StateLook {
  const read = stateReader(place);
  const table = inventory?.legacyTable === undefined ? undefined : lockTable({ ...place, name: inventory.legacyTable });
  const digestOf = async (key: string): Promise<Reading<string>> => {
    const id = digestItemId(place.name, key);
    const found = await table?.read(id);
    if (found?.found === "unreadable") return couldNotTell(found.problem);
    return { value: found?.found === "item" ? id : undefined };
  };
  return async ({ locking }, { key, workspace }) => {
    const hasLeft = table !== undefined && locking === "lockfile";
    const [state, digest] = await Promise.all([read(key), hasLeft ? digestOf(key) : undefined]);
    return { workspace, ...state, digest };
  };
}
