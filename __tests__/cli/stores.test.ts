import { lockBody, startFakeS3, type FakeRequest, type FakeS3 } from "../../lab/memory/memory-s3";
import { STORES, type StoreRules } from "../../lab/memory/store-rules";
import { probeStore } from "../../lib/aws/probe-store";
import { probeLock } from "../../lib/verify/lock-probe";
import { bucketFlags, runStatelock, type Run } from "../support/run-command";
import { sampledEntries } from "../support/full";

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

describe("a probe", () => {
  const isProbe = ({ key }: FakeRequest): boolean => key.startsWith(".statelock/");
  const probes = (): string[] => s3.keys().filter((key) => key.startsWith(".statelock/"));

  beforeEach(() => {
    s3.play(STORES["versitygw without versions"]);
    s3.put(LOCK, lockBody("A"));
  });

  it("appears in the output if a release may not remove it", async () => {
    s3.onRequest((request) => (request.method === "DELETE" && isProbe(request) ? 403 : undefined));
    const { stderr } = await release();
    expect(stderr).toContain(`This run leaves the probe s3://acme-tfstate/${probes()[0] ?? "?"}`);
    expect(probes()).toHaveLength(1);
  });

  it("whose write lost its answer is removed", async () => {
    s3.onRequest((request) =>
      request.method === "PUT" && isProbe(request) && request.nth === 1 ? "reset-after" : undefined,
    );
    await release();
    expect(probes()).toEqual([]);
  });

  it("of a race appears in the output if verify may not remove it, and the check fails", async () => {
    s3.play(STORES["AWS S3"]);
    s3.onRequest(({ method, key }) => (method === "DELETE" && key.endsWith("-1.tflock") ? 403 : undefined));
    const run = await runStatelock(["verify", "--json", ...bucketFlags(s3)]);
    expect(run.stdout).toContain(`${probes()[0] ?? "?"} may still exist`);
    expect(notFine(run)).toContain("?lock-probe");
  });
});

