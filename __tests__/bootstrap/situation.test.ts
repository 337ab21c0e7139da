import fc from "../support/fuzz";
import { routeFrom, type Situation } from "../../lib/bootstrap/situation";
import type { StateSnapshot } from "../../lib/bootstrap/state-snapshot";
import type { BootstrapRecord } from "../../lib/record/bootstrap-record";

const BUCKET = "acme-tfstate";

function state(serial: number, more: Partial<StateSnapshot> = {}): StateSnapshot {
  return { lineage: "line-1", serial, digest: `digest-${String(serial)}`, buckets: [BUCKET], ...more };
}

function record(more: Partial<BootstrapRecord> = {}): BootstrapRecord {
  const place = { bucket: BUCKET, region: "eu-central-1", account: "123456789012", key: "bootstrap/terraform.tfstate" };
  return { version: 1, ...place, lineage: "line-1", ...more };
}

const NOTHING: Situation = {
  bucket: BUCKET,
  key: "bootstrap/terraform.tfstate",
  bucketExists: false,
  record: undefined,
  local: undefined,
  remote: undefined,
  interrupted: false,
  adopt: false,
};

/** The route in one line, or the code of the refusal. */
function decide(more: Partial<Situation>): string {
  const route = routeFrom({ ...NOTHING, ...more });
  if ("code" in route) return route.code;
  const steps = (["push", "record", "retire"] as const).filter((step) => route[step]);
  return [`deploy with ${route.deployWith}`, ...steps].join(", ");
}

/** What a route would lose: a state that is nowhere else, or one that something else is written over. */
function losses(given: Situation): string[] {
  const route = routeFrom(given);
  if ("code" in route) return [];
  const { local, remote } = given;
  const both = local !== undefined && remote !== undefined;
  const older = both && (local.serial < remote.serial || local.digest === remote.digest);
  return [
    both && local.lineage !== remote.lineage && "two lineages are taken for one",
    route.deployWith === "bucket" && remote === undefined && "deploys with a state that is not there",
    route.retire && !route.push && local !== undefined && !older && "retires what is not in the bucket",
    route.push && both && local.serial <= remote.serial && "writes over a newer state",
  ].filter((loss) => loss !== false);
}

describe("the way on from what is there", () => {
  it("deploys with local state and moves it, where nothing is there", () => {
    expect(decide({})).toBe("deploy with local, push, record, retire");
  });

  it("goes on with a local state that was not moved yet", () => {
    expect(decide({ bucketExists: true, local: state(3) })).toBe("deploy with local, push, record, retire");
  });

  it("does nothing more once the state is recorded and in the bucket", () => {
    expect(decide({ bucketExists: true, record: record(), remote: state(9) })).toBe("deploy with bucket");
  });

  it("refuses a bucket that no state knows, until it is adopted or known as an interrupted run's", () => {
    expect(decide({ bucketExists: true })).toBe("unclaimed-bucket");
    expect(decide({ bucketExists: true, adopt: true })).toBe("deploy with local, push, record, retire");
    expect(decide({ bucketExists: true, interrupted: true })).toBe("deploy with local, push, record, retire");
  });

  it("records and retires after a run that was killed between move and record", () => {
    const moved = { bucketExists: true, local: state(3), remote: state(3) };
    expect(decide(moved)).toBe("deploy with bucket, record, retire");
  });

  it("retires after a run that was killed between record and retirement", () => {
    const recorded = { bucketExists: true, record: record(), local: state(3), remote: state(3) };
    expect(decide(recorded)).toBe("deploy with bucket, retire");
    expect(decide({ ...recorded, remote: state(4) })).toBe("deploy with bucket, retire");
  });

  it("moves again where the local state went on before it was recorded", () => {
    expect(decide({ bucketExists: true, local: state(4), remote: state(3) })).toBe(
      "deploy with local, push, record, retire",
    );
  });

  it("writes a lost record again, for a state that manages this bucket", () => {
    expect(decide({ bucketExists: true, remote: state(5) })).toBe("deploy with bucket, record");
    expect(decide({ bucketExists: true, remote: state(5, { buckets: ["other"] }) })).toBe("other-state");
  });

  it("refuses two states that are not one", () => {
    const local = state(3, { lineage: "line-2" });
    expect(decide({ bucketExists: true, local, remote: state(3) })).toBe("other-state");
    expect(decide({ bucketExists: true, record: record(), local, remote: state(3) })).toBe("other-state");
    expect(decide({ bucketExists: true, record: record({ lineage: "line-0" }), remote: state(3) })).toBe("other-state");
  });

  it("refuses two states that both went on", () => {
    const other = state(3, { digest: "other" });
    expect(decide({ bucketExists: true, local: other, remote: state(3) })).toBe("diverged-state");
    expect(decide({ bucketExists: true, record: record(), local: state(4), remote: state(3) })).toBe("diverged-state");
  });

  it("refuses a record of a state that is gone", () => {
    expect(decide({ record: record() })).toBe("bootstrap-state-missing");
    expect(decide({ bucketExists: true, record: record(), local: state(3) })).toBe("bootstrap-state-missing");
  });

  it("never lets go of a state that is not in the bucket as well", () => {
    const snapshot = fc.record({
      lineage: fc.constantFrom("line-1", "line-2"),
      serial: fc.integer({ min: 1, max: 3 }),
      digest: fc.constantFrom("a", "b"),
      buckets: fc.constantFrom([BUCKET], []),
    });
    const situation: fc.Arbitrary<Situation> = fc.record({
      bucket: fc.constant(BUCKET),
      key: fc.constant("k"),
      bucketExists: fc.constant(true),
      record: fc.option(fc.constantFrom(record(), record({ lineage: "line-2" })), { nil: undefined }),
      local: fc.option(snapshot, { nil: undefined }),
      remote: fc.option(snapshot, { nil: undefined }),
      interrupted: fc.boolean(),
      adopt: fc.boolean(),
    });
    fc.assert(
      fc.property(situation, (given) => {
        expect(losses(given)).toEqual([]);
      }),
    );
  });
});
