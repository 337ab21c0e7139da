import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as Connect from "../../lib/aws/connect";
import { forEachLimited } from "../../lib/for-each-limited";
import { FAULT_KINDS } from "../support/faults/fault-kinds";
import { faultsPage, type Case, type Row } from "../support/faults/page";
import { callText, play } from "../support/faults/play";
import { HOME, scenarios, type Scenario } from "../support/faults/scenarios";
import { synthesizedFolder } from "../support/synthesized-folder";

/** How long a run waits for an answer here; a machine that is busy must not look like an S3 that is. */
const PATIENCE = 6_000;
const IDLE_AT_A_TIME = 50;
const BUSY_AT_A_TIME = 6;
const isSlow = ({ kind }: Case): boolean => kind.fault === "slow" || kind.fault === "stall";
const PAGE = join(__dirname, "..", "..", "docs", "faults.md");

jest.mock("../../lib/aws/connect", () => {
  const actual = jest.requireActual<typeof Connect>("../../lib/aws/connect");
  return {
    ...actual,
    s3Client: (place: Parameters<typeof actual.s3Client>[0]) => {
      const client = actual.s3Client(place);
      const handler = client.config.requestHandler as unknown as {
        updateHttpClientConfig(key: string, value: number): void;
      };
      for (const timeout of ["requestTimeout", "socketTimeout"]) handler.updateHttpClientConfig(timeout, PATIENCE);
      return client;
    },
  };
});

jest.setTimeout(300_000);

describe("every call that a command makes of S3, with every fault", () => {
  let folder = "";
  const rows: Row[] = [];
  const COMMANDS = scenarios(() => folder);

  beforeAll(async () => {
    folder = synthesizedFolder(HOME);
    const cases: Case[] = [];
    for (const scenario of COMMANDS)
      for (const call of (await play(scenario)).calls)
        cases.push(...FAULT_KINDS.map((kind) => ({ scenario, call, kind })));
    const found = new Map<Case, Row>();
    const collect = async (each: Case): Promise<void> => {
      found.set(each, { ...each, ...(await play(each.scenario, each)) });
    };
    // Runs that wait for an answer need no processor meanwhile.
    await Promise.all([
      forEachLimited(cases.filter(isSlow), IDLE_AT_A_TIME, collect),
      forEachLimited(
        cases.filter((each) => !isSlow(each)),
        BUSY_AT_A_TIME,
        collect,
      ),
    ]);
    rows.push(...cases.flatMap((each) => found.get(each) ?? []));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const of = (scenario: Scenario): Row[] => rows.filter((row) => row.scenario === scenario);

  it.each(COMMANDS.map((scenario) => [scenario.command, scenario] as const))(
    "%s: the exit code is right, what it says is true, and nothing is lost",
    (_name, scenario) => {
      const wrong = of(scenario).flatMap(({ call, kind, ...played }) =>
        played.wrong.map((what) => `${callText(call)}, ${kind.name}${kind.lasting ? ", lasting" : ""}: ${what}`),
      );
      expect(wrong).toEqual([]);
      expect(of(scenario).length).toBeGreaterThan(FAULT_KINDS.length);
    },
  );

  it("no command prints what a state holds", () => {
    expect(rows.filter(({ run }) => (run.stdout + run.stderr).includes("CANARY"))).toEqual([]);
  });

  it("docs/faults.md says what was found", () => {
    const page = faultsPage(rows);
    if (process.env["STATELOCK_WRITE_PROOF"] === "1") writeFileSync(PAGE, page);
    expect(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "").toBe(page);
  });
});
