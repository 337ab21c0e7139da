import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { STORES, type StoreRules } from "../../lab/memory/store-rules";
import { probeStore } from "../../lib/aws/probe-store";
import { probeLock } from "../../lib/verify/lock-probe";
import { bucketFlags, runStatelock, type Run } from "../support/run-command";

const STATE = "app/terraform.tfstate";
const LOCK = `${STATE}.tflock`;
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
});

afterEach(async () => {
  await s3.stop();
});

const stores = Object.entries(STORES) as [keyof typeof STORES, StoreRules][];
/** Stores that return a lock as it is. */
const readable = stores.filter(([, { junk }]) => junk === undefined);

function release(...more: string[]): Promise<Run> {
  const about = ["--id", "A", "--reason", "the runner died", "--yes", "--json"];
  return runStatelock(["locks", "release", STATE, ...about, ...more, ...bucketFlags(s3)]);
}

/** `outcome exit code`, and the code of a problem. */
function told({ code, stdout }: Run): string {
  const { outcome, problem } = JSON.parse(stdout) as { outcome: string; problem: { code: string } | null };
  return [outcome, code, problem?.code ?? ""].join(" ").trim();
}

const deletes = (): string[] =>
  s3.requests
    .filter(({ method, key }) => method === "DELETE" && key === LOCK)
    .map(({ query }) => query["versionId"] ?? "");

describe("a release", () => {
  it.each(readable)(
    "on %s, a lock that changes hands between the read and the delete survives",
    async (_name, rules) => {
      s3.play(rules);
      s3.put(LOCK, lockBody("A"));
      s3.onRequest(({ method, key }) => {
        if (method === "DELETE" && key === LOCK) s3.put(LOCK, lockBody("B"));
        return undefined;
      });
      const run = await release();
      expect(s3.body(LOCK)).toContain(deletes().length === 0 ? '"ID":"A"' : '"ID":"B"');
      expect(s3.deleted.some((body) => body.includes('"ID":"B"'))).toBe(false);
      expect(told(run)).toMatch(/^(changed 1 lock-changed|released 0|still-held 1 release-unproven)$/);
    },
  );

  it.each<[keyof typeof STORES, string, string[]]>([
    ["AWS S3", "released 0", [""]],
    ["MinIO", "released 0", ["v1"]],
    ["SeaweedFS", "released 0", ["v1"]],
    ["Ceph RGW", "released 0", ["v1"]],
    ["versitygw without versions", "released 0", [""]],
    ["MinIO without versions", "still-held 1 release-unproven", []],
    ["S3Proxy", "still-held 1 release-unproven", []],
    ["no ETag", "still-held 1 release-unproven", []],
  ])("on %s: %s", async (name, expected, sent) => {
    s3.play(STORES[name]);
    s3.put(LOCK, lockBody("A"));
    expect(told(await release())).toBe(expected);
    expect(deletes()).toEqual(sent);
    expect(s3.body(LOCK) === undefined).toBe(sent.length > 0);
    // The probe is gone, or was never there.
    expect(s3.keys().filter((key) => key.startsWith(".statelock/"))).toEqual([]);
  });

  it("without a proof and with --unproven looks once more, deletes, and says what it does not know", async () => {
    s3.play(STORES.S3Proxy);
    s3.put(LOCK, lockBody("A"));
    const about = ["--id", "A", "--reason", "the runner died", "--yes", "--unproven"];
    const run = await runStatelock(["locks", "release", STATE, ...about, ...bucketFlags(s3)]);
    expect([run.code, s3.body(LOCK)]).toEqual([0, undefined]);
    expect(run.stderr).toContain("check that no run started just now");
  });

  it("with --unproven deletes nothing if another lock is there at the second look", async () => {
    s3.play(STORES.S3Proxy);
    s3.put(LOCK, lockBody("A"));
    let reads = 0;
    s3.onRequest(({ method, key }) => {
      if (method === "GET" && key === LOCK && ++reads === 2) s3.put(LOCK, lockBody("B"));
      return undefined;
    });
    expect(told(await release("--unproven"))).toBe("changed 1 lock-changed");
    expect(deletes()).toEqual([]);
  });

  it("with --unproven says loudly that it hit another lock, where the history shows it", async () => {
    s3.play({ release: "ignored" });
    s3.put(LOCK, lockBody("A"));
    s3.onRequest(({ method, key, query }) => {
      if (method !== "DELETE" || key !== LOCK) return undefined;
      if (query["versionId"] !== undefined) return 403;
      s3.put(LOCK, lockBody("B"));
      return undefined;
    });
    expect(told(await release("--unproven"))).toBe("released 1 lock-hit");
  });

  it("shows the older lock that becomes visible again after the release by version", async () => {
    s3.play(STORES["Ceph RGW"]);
    s3.put(LOCK, lockBody("B"), new Date(Date.now() - 60_000));
    s3.put(LOCK, lockBody("A"));
    const about = ["--id", "A", "--reason", "the runner died", "--yes"];
    const run = await runStatelock(["locks", "release", STATE, ...about, ...bucketFlags(s3)]);
    expect(run.stderr).toContain("an older lock is visible again");
    expect(s3.body(LOCK)).toContain('"ID":"B"');
  });

  it("deletes each write of the lock that it named, if the store kept two", async () => {
    s3.play(STORES.MinIO);
    const body = lockBody("A");
    s3.put(LOCK, body);
    s3.put(LOCK, body);
    expect(told(await release())).toBe("released 0");
    expect([deletes(), s3.body(LOCK)]).toEqual([["v2", "v1"], undefined]);
  });
});

describe("the probe of verify", () => {
  it.each<[keyof typeof STORES, string, string, string]>([
    ["AWS S3", "fine", "fine", "fine"],
    ["SeaweedFS", "fine", "fine", "fine"],
    ["MinIO", "fine", "fine", "not needed"],
    ["MinIO without versions", "fine", "fine", "fault"],
    ["Ceph RGW", "fault", "fine", "not needed"],
    ["versitygw", "fault", "fault", "fine"],
    ["versitygw without versions", "fault", "fine", "fine"],
    ["S3Mock", "fault", "fault", "fine"],
    ["S3Proxy", "fault", "fine", "fault"],
  ])("on %s: second taker %s, again %s, release %s", async (name, ...expected) => {
    s3.play(STORES[name]);
    let made = 0;
    const newLock = (): { id: string; text: string } => {
      made += 1;
      return { id: String(made), text: lockBody(String(made)) };
    };
    const found = await probeLock(probeStore(s3.place), ".statelock/probe-1.tflock", newLock);
    const truth = [found.secondTaker, found.takeAgain, found.release].map((outcome) => {
      if ("unreadable" in outcome) return outcome.notApplicable === true ? "not needed" : outcome.unreadable;
      return outcome.value === undefined ? "fine" : "fault";
    });
    expect(truth).toEqual(expected);
    expect(s3.keys()).toEqual([]);
  });
});
