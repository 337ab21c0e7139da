import { mkdtempSync, readFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { STORES, type StoreRules } from "../../lab/memory/store-rules";
import { fileLocks } from "../../lib/aws/file-locks";
import { s3Objects } from "../../lib/aws/s3-objects";
import { stateStore } from "../../lib/aws/s3-state-store";
import { moveState } from "../../lib/bootstrap/move-state";
import { releaseLeftLock, type StateLocks } from "../../lib/lock/hold-locks";
import { parseLockInfo, type LockInfo } from "../../lib/lock/lock-info";
import { auditSchema } from "../../lib/lock/release-audit";
import { tableAuditSchema } from "../../lib/lock/table-audit";
import { UserError } from "../../lib/problem/problem";
import { HISTORY_SCENARIOS } from "../support/faults/history-scenarios";
import { MIGRATE_SCENARIOS, removeProjects } from "../support/faults/migrate-scenarios";
import { inRun } from "../support/faults/run-place";
import { LOCK, STATE, type Scenario } from "../support/faults/scenarios";
import { sampledEntries } from "../support/full";
import { runStatelock, type Run } from "../support/run-command";

/** Each way in which a store proves a release, or does not. */
const SAMPLE = ["AWS S3", "MinIO", "MinIO without versions", "Ceph RGW", "versitygw without versions", "no ETag"];

const OWN = "5e1f5e1f-0000-4000-8000-000000000001";
let mockS3: FakeS3;

let mockEnded = { code: 137, output: "", interrupted: false };
let mockRuns = 0;

/** Terraform that takes its lock and is killed; if it runs again, it does its work. */
const mockTerraform = (): Promise<object> => {
  mockRuns += 1;
  if (mockRuns > 1) return Promise.resolve({ code: 0, output: "", log: "", interrupted: false });
  const who = `${userInfo().username}@${hostname()}`;
  mockS3.put(LOCK, lockBody(OWN, { Who: who, Created: new Date().toISOString() }));
  const lock = `tf_backend.lock.id=${OWN} tf_backend.lock.path=${mockS3.place.name}/${STATE}`;
  return Promise.resolve({ ...mockEnded, log: `[INFO] s3: Attempting to lock remote state: ${lock}\n` });
};

jest.mock("../../lib/programs/run-attached", () => ({ runAttached: () => mockTerraform() }));

beforeEach(async () => {
  mockS3 = await startFakeS3();
  mockRuns = 0;
  process.env["AWS_ENDPOINT_URL"] = mockS3.place.access?.endpointUrl ?? "";
});

afterEach(async () => {
  delete process.env["AWS_ENDPOINT_URL"];
  await mockS3.stop();
});

afterAll(removeProjects);

/** What a run printed, in whatever way it ended. */
type Work = () => Promise<Pick<Run, "stdout" | "stderr">>;

const played =
  (wanted: string, environment: Readonly<Record<string, string>> = {}): Work =>
  async () => {
    const scenario = [...HISTORY_SCENARIOS, ...MIGRATE_SCENARIOS].find(({ command }) => command === wanted);
    if (scenario === undefined) throw new Error(`no such command: ${wanted}`);
    scenario.plant?.(mockS3);
    return inRun(mockS3, () => runScenario(scenario, environment));
  };

function runScenario(scenario: Scenario, environment: Readonly<Record<string, string>>): Promise<Run> {
  const settings = scenario.settings?.();
  return runStatelock(scenario.args(mockS3), {
    ...settings,
    environment: { ...settings?.environment, ...environment },
  });
}

const locksRun =
  (ended: Partial<typeof mockEnded>, options: readonly string[]): Work =>
  () => {
    mockEnded = { code: 137, output: "", interrupted: false, ...ended };
    return runStatelock(["locks", "run", ...options, "--", "terraform", "apply"], {
      environment: { AWS_REGION: "eu-central-1" },
    });
  };

const MET_OWN = `Error: Error acquiring the state lock\n\nLock Info:\n  ID:   ${OWN}\n  Path: acme-tfstate/${STATE}\n`;

const MOVE: LockInfo = JSON.parse(lockBody(OWN, { Operation: "statelock bootstrap" })) as LockInfo;

/** The locks of a bootstrap run. */
function bootstrapLocks(): StateLocks {
  const { place } = mockS3;
  return { bucket: place.name, s3: fileLocks(place), table: undefined, releaseCommand: (_key, id) => `release ${id}` };
}

const bootstrap =
  (work: () => Promise<unknown>): Work =>
  async () => {
    try {
      return { stdout: JSON.stringify((await work()) ?? ""), stderr: "" };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { stdout: "", stderr: JSON.stringify(error.problems) };
    }
  };

const COMMANDS: Readonly<Record<string, Work>> = {
  restore: played("history restore, with a legacy table"),
  rollback: played("migrate rollback --to both"),
  scrub: played("migrate scrub"),
  "locks run, after a lost answer": locksRun({ code: 1, output: MET_OWN }, ["--lock-timeout", "0"]),
  "locks run --release-on-cancel": locksRun({}, ["--release-on-cancel"]),
  "bootstrap, which moves its state": bootstrap(() => {
    const move = { key: STATE, text: "{}", replaces: undefined, encryption: undefined, lock: MOVE };
    return moveState(stateStore(s3Objects(mockS3.place)), bootstrapLocks(), move);
  }),
  "bootstrap, after a killed run": bootstrap(() => {
    mockS3.put(LOCK, lockBody(OWN));
    return releaseLeftLock(bootstrapLocks(), STATE, OWN);
  }),
};

/** Stores that return a lock as it is. */
const readable = Object.fromEntries(Object.entries(STORES).filter(([, rules]) => !("junk" in rules)));
const rows = Object.entries(sampledEntries<StoreRules>(readable, SAMPLE)).flatMap(([store, rules]) =>
  Object.entries(COMMANDS).map(([command, work]) => [command, store, rules, work] as const),
);

it.each(rows)(
  "%s on %s: a lock that changes hands before the delete survives",
  async (_command, store, rules, work) => {
    mockS3.play(rules);
    let changed = 0;
    mockS3.onRequest(({ method, key }) => {
      if (method !== "DELETE" || key !== LOCK) return undefined;
      changed += 1;
      if (changed === 1) mockS3.put(LOCK, lockBody("B"));
      return undefined;
    });
    const { stdout, stderr } = await work();
    expect(mockS3.deleted.filter((body) => body.includes('"ID":"B"'))).toEqual([]);
    // Without a delete, the lock was never taken, or the run names it.
    const left = parseLockInfo(mockS3.body(LOCK) ?? "")?.ID ?? "";
    expect(changed > 0 ? left : "B").toBe("B");
    expect(`${stdout}${stderr}, B`).toContain(left);
    // On AWS, each of them really releases.
    expect(store === "AWS S3" ? changed : 1).toBe(1);
    expect(mockS3.keys().filter((key) => key.startsWith(".statelock/"))).toEqual([]);
  },
);

it("the terminal and the audit file name the lock that a killed command left", async () => {
  const audit = join(mkdtempSync(join(tmpdir(), "statelock-audit-")), "audit.jsonl");
  mockEnded = { code: 137, output: "", interrupted: false };
  const { stderr } = await runStatelock(["locks", "run", "--", "terraform", "apply"], {
    environment: { AWS_REGION: "eu-central-1", STATELOCK_AUDIT_LOG: audit },
  });
  expect(stderr).toContain(`ID ${OWN}. Release it`);
  const line = { event: "lock-left", bucket: "acme-tfstate", stateKey: STATE, lock: { id: OWN } };
  expect(auditSchema.parse(JSON.parse(readFileSync(audit, "utf8")))).toMatchObject(line);
});

it.each([
  ["migrate scrub", "digest-removed"],
  ["migrate rollback --to both", "digest-rewritten"],
])("%s leaves a line in the audit file for the digest that it changes", async (command, event) => {
  const audit = join(mkdtempSync(join(tmpdir(), "statelock-audit-")), "audit.jsonl");
  await played(command, { STATELOCK_AUDIT_LOG: audit })();
  const lines = readFileSync(audit, "utf8").trimEnd().split("\n");
  const found = lines.map((line) => tableAuditSchema.parse(JSON.parse(line)));
  expect(found).toMatchObject([{ event, item: `acme-tfstate/${STATE}-md5`, certain: true }]);
});
