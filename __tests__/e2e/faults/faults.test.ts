import { rmSync } from "node:fs";
import type * as Providers from "@aws-sdk/credential-providers";
import type * as Connect from "../../../lib/aws/connect";
import { forEachLimited } from "../../../lib/work/for-each-limited";
import type { AttachedCommand } from "../../../lib/programs/run-attached";
import { BOOTSTRAP_SCENARIOS } from "../../support/faults/bootstrap-scenarios";
import { MIGRATE_SCENARIOS, removeProjects } from "../../support/faults/migrate-scenarios";
import { FAULT_KINDS, type FaultKind } from "../../support/faults/fault-kinds";
import { eachFault, faultsPage, type Case, type Row } from "../../support/faults/page";
import { HISTORY_SCENARIOS } from "../../support/faults/history-scenarios";
import { callText, play, type Call, type Played } from "../../support/faults/play";
import { ofThisRun, settingsOfThisRun } from "../../support/faults/run-place";
import { RUN_SCENARIOS, terraformOf } from "../../support/faults/run-scenarios";
import { HOME, HOME_WITH_KEY, scenarios, type Scenario } from "../../support/faults/scenarios";
import { inBackground } from "../../support/steps/in-background";
import { evidenceProblems, FULL } from "../../support/full";
import { STEP_SCENARIOS } from "../../support/faults/step-scenarios";
import { synthesizedFolder } from "../../support/synthesized-folder";

/** How many runs there are at one time: those that work, those that pause between answers, those that wait for one. */
const [BUSY, PAUSING, IDLE] = [4, 8, 24];
const isIdle = ({ fault }: FaultKind): boolean => fault === "slow" || fault === "stall";
const isSlow = ({ kind }: Case): boolean => isIdle(kind);
const waits = ({ scenario }: Case): boolean => scenario.waits === true;

/** The calls of a command that are played: all, or in the sample the first that writes, otherwise the last. */
function sampledCalls(calls: readonly Call[]): readonly Call[] {
  const one = calls.find(({ operation }) => /^(\w+:)?(Put|Delete|Update)/.test(operation)) ?? calls.at(-1);
  return FULL || one === undefined ? calls : [one];
}

/**
 * The faults of a command: all, or in the sample every fifth, others for each command. A command that gives each look at AWS
 * its time would wait through it.
 */
function sampledKinds({ kinds = FAULT_KINDS, looks }: Scenario, command: number): readonly FaultKind[] {
  if (FULL) return kinds;
  return kinds.filter((kind, index) => (index + command) % 5 === 0 && !(looks === true && isIdle(kind)));
}

jest.mock("../../../lib/aws/connect", () => {
  const actual = jest.requireActual<typeof Connect>("../../../lib/aws/connect");
  const { s3Client, iamClient, kmsClient, stsClient, dynamoDbClient } = actual;
  return {
    ...actual,
    s3Client: (place: Connect.AwsPlace) => ofThisRun(s3Client(place)),
    iamClient: (place: Connect.AwsPlace) => ofThisRun(iamClient(place)),
    kmsClient: (place: Connect.AwsPlace) => ofThisRun(kmsClient(place)),
    stsClient: (place: Connect.AwsPlace) => ofThisRun(stsClient(place)),
    dynamoDbClient: (place: Connect.AwsPlace) => ofThisRun(dynamoDbClient(place)),
  };
});

// The client that assumes a role is the SDK's own: it is known by its settings alone.
jest.mock("@aws-sdk/credential-providers", () => {
  const actual = jest.requireActual<typeof Providers>("@aws-sdk/credential-providers");
  const fromTemporaryCredentials: typeof actual.fromTemporaryCredentials = (options) =>
    actual.fromTemporaryCredentials({ ...options, clientConfig: settingsOfThisRun(options.clientConfig) });
  return { ...actual, fromTemporaryCredentials };
});

