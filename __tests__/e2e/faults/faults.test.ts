import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as Providers from "@aws-sdk/credential-providers";
import type * as Connect from "../../../lib/aws/connect";
import { forEachLimited } from "../../../lib/work/for-each-limited";
import type { AttachedCommand } from "../../../lib/programs/run-attached";
import { MIGRATE_SCENARIOS, removeProjects } from "../../support/faults/migrate-scenarios";
import { FAULT_KINDS } from "../../support/faults/fault-kinds";
import { faultsPage, type Case, type Row } from "../../support/faults/page";
import { HISTORY_SCENARIOS } from "../../support/faults/history-scenarios";
import { callText, play, type Played } from "../../support/faults/play";
import { ofThisRun, settingsOfThisRun } from "../../support/faults/run-place";
import { RUN_SCENARIOS, terraformOf } from "../../support/faults/run-scenarios";
import { HOME, HOME_WITH_KEY, scenarios, type Scenario } from "../../support/faults/scenarios";
import { synthesizedFolder } from "../../support/synthesized-folder";

/** How long a run waits for an answer here; a machine that is busy must not look like an S3 that is. */
const PATIENCE = 6_000;
const IDLE_AT_A_TIME = 80;
const BUSY_AT_A_TIME = 6;
/** Between two answers some commands pause, and some faults make them. */
const SOME_AT_A_TIME = 24;
const isSlow = ({ kind }: Case): boolean => kind.fault === "slow" || kind.fault === "stall";
const waits = ({ scenario }: Case): boolean => scenario.waits === true;
const PAGE = join(__dirname, "..", "..", "..", "docs", "faults.md");

jest.mock("../../../lib/aws/connect", () => {
  const actual = jest.requireActual<typeof Connect>("../../../lib/aws/connect");
  const { s3Client, iamClient, kmsClient, stsClient, dynamoDbClient } = actual;
  return {
    ...actual,
    s3Client: (place: Connect.AwsPlace) => ofThisRun(s3Client(place), PATIENCE),
    iamClient: (place: Connect.AwsPlace) => ofThisRun(iamClient(place), PATIENCE),
    kmsClient: (place: Connect.AwsPlace) => ofThisRun(kmsClient(place), PATIENCE),
    stsClient: (place: Connect.AwsPlace) => ofThisRun(stsClient(place), PATIENCE),
    dynamoDbClient: (place: Connect.AwsPlace) => ofThisRun(dynamoDbClient(place), PATIENCE),
  };
});

// The client that assumes a role is the SDK's own: it is known by its settings alone.
jest.mock("@aws-sdk/credential-providers", () => {
  const actual = jest.requireActual<typeof Providers>("@aws-sdk/credential-providers");
  const fromTemporaryCredentials: typeof actual.fromTemporaryCredentials = (options) =>
    actual.fromTemporaryCredentials({ ...options, clientConfig: settingsOfThisRun(options.clientConfig, PATIENCE) });
  return { ...actual, fromTemporaryCredentials };
});

jest.mock("../../../lib/programs/run-attached", () => ({
  runAttached: (command: AttachedCommand) => Promise.resolve(terraformOf(command)),
}));

jest.setTimeout(300_000);

describe("every call that a command makes of AWS, with every fault", () => {
  let [folder, folderWithKey] = ["", ""];
  const rows: Row[] = [];
  const untroubled = new Map<Scenario, Played>();
  const COMMANDS = [
    ...scenarios(
      () => folder,
      () => folderWithKey,
    ),
    ...RUN_SCENARIOS,
    ...HISTORY_SCENARIOS,
    ...MIGRATE_SCENARIOS,
  ];

  beforeAll(async () => {
    process.setMaxListeners(0); // Every restore listens for Ctrl-C.
    [folder, folderWithKey] = [synthesizedFolder(HOME), synthesizedFolder(HOME_WITH_KEY)];
    const cases: Case[] = [];
    for (const scenario of COMMANDS) {
      const played = await play(scenario);
      untroubled.set(scenario, played);
      for (const call of played.calls)
        cases.push(...(scenario.kinds ?? FAULT_KINDS).map((kind) => ({ scenario, call, kind })));
    }
    const found = new Map<Case, Row>();
    const collect = async (each: Case): Promise<void> => {
      found.set(each, { ...each, ...(await play(each.scenario, each)) });
    };
    // Runs that wait for an answer need no processor meanwhile.
    await Promise.all([
      forEachLimited(cases.filter(isSlow), IDLE_AT_A_TIME, collect),
      forEachLimited(cases.filter(waits), SOME_AT_A_TIME, collect),
      forEachLimited(
        cases.filter((each) => !isSlow(each) && !waits(each)),
        BUSY_AT_A_TIME,
        collect,
      ),
    ]);
    rows.push(...cases.flatMap((each) => found.get(each) ?? []));
  });

  afterAll(() => {
    for (const made of [folder, folderWithKey]) rmSync(made, { recursive: true });
    removeProjects();
  });

  const of = (scenario: Scenario): Row[] => rows.filter((row) => row.scenario === scenario);

  it.each(COMMANDS.map((scenario) => [scenario.command, scenario] as const))(
    "%s: the exit code is right, what it says is true, and nothing is lost",
    (_name, scenario) => {
      const wrong = of(scenario).flatMap(({ call, kind, ...played }) =>
        played.wrong.map((what) => `${callText(call)}, ${kind.name}${kind.lasting ? ", lasting" : ""}: ${what}`),
      );
      expect([untroubled.get(scenario)?.wrong, wrong]).toEqual([[], []]);
      expect(of(scenario).length).toBeGreaterThanOrEqual((scenario.kinds ?? FAULT_KINDS).length);
    },
  );

  it("no command prints what a state holds", () => {
    expect(rows.filter(({ run }) => (run.stdout + run.stderr).includes("CANARY"))).toEqual([]);
  });

  it("docs/faults.md says what was found", () => {
    const page = faultsPage(rows, untroubled);
    if (process.env["STATELOCK_WRITE_PROOF"] === "1") writeFileSync(PAGE, page);
    expect(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "").toBe(page);
  });
});