it("uses path style for an endpoint from the environment, and does not take it for AWS", async () => {
  s3.play(STORES.MinIO);
  s3.put(LOCK, lockBody("A"));
  const { name, region, access } = s3.place;
  process.env["AWS_ENDPOINT_URL_S3"] = (access?.endpointUrl ?? "").replace("127.0.0.1", "localhost");
  try {
    const about = ["--id", "A", "--reason", "the runner died", "--yes", "--json"];
    expect(told(await runStatelock(["locks", "release", STATE, ...about, "--bucket", name, "--region", region]))).toBe(
      "released 0",
    );
    expect(deletes()).toEqual(["v1"]);
  } finally {
    delete process.env["AWS_ENDPOINT_URL_S3"];
  }
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

/** `code` of each problem, or the exit code alone. */
function problemsOf({ code, stdout }: Run): string {
  const { problems = [] } = JSON.parse(stdout === "" ? "{}" : stdout) as { problems?: { code: string }[] };
  return [code, ...problems.map((problem) => problem.code)].join(" ");
}

const STATE_TEXT = (serial: number): string =>
  JSON.stringify({
    ...{ version: 4, terraform_version: "1.11.4", serial, lineage: "L" },
    ...{ outputs: { n: { value: serial, type: "number" } }, resources: [] },
  });

/** `verify` prints `✖` or `?` for these; `–` is left out. */
function notFine({ code, stdout }: Run): string {
  const { findings } = JSON.parse(stdout) as { findings: { code: string; result: string }[] };
  const bad = findings.filter(({ result }) => result !== "pass");
  return [code, ...bad.map((each) => `${each.result === "fail" ? "✖" : "?"}${each.code}`)].join(" ");
}

describe("every store and every command", () => {
  const run = (...args: string[]): Promise<Run> => runStatelock([...args, ...bucketFlags(s3), "--json"]);
  const restore = (version = "v1"): Promise<Run> =>
    run("history", "restore", STATE, version, "--reason", "INC-42", "--yes");

  beforeEach(() => {
    s3.settings.set(
      "GetBucketVersioning",
      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    );
    s3.settings.set("GetBucketLogging", "<BucketLoggingStatus/>");
    s3.settings.set("GetBucketNotificationConfiguration", "<NotificationConfiguration/>");
  });

  it.each<[keyof typeof STORES, Record<"list" | "show" | "history" | "restore", string>]>([
    ["AWS S3", { list: "0", show: "0", history: "0", restore: "0" }],
    ["SeaweedFS", { list: "0", show: "0", history: "0", restore: "0" }],
    ["MinIO", { list: "0", show: "0", history: "0", restore: "0" }],
    ["MinIO without versions", { list: "0", show: "0", history: "1 no-versions", restore: "1 no-versions" }],
    ["Ceph RGW without versions", { list: "0", show: "0", history: "1 no-versions", restore: "1 no-versions" }],
    ["Ceph RGW", { list: "0", show: "0", history: "0", restore: "1 store-unfit" }],
    ["versitygw without versions", { list: "0", show: "0", history: "1 no-versions", restore: "1 no-versions" }],
    ["versitygw", { list: "0", show: "0", history: "0", restore: "0" }],
    ["S3Mock", { list: "0", show: "0", history: "2 aws-call", restore: "2 aws-call" }],
    ["S3Proxy", { list: "0", show: "0", history: "1 no-versions", restore: "1 no-versions" }],
    ["a console's page", { list: "2 aws-call", show: "2", history: "2 aws-call", restore: "2 aws-call" }],
    ["other XML", { list: "2 aws-call", show: "2", history: "2 aws-call", restore: "2 aws-call" }],
    ["an empty answer", { list: "2 aws-call", show: "2", history: "2 aws-call", restore: "2 aws-call" }],
    ["a cut listing", { list: "2 listing-cut", show: "0", history: "2 listing-cut", restore: "2 listing-cut" }],
    [
      "a listing that repeats",
      { list: "2 listing-cut", show: "0", history: "2 listing-cut", restore: "2 listing-cut" },
    ],
  ])("%s", async (name, expected) => {
    s3.play(STORES[name]);
    s3.put(STATE, STATE_TEXT(1));
    s3.put(STATE, STATE_TEXT(2));
    const restored = problemsOf(await restore());
    expect(s3.body(STATE) === STATE_TEXT(2)).toBe(restored !== "0");
    expect(s3.body(LOCK)).toBeUndefined();
    const history = problemsOf(await run("history", "list", STATE));
    s3.put(LOCK, lockBody("A"));
    const list = problemsOf(await run("locks", "list"));
    const show = problemsOf(await run("locks", "show", STATE)).split(" ")[0];
    expect({ list, show, history, restore: restored }).toEqual(expected);
    expect(s3.body(LOCK)).toContain('"ID":"A"');
  });

  /** Takes and releases a lock as Terraform does, with its requests, its log line and its error text. */
  const ENGINE = `
    const { appendFileSync } = require("node:fs");
    const [url, path, body] = process.argv.slice(1);
    const { ID } = JSON.parse(body);
    appendFileSync(process.env.TF_LOG_PATH, \`[INFO] s3: Attempting to lock remote state: tf_backend.lock.id=\${ID} tf_backend.lock.path=\${path}\\n\`);
    (async () => {
      const taken = await fetch(url, { method: "PUT", headers: { "if-none-match": "*" }, body });
      if (taken.ok) return void (await fetch(url, { method: "DELETE" }));
      const holder = await fetch(url);
      const why = holder.ok
        ? "\\n\\nLock Info:\\n  ID:   " + (await holder.json()).ID + "\\n  Path: " + path + "\\n  Who:  u@h\\n"
        : ", StatusCode: 404, NoSuchKey";
      console.error("Error: Error acquiring the state lock\\nStatusCode: 412, PreconditionFailed" + why);
      process.exitCode = 1;
    })();`;

  it.each(
    Object.entries(
      sampledEntries<StoreRules>(Object.fromEntries(readable), ["AWS S3", "Ceph RGW", "S3Mock", "a cut listing"]),
    ).map(([name, rules]): [string, StoreRules, string] => [name, rules, "markerCounts" in rules ? "1 refused" : "0"]),
  )("locks run on %s", async (_name, rules, expected) => {
    s3.play(rules);
    const url = `${s3.place.access?.endpointUrl ?? ""}/acme-tfstate/${LOCK}`;
    const locked = async (timeout: string): Promise<string> => {
      const engine = [process.execPath, "-e", ENGINE, url, `acme-tfstate/${STATE}`, lockBody("OWN")];
      const own = ["locks", "run", "--lock-timeout", timeout, ...bucketFlags(s3), "--", ...engine];
      const { code, stderr } = await runStatelock(own);
      return `${String(code)}${stderr.includes("counts the delete marker") || stderr.includes("refuses") ? " refused" : ""}`;
    };
    expect(await locked("0")).toBe("0");
    // Released once, the key may be refused for good.
    expect(await locked("1m")).toBe(expected);
    s3.put(LOCK, lockBody("A"));
    // Such a store gives the lock to everybody: `verify` fails there.
    expect(await locked("0")).toBe(rules.take === "ignored" ? "0" : "1");
    expect(s3.deleted.filter((body) => body.includes('"ID":"A"'))).toEqual([]);
  });

  it.each(["html", "xml"] as const)("a write that a portal answers with %s is not one", async (junkWrites) => {
    s3.put(STATE, STATE_TEXT(1));
    s3.put(STATE, STATE_TEXT(2));
    s3.put(LOCK, lockBody("A"));
    for (const other of [{}, { release: "ignored" } as const]) {
      s3.play({ junkWrites, ...other });
      const released = await release();
      expect([released.code, JSON.parse(released.stdout)]).not.toMatchObject([0, { outcome: "released" }]);
    }
    s3.remove(LOCK);
    expect((await restore()).code).toBe(2);
    expect([s3.body(STATE), s3.history(LOCK)]).toEqual([STATE_TEXT(2), []]);
  });

  it("a restore on a store that overwrites locks leaves the lock that somebody holds", async () => {
    s3.play({ take: "ignored" });
    s3.put(STATE, STATE_TEXT(1));
    s3.put(STATE, STATE_TEXT(2));
    s3.put(LOCK, lockBody("A"));
    expect(problemsOf(await restore())).toBe("1 state-locked");
    s3.remove(LOCK);
    expect(problemsOf(await restore())).toBe("1 store-unfit");
    expect(s3.history(LOCK)).toEqual([]);
  });

  it("a restore says that the store refuses the key of a released lock for good", async () => {
    s3.play({ markerCounts: true });
    s3.put(STATE, STATE_TEXT(1));
    s3.put(STATE, STATE_TEXT(2));
    s3.put(LOCK, lockBody("A"));
    await fetch(`${s3.place.access?.endpointUrl ?? ""}/acme-tfstate/${LOCK}`, { method: "DELETE" });
    expect(problemsOf(await restore())).toBe("1 lock-key-refused");
  });

  it.each<[keyof typeof STORES, string]>([
    ["SeaweedFS", "0"],
    ["MinIO", "0"],
    ["MinIO without versions", "1 ✖versioning ✖lock-release"],
    ["Ceph RGW", "1 ✖lock-probe"],
    ["versitygw", "1 ✖lock-probe ✖lock-again"],
    ["S3Proxy", "1"],
    ["S3Mock", "1"],
    ["a console's page", "2"],
    ["an empty answer", "2"],
  ])("verify on %s: %s", async (name, expected) => {
    s3.play({ settings: "not-implemented", ...STORES[name] });
    const found = notFine(await run("verify"));
    expect(expected.includes(" ") || expected === "0" ? found : found.split(" ")[0]).toBe(expected);
    expect(found.includes("✖lock-probe")).toBe(!["2", "0"].includes(expected) && !expected.startsWith("1 ✖versioning"));
    expect(s3.keys()).toEqual([]);
  });
});
