import { phaseSkipped, skippedPhases } from "../../../lib/migrate/live/phase-skipped";
import { withLooked, withMoved } from "../../../lib/migrate/live/sightings";
import { NOTHING_SEEN, type SeenRecord } from "../../../lib/record/migration-record";
import { scanned } from "../../support/fleet";
import { digestItem, liveState, minute, OTHER_MD5, TARGET } from "../../support/live-state";

const ON_DYNAMODB = { ...TARGET, phase: "dynamodb" } as const;
const table = { lock: { found: "nothing" }, digest: digestItem(OTHER_MD5) } as const;
const before = { runs: [{ taken: minute(1), released: minute(2) }], lastByClient: minute(1) };

/** The record of a root that went through these phases, one a minute. */
function reached(...phases: ("dynamodb" | "both" | "lockfile")[]): SeenRecord {
  const moments = phases.map((phase, at) => [phase, minute(at).toISOString()]);
  return { version: 1, states: { "b/app": { reached: Object.fromEntries(moments) as object } } };
}

describe("a root on dynamodb", () => {
  it("skipped both if the record has its state on lockfile, and not on both since", () => {
    const record = reached("dynamodb", "both", "lockfile");
    expect(phaseSkipped(ON_DYNAMODB, liveState(), record)?.message).toContain("on lockfile since");
    expect(phaseSkipped(TARGET, liveState(), record)).toBeUndefined();
    expect(phaseSkipped({ ...TARGET, phase: "lockfile" }, liveState(), record)).toBeUndefined();
    expect(phaseSkipped(ON_DYNAMODB, liveState(), reached("lockfile", "both"))).toBeUndefined();
    expect(phaseSkipped(ON_DYNAMODB, liveState(), reached("lockfile", "both", "dynamodb"))).toBeUndefined();
  });

  it("still skipped it after a look was recorded, until it moves to both", () => {
    const looked = withLooked(reached("both", "lockfile"), [ON_DYNAMODB], minute(9));
    expect(phaseSkipped(ON_DYNAMODB, liveState(), looked)).toMatchObject({ code: "phase-skipped" });
    const moved = withMoved(looked, [ON_DYNAMODB], "both", minute(10));
    expect(phaseSkipped(ON_DYNAMODB, liveState(), moved)).toBeUndefined();
  });

  it("skipped both if a client on lockfile wrote its state last", () => {
    const found = phaseSkipped(ON_DYNAMODB, liveState({ table }), NOTHING_SEEN);
    expect(found?.message).toContain(`a client on lockfile wrote its state at ${minute(5).toISOString()}`);
    expect(found?.fix).toContain("statelock migrate apply --to both --root live/app");
    expect(phaseSkipped(ON_DYNAMODB, liveState(), NOTHING_SEEN)).toBeUndefined();
    const unlocked = liveState({ table, fileRuns: { found: "runs", ...before } });
    expect(phaseSkipped(ON_DYNAMODB, unlocked, NOTHING_SEEN)).toBeUndefined();
  });
});

it("a scan reports each root on dynamodb whose state the record has on lockfile", async () => {
  const backend = (key: string, more: string): string =>
    `terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "${key}"\n    ${more}\n  }\n}\n`;
  const { configurations } = await scanned({
    "a/main.tf": backend("app", 'dynamodb_table = "locks"'),
    "b/main.tf": backend("other", 'dynamodb_table = "locks"'),
    "c/main.tf": backend("app", "use_lockfile = true"),
  });
  const found = skippedPhases(configurations, reached("dynamodb", "both", "lockfile"));
  expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual(["phase-skipped a/main.tf:2"]);
});
