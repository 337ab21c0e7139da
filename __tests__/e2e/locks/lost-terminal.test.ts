import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROBE_PREFIX } from "../../../lib/state/state-keys";
import { forEachLimited } from "../../../lib/work/for-each-limited";
import { inheritedEnvironment } from "../../../lab/machine/child-environment";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { openTerminal, type TerminalWindow } from "../../../lab/machine/terminal-window";
import { startFakeS3, type FakeRequest, type FakeS3 } from "../../../lab/memory/memory-s3";
import { FULL, sampled, sampledEntries } from "../../support/full";
import { HISTORY_SCENARIOS } from "../../support/faults/history-scenarios";
import { BOOTSTRAP_SCENARIOS, BOOTSTRAP_STATE } from "../../support/faults/bootstrap-scenarios";
import { MIGRATE_SCENARIOS, projectOf, removeProjects } from "../../support/faults/migrate-scenarios";
import { STEP_SCENARIOS } from "../../support/faults/step-scenarios";
import { inRun } from "../../support/faults/run-place";
import { LOCK, plant, scenarios, STATE, type Scenario } from "../../support/faults/scenarios";
import { bucketFlags, type RunSettings } from "../../support/run-command";

const LOCK_ITEM = `acme-tfstate/${STATE}`;
const ENGINE = join(__dirname, "..", "..", "support", "fixtures", "fake-engine.mjs");

/** A root whose Terraform locks its state. */
const withEngine = (command: string, args: readonly string[]): Terminated => ({
  command,
  args: () => [...args],
  settings: () => {
    const { workingDirectory } = projectOf("use_lockfile = true")();
    return { workingDirectory, environment: { TERRAFORM_BINARY_NAME: ENGINE } };
  },
});

/** A command, and whether its store is probed because it is not AWS. */
type Terminated = Pick<Scenario, "command" | "args" | "settings" | "plant"> & { readonly isProbed?: boolean };

/** Commands that take a lock themselves, in S3 and in DynamoDB, and commands whose Terraform takes one. */
const SCENARIOS: readonly Terminated[] = [
  ...[...HISTORY_SCENARIOS, ...MIGRATE_SCENARIOS, ...STEP_SCENARIOS, ...BOOTSTRAP_SCENARIOS].filter(({ command }) =>
    [
      ...["history restore, with a legacy table", "migrate rollback --to both", "migrate scrub"],
      ...["migrate apply --to lockfile", "migrate retire --yes", "bootstrap, which moves its state"],
    ].includes(command),
  ),
  withEngine("locks run", ["locks", "run", "--", ENGINE, "apply"]),
  withEngine("migrate init", ["migrate", "init"]),
  ...scenarios(nowhere, nowhere).flatMap((each) => (each.command === "locks release" ? [{ ...each, plant }] : [])),
  { command: "verify", args: (s3) => ["verify", ...bucketFlags(s3)], plant },
  ...(FULL ? HISTORY_SCENARIOS.filter(({ command }) => command.includes("restore")).map(onProbedStore) : []),
];

function nowhere(): string {
  return "";
}

function onProbedStore(scenario: Terminated): Terminated {
  return { ...scenario, command: `${scenario.command}, on a store that is not AWS`, isProbed: true };
}

/** Ctrl-C until the command ends; the request at which it begins gets no answer. */
const IMPATIENT = "Ctrl-C, again and again";

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
  SIGQUIT: (window) => {
    window.signal("SIGQUIT");
  },
  [IMPATIENT]: (window) => {
    const type = (): void => {
      window.type("\u0003");
    };
    type();
    const typing = setInterval(type, 300);
    const stop = (): void => {
      clearInterval(typing);
    };
    window.done.then(stop, stop);
  },
};

/** Where the output goes that nobody gets, as a shell's script. */
const OUTPUTS: Readonly<Record<string, string>> = {
  "| head -1": '"$@" 2>&1 | head -1',
  "> /dev/full": '"$@" > /dev/full 2>&1',
  ">&-": '"$@" >&- 2>&-',
};

/** The lock that is there before `verify` and `locks release`. */
const PLANTED = "A";

interface Ended {
  /** On the terminal, and in the audit file. */
  readonly shown: string;
  /** Locks and probes that are still there. */
  readonly ids: readonly string[];
  readonly requests: readonly FakeRequest[];
}

