import { giveUpOn } from "./client-sockets";
import { inRun } from "./run-place";
import { startFakeS3, type FakeRequest, type FakeS3 } from "../../../lab/memory/memory-s3";
import { runStatelock, type Run } from "../run-command";
import type { FaultKind } from "./fault-kinds";
import { OTHER_LOCK, plant, STATE, STATE_TEXT, type Scenario } from "./scenarios";

/** One call that a command makes. */
export interface Call {
  readonly operation: string;
  readonly about: string;
  /** 1 for the first call of this operation about this thing. */
  readonly nth: number;
}

/** A call that goes wrong, and how. */
export interface PlantedFault {
  readonly call: Call;
  readonly kind: FaultKind;
}

/** What became of a run. */
export interface Played {
  readonly run: Run;
  readonly calls: readonly Call[];
  /** What the command said, in a few words, and what was left. */
  readonly told: string;
  /** What must never be: a wrong exit code, a lost object, an untrue word. */
  readonly wrong: readonly string[];
}

/** Runs a command against a bucket of its own, with a fault in one of its calls. */
export async function play(scenario: Scenario, planted?: PlantedFault): Promise<Played> {
  const s3 = await startFakeS3();
  try {
    (scenario.plant ?? plant)(s3);
    const calls: Call[] = [];
    const known = new Map<string, Call>();
    s3.onRequest((request) => {
      const isNew = !known.has(request.call);
      const call = known.get(request.call) ?? nextCall(request, calls);
      known.set(request.call, call);
      if (isNew) calls.push(call);
      if (planted === undefined || !isOf(call, planted.call)) return undefined;
      const { fault, lasting } = planted.kind;
      if (!lasting && !(isNew && call.nth === planted.call.nth)) return undefined;
      if (scenario.looks !== true && (fault === "slow" || fault === "stall")) giveUpOn(request.clientPort);
      return fault;
    });
    const run = await inRun(s3, () => runStatelock(scenario.args(s3), scenario.settings?.()));
    return {
      run,
      calls: inOrder(scenario, calls.filter(scenario.calls ?? (() => true))),
      told: `exit ${String(run.code)}: ${scenario.told(run, s3)}`,
      wrong: [...lost(s3, scenario), ...scenario.wrong(run, s3, planted)],
    };
  } finally {
    await s3.stop();
  }
}

/** Calls that are under way at one time come in any order. */
function inOrder({ parallel }: Scenario, calls: readonly Call[]): readonly Call[] {
  return parallel === true ? [...calls].sort((one, other) => (callText(one) < callText(other) ? -1 : 1)) : calls;
}

/** A call as it is named to people. */
export function callText({ operation, about, nth }: Call): string {
  const again = ["", ", a second time", ", a third time"][nth - 1] ?? `, time ${String(nth)}`;
  return `${operation}${about === "" ? "" : ` of ${about}`}${again}`;
}

function nextCall(request: FakeRequest, before: readonly Call[]): Call {
  const { operation } = request;
  const about = aboutText(request);
  const same = before.filter((call) => call.operation === operation && call.about === about);
  return { operation, about, nth: same.length + 1 };
}

/** The same thing, and not before it. */
function isOf(call: Call, planted: Call): boolean {
  return call.operation === planted.operation && call.about === planted.about && call.nth >= planted.nth;
}

function aboutText({ operation, key, query }: FakeRequest): string {
  if (operation.startsWith("dynamodb:") && key !== "") return key.endsWith("-md5") ? "the digest" : "the lock";
  if (/^\.statelock\/.*-\d\.tflock$/.test(key)) return "the race";
  if (key.startsWith(".statelock/")) return "the probe";
  if (key === OTHER_LOCK) return "another lock";
  if (key.endsWith(".tflock")) return "the lock";
  if (query["versionId"] !== undefined) return "a version of the state";
  if (key.startsWith("bootstrap/")) return "the bootstrap stack's state";
  return key === "" ? "" : "the state";
}

/** What no command may ever do, whatever S3 answers. */
function lost(s3: FakeS3, scenario: Scenario): string[] {
  const deletes = s3.requests.filter(({ method }) => method === "DELETE");
  return [
    ...(scenario.writes === true || s3.body(STATE) === STATE_TEXT ? [] : ["the state was touched"]),
    ...(s3.body(OTHER_LOCK) === undefined ? ["another's lock was deleted"] : []),
    ...(deletes.every(({ ifMatch }) => ifMatch?.startsWith('"') === true) ? [] : ["a delete without condition"]),
    ...s3.deleted.filter((body) => !scenario.mayDelete(body)).map((body) => `deleted ${body}`),
  ];
}