jest.mock("../../../lib/programs/run-attached", () => ({
  runAttached: (command: AttachedCommand) => Promise.resolve(terraformOf(command)),
}));

describe("commands whose calls of AWS fail", () => {
  let [folder, folderWithKey] = ["", ""];
  const COMMANDS = [
    ...scenarios(
      () => folder,
      () => folderWithKey,
    ),
    ...RUN_SCENARIOS,
    ...HISTORY_SCENARIOS,
    ...MIGRATE_SCENARIOS,
    ...STEP_SCENARIOS,
    ...BOOTSTRAP_SCENARIOS,
  ];
  let untroubled: Promise<ReadonlyMap<Scenario, Played>>;
  let rows: Promise<readonly Row[]>;

  beforeAll(() => {
    process.setMaxListeners(0); // Every restore listens for Ctrl-C.
    // The ten seconds of a look are thirty here, so that a busy machine does not end one.
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    jest.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => timeout(milliseconds * 3));
    [folder, folderWithKey] = [synthesizedFolder(HOME), synthesizedFolder(HOME_WITH_KEY)];
    untroubled = inBackground(playUntroubled);
    rows = inBackground(async () => playFaults(await untroubled));
  });

  afterAll(async () => {
    await rows.catch(() => undefined);
    for (const made of [folder, folderWithKey]) rmSync(made, { recursive: true });
    removeProjects();
  });

  async function playUntroubled(): Promise<ReadonlyMap<Scenario, Played>> {
    const found = new Map<Scenario, Played>();
    for (const scenario of COMMANDS) found.set(scenario, await play(scenario));
    return found;
  }

  async function playFaults(without: ReadonlyMap<Scenario, Played>): Promise<readonly Row[]> {
    const cases: Case[] = COMMANDS.flatMap((scenario, command) =>
      sampledCalls(without.get(scenario)?.calls ?? []).flatMap((call) =>
        sampledKinds(scenario, command).map((kind) => ({ scenario, call, kind })),
      ),
    );
    const found = new Map<Case, Row>();
    const collect = async (each: Case): Promise<void> => {
      found.set(each, { ...each, ...(await play(each.scenario, each)) });
    };
    const [slow, rest] = [cases.filter(isSlow), cases.filter((each) => !isSlow(each))];
    const busy = forEachLimited(
      rest.filter((each) => !waits(each)),
      BUSY,
      collect,
    );
    await Promise.all([busy, forEachLimited(rest.filter(waits), PAUSING, collect)]);
    await forEachLimited(slow, IDLE, collect);
    return cases.flatMap((each) => found.get(each) ?? []);
  }

  it("without a fault, every command succeeds", async () => {
    const wrong = [...(await untroubled)].map(([{ command }, played]) => [command, ...played.wrong]);
    expect(wrong.filter(([, ...what]) => what.length > 0)).toEqual([]);
  });

  it.each(COMMANDS.map((scenario, index) => [scenario.command, scenario, index] as const))(
    "%s: the exit code is right, what it says is true, and nothing is lost",
    async (_name, scenario, index) => {
      const ofCommand = (await rows).filter((row) => row.scenario === scenario);
      const wrong = ofCommand.flatMap(({ call, kind, ...played }) =>
        played.wrong.map((what) => `${callText(call)}, ${kind.name}${kind.lasting ? ", lasting" : ""}: ${what}`),
      );
      expect(wrong).toEqual([]);
      expect(ofCommand.length).toBeGreaterThanOrEqual(sampledKinds(scenario, index).length);
    },
  );

  it("no command prints what a state holds", async () => {
    expect((await rows).filter(({ run }) => (run.stdout + run.stderr).includes("CANARY"))).toEqual([]);
  });

  it("docs/evidence/faults.md shows the measured results", async () => {
    expect(evidenceProblems("faults.md", faultsPage(await rows, await untroubled), eachFault)).toEqual([]);
  });
});
