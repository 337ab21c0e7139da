import { join } from "node:path";
import { inheritedEnvironment } from "../../../lab/machine/child-environment";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { openTerminal, type TerminalWindow } from "../../../lab/machine/terminal-window";
import { startFakeS3, type FakeRequest, type FakeS3 } from "../../../lab/memory/memory-s3";
import { sampled, sampledEntries } from "../../support/full";
import { HISTORY_SCENARIOS } from "../../support/faults/history-scenarios";
import { MIGRATE_SCENARIOS, removeProjects } from "../../support/faults/migrate-scenarios";
import { inRun } from "../../support/faults/run-place";
import { LOCK, STATE, type Scenario } from "../../support/faults/scenarios";
import type { RunSettings } from "../../support/run-command";

const LOCK_ITEM = `acme-tfstate/${STATE}`;

/** Commands that take a lock in S3 and one in DynamoDB. */
const SCENARIOS = [...HISTORY_SCENARIOS, ...MIGRATE_SCENARIOS].filter(({ command }) =>
  ["history restore, with a legacy table", "migrate rollback --to both", "migrate scrub"].includes(command),
);

/** What happens to the person in front of the command. */
const EVENTS: Readonly<Record<string, (window: TerminalWindow) => void>> = {
  "the window closes": (window) => {
    window.close();
  },
  SIGHUP: (window) => {
    window.signal("SIGHUP");
  },
  SIGTERM: (window) => {
    window.signal("SIGTERM");
  },
  "Ctrl-C": (window) => {
    window.type("\u0003");
  },
  "Ctrl-C twice": (window) => {
    window.type("\u0003");
    // A program that has ended in the meantime gets no second one.
    window.until("Stopping after").then(
      () => {
        window.type("\u0003");
      },
      () => undefined,
    );
  },
};

interface Ended {
  readonly shown: string;
  readonly ids: readonly string[];
  readonly requests: readonly FakeRequest[];
}

/** Runs a command in a terminal; the event happens as its nth request arrives. */
async function run(scenario: Scenario, event: string, nth: number): Promise<Ended> {
  const s3 = await startFakeS3();
  try {
    scenario.plant?.(s3);
    const settings: RunSettings = await inRun(s3, () => Promise.resolve(scenario.settings?.() ?? {}));
    let count = 0;
    s3.onRequest(() => {
      count += 1;
      if (count === nth) EVENTS[event]?.(window);
      return undefined;
    });
    const args = scenario.args(s3).filter((arg) => arg !== "--json");
    const window = openTerminal(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), ...args], {
      cwd: settings.workingDirectory ?? PROJECT_ROOT,
      env: {
        ...inheritedEnvironment(process.env),
        AWS_ENDPOINT_URL: s3.place.access?.endpointUrl ?? "",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "eu-central-1",
        TERM: "xterm",
      },
      columns: 1_000,
    });
    await window.done;
    return { shown: window.shown(), ids: lockIds(s3), requests: s3.requests };
  } finally {
    await s3.stop();
  }
}

function lockIds(s3: FakeS3): string[] {
  const bodies = [s3.body(LOCK), s3.services.items.get(LOCK_ITEM)?.["Info"]?.S];
  return bodies.flatMap((body) => (body === undefined ? [] : (JSON.parse(body) as { ID: string }).ID));
}

describe.each(SCENARIOS.map((scenario) => [scenario.command, scenario] as const))("%s in a terminal", (_, scenario) => {
  afterAll(removeProjects);

  it.each(Object.keys(sampledEntries(EVENTS, ["the window closes"])))(
    "releases or names each lock: %s, at every request",
    async (event) => {
      const undisturbed = await run(scenario, event, 0);
      expect(undisturbed.ids).toEqual([]);
      for (const nth of sampled(
        undisturbed.requests.map((_request, index) => index + 1),
        6,
      )) {
        const { shown, ids } = await run(scenario, event, nth);
        const unnamed = ids.filter((id) => !shown.includes(id));
        expect({ nth, unnamed, shown: unnamed.length === 0 ? "" : shown }).toEqual({ nth, unnamed: [], shown: "" });
      }
    },
  );
});