/** Runs a command in a terminal; the event happens as its nth request arrives. */
async function run(scenario: Terminated, event: string, nth: number): Promise<Ended> {
  const s3 = await startFakeS3();
  try {
    scenario.plant?.(s3);
    const planted = s3.body(LOCK) ?? "";
    const { workingDirectory = PROJECT_ROOT, environment }: RunSettings = await inRun(s3, () =>
      Promise.resolve(scenario.settings?.() ?? {}),
    );
    let count = 0;
    s3.onRequest(() => {
      count += 1;
      if (count !== nth) return undefined;
      EVENTS[event]?.(window);
      return event === IMPATIENT ? "slow" : undefined;
    });
    const audit = join(mkdtempSync(join(tmpdir(), "statelock-audit-")), "audit.jsonl");
    const args = scenario.args(s3).filter((arg) => arg !== "--json");
    const command = [process.execPath, join(PROJECT_ROOT, "bin", "statelock.js"), ...args];
    const [program = "", ...rest] = event in OUTPUTS ? ["sh", "-c", OUTPUTS[event] ?? "", "sh", ...command] : command;
    const window = openTerminal(program, rest, {
      cwd: workingDirectory,
      env: {
        ...inheritedEnvironment(process.env),
        AWS_ENDPOINT_URL: s3.place.access?.endpointUrl ?? "",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "eu-central-1",
        TERM: "xterm",
        ...(scenario.isProbed === true ? {} : { STATELOCK_STORE: "aws" }),
        STATELOCK_AUDIT_LOG: audit,
        ...(environment as Record<string, string>),
      },
      columns: 1_000,
    });
    await window.done;
    const audited = existsSync(audit) ? readFileSync(audit, "utf8") : "";
    const isAudited = !s3.deleted.includes(planted) || audited.includes("lock-released");
    const ids = [...lockIds(s3), ...(isAudited ? [] : ["an audit line"])];
    return { shown: window.shown() + audited, ids, requests: s3.requests };
  } finally {
    await s3.stop();
  }
}

/** The IDs of the locks that a command took, the names of its probes, and what it says of a table without protection. */
function lockIds(s3: FakeS3): string[] {
  const probes = s3.keys().filter((key) => key.startsWith(PROBE_PREFIX));
  const locks = [LOCK, `${BOOTSTRAP_STATE}.tflock`].map((key) => s3.body(key));
  const bodies = [...locks, s3.services.items.get(LOCK_ITEM)?.["Info"]?.S];
  const ids = bodies.flatMap((body) => (body === undefined ? [] : (JSON.parse(body) as { ID: string }).ID));
  const open = s3.services.table?.protected === false ? ["without its deletion protection"] : [];
  return [...open, ...ids.filter((id) => id !== PLANTED), ...probes.map((key) => key.replace(/(-\d+)?\.tflock$/, ""))];
}

/** The event of the sample. In `test:full` it happens at twice as many requests as the others. */
const MAIN_EVENT = "the window closes";

/**
 * Requests at which an event happens: up to 25 of a command's in `test:full`, two in the sample. Each event has others, so
 * that every request of a command with up to 60 meets one.
 */
function moments(requests: readonly number[], event: string): readonly number[] {
  const every = Math.ceil(requests.length / (FULL ? (event === MAIN_EVENT ? 25 : 12) : 2));
  const others = event === MAIN_EVENT ? 0 : Object.keys(EVENTS).indexOf(event);
  return requests.filter((nth) => (nth + others) % every === 0);
}

/** Plays at one time: each waits for requests and pauses more than it works. */
const AT_ONCE = 3;

describe.each(SCENARIOS.map((scenario) => [scenario.command, scenario] as const))("%s in a terminal", (_, scenario) => {
  let undisturbed: Ended;
  let requests: number[];

  beforeAll(async () => {
    undisturbed = await run(scenario, "nothing", 0);
    requests = undisturbed.requests.map((_request, index) => index + 1);
  });

  afterAll(removeProjects);

  it("does its work when nothing happens", () => {
    expect(undisturbed.ids).toEqual([]);
    // The bucket of `verify` is not as it should be.
    expect(scenario.command === "verify" ? "" : undisturbed.shown).not.toContain("✖");
  });

  it.each(Object.keys(sampledEntries(EVENTS, [MAIN_EVENT])))(
    "releases or names each lock: %s, at each moment",
    async (event) => {
      const wrong: object[] = [];
      await forEachLimited(moments(requests, event), AT_ONCE, async (nth) => {
        const { shown, ids } = await run(scenario, event, nth);
        const unnamed = ids.filter((id) => !shown.includes(id));
        if (unnamed.length > 0) wrong.push({ nth, unnamed, shown });
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each(sampled(Object.keys(OUTPUTS), 3))(
    "releases each lock although nobody gets its output: %s",
    async (output) => {
      const { shown, ids } = await run(scenario, output, 0);
      expect({ ids, shown: ids.length === 0 ? "" : shown }).toEqual({ ids: [], shown: "" });
    },
  );
});
