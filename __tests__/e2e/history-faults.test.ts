import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HistoryRestore } from "../../cli/restore-report";
import { withSerial } from "../../lib/history/next-state";
import { forEachLimited } from "../../lib/for-each-limited";
import { stateText } from "../support/state-text";
import { historyBucket, type HistoryBucket } from "./steps/history-bucket";
import { objectText } from "./steps/bucket-contents";
import { S3_ERROR_CODES } from "../support/fake-s3";
import { describeE2e } from "./support/describe-e2e";
import { PROJECT_ROOT } from "./support/project-root";
import { startStandIn, type RequestRecord, type StandIn } from "./support/stand-in";
import { s3Error } from "./support/stand-in/s3-error";

const PAGE = join(PROJECT_ROOT, "docs", "history-faults.md");
const AT_A_TIME = 8;

type Kind = keyof typeof S3_ERROR_CODES | "reset before the effect" | "reset after the effect";
const KINDS: readonly Kind[] = [403, 404, 409, 412, 500, 503, "reset before the effect", "reset after the effect"];

/** The calls of a restore, in its order: how to recognise each, and which of those that look alike it is. */
const CALLS: readonly (readonly [name: string, operation: string, about: "state" | "lock" | "bucket", nth: number])[] =
  [
    ["ListObjectVersions", "ListObjectVersions", "bucket", 1],
    ["GetObject of the version", "GetObject", "state", 1],
    ["GetObject of what is there now", "GetObject", "state", 2],
    ["PutObject of the lock", "PutObject", "lock", 1],
    ["GetObject of the state, under the lock", "GetObject", "state", 3],
    ["PutObject of the state", "PutObject", "state", 1],
    ["GetObject of the state, written", "GetObject", "state", 4],
    ["GetObject of the lock", "GetObject", "lock", 1],
    ["DeleteObject of the lock", "DeleteObject", "lock", 1],
    ["GetObject of the lock, released", "GetObject", "lock", 2],
  ];

interface Case {
  readonly call: (typeof CALLS)[number];
  readonly kind: Kind;
  readonly lasting: boolean;
  readonly key: string;
}

/** What became of it. */
interface Row extends Case {
  readonly told: string;
  /** What must never be. */
  readonly wrong: readonly string[];
}

const OLD = stateText({ serial: 1, outputs: { p: { value: "CANARY-SECRET", sensitive: true } } });
const NOW = stateText({ serial: 2, outputs: { p: { value: "CANARY-SECRET-2", sensitive: true } } });
const RESTORED = withSerial(OLD, 3);

jest.setTimeout(300_000);

describeE2e("statelock history restore: every call with every fault", ["moto-server"], () => {
  let standIn: StandIn;
  let bucket: HistoryBucket;
  const inherited = { ...process.env };
  let rows: Row[] = [];
  /** The SDK's name for a call, the same for everything it sends again, by the request's number. */
  const invocations = new Map<number, string>();

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    bucket = await historyBucket(standIn, "acme-tfstate");
    const cases = CALLS.flatMap((call, at) =>
      KINDS.flatMap((kind, which) =>
        [false, true].map((lasting) => ({
          call,
          kind,
          lasting,
          key: `c${String(at)}-${String(which)}-${String(lasting)}/state`,
        })),
      ),
    );
    const found = new Map<Case, Row>();
    await forEachLimited(cases, AT_A_TIME, async (each) => void found.set(each, await play(each)));
    rows = cases.flatMap((each) => found.get(each) ?? []);
  });

  afterAll(async () => {
    process.env = inherited;
    bucket.aws.close();
    await standIn.stop();
  });

  async function play(planted: Case): Promise<Row> {
    const { key, kind } = planted;
    const put = async (Body: string): Promise<string> =>
      (await bucket.aws.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body }))).VersionId ?? "";
    const [version, replaced] = [await put(OLD), await put(NOW)];
    const hit = faultOf(planted);
    const before = standIn.onRequest((request, { headers }) => {
      invocations.set(request.n, headers["amz-sdk-invocation-id"] ?? "");
      if (!hit(request, "before")) return undefined;
      return typeof kind === "number" ? s3Error(kind, S3_ERROR_CODES[kind] ?? "", "a fault of the test") : "drop";
    });
    const after = standIn.afterRequest((request) => (hit(request, "after") ? "drop" : undefined));
    const run = await bucket.history(["restore", key, version, "--reason", "test", "--yes", "--json"]);
    before();
    after();

    const text = await objectText(bucket.aws.s3, bucket.name, key);
    const lock = await objectText(bucket.aws.s3, bucket.name, `${key}.tflock`);
    const lockId = lock === undefined ? undefined : (JSON.parse(lock) as { ID: string }).ID;
    const { outcome, problems = [] } = JSON.parse(run.stdout) as Partial<HistoryRestore>;
    const said = problems.map(({ message }) => message).join(" ");
    const state = text === NOW ? "as it was" : text === RESTORED ? "restored" : "something else";
    const untold = said.includes("could not be told");
    // S3's own word that there is no such object: nothing could contradict it.
    const isWord = kind === 404 && planted.call[1] === "GetObject";
    const Kept = await bucket.aws.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: key, VersionId: replaced }));
    const { Versions = [] } = await bucket.aws.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket.name, Prefix: key }),
    );
    const codes = [...new Set(problems.map(({ code }) => code))].join(", ");
    const answer = [
      outcome ?? "not done",
      codes === "" ? "" : `[${codes}]`,
      untold ? "and says that it cannot tell" : "",
    ];
    return {
      ...planted,
      told: `exit ${String(run.code)}: ${answer.filter((part) => part !== "").join(" ")}; the state is ${state}, the lock ${lockId === undefined ? "free" : said.includes(lockId) ? "left, and named" : "left, S3 said it was gone"}`,
      wrong: [
        ...(state === "something else" ? ["the state is neither the old nor the new one"] : []),
        ...(isWord ||
        (run.code === 0) ===
          (state === "restored" && lockId === undefined && outcome === "restored" && problems.length === 0)
          ? []
          : ["the exit code is not what happened"]),
        ...(outcome === "restored" && state !== "restored" ? ["it says restored, and it is not"] : []),
        ...(outcome === undefined && state === "restored" && !untold && !isWord
          ? ["it is restored, and it does not say so"]
          : []),
        ...(lockId !== undefined && !said.includes(lockId) && !isWord ? ["a lock is left and not named"] : []),
        ...((await Kept.Body?.transformToString()) === NOW ? [] : ["what was there is not kept"]),
        ...(Versions.filter(({ Key }) => Key === key).length <= 3 ? [] : ["it was written twice"]),
        ...((run.stdout + run.stderr).includes("CANARY") ? ["a secret was printed"] : []),
      ],
    };
  }

  /** Whether a request is to go wrong. What the SDK sends again of one call has the same place in the order. */
  function faultOf({ call: [, operation, about, nth], kind, lasting, key }: Case) {
    const object = about === "lock" ? `${key}.tflock` : key;
    const seen: string[] = [];
    let first: number | undefined;
    return (request: RequestRecord, when: "before" | "after"): boolean => {
      if (when !== (kind === "reset after the effect" ? "after" : "before") || request.operation !== operation)
        return false;
      if ((about === "bucket" ? request.query["prefix"] : request.key) !== object) return false;
      if (!request.userAgent.startsWith("aws-sdk-js") || request.accessKeyId === "TEST") return false;
      const invocation = invocations.get(request.n) ?? "";
      if (!seen.includes(invocation)) seen.push(invocation);
      const place = seen.indexOf(invocation) + 1;
      if (place < nth) return false;
      first ??= request.n;
      return lasting || request.n === first;
    };
  }

  it("the state is the old or the new one, what is said is true, what was there is kept, and a lock that is left is named", () => {
    const wrong = rows.flatMap(({ call, kind, lasting, told, wrong: found }) =>
      found.map((what) => `${call[0]}, ${String(kind)}${lasting ? ", lasting" : ""}: ${what} (${told})`),
    );
    expect(wrong).toEqual([]);
    expect(rows).toHaveLength(CALLS.length * KINDS.length * 2);
  });

  it("docs/history-faults.md says what was found", () => {
    const page = faultsPage(rows);
    if (process.env["STATELOCK_WRITE_PROOF"] === "1") writeFileSync(PAGE, page);
    expect(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "").toBe(page);
  });
});

const INTRODUCTION = `# Faults: what a restore does when S3 does not answer well

Written by the test that runs \`statelock history restore\` once for each of its calls and each fault. It also holds each
run to this: the state is the old or the new one, whole; what was there stays in the history; exit code 0 means
restored, and the lock free; a lock that is left is named by its ID; nothing is said that is not so.

- *once*: the first request of the call alone; what the SDK sends again gets through. *lasting*: from then on every
  request of its kind.
- *reset after the effect*: S3 did it, and the connection broke.
- \`404\` to a read is S3's own word that there is no such object; there is nothing that could contradict it.

| call | fault | what comes of it |
| --- | --- | --- |
`;

function faultsPage(rows: readonly Row[]): string {
  const lines = CALLS.flatMap((call) => {
    const ofCall = rows.filter((row) => row.call === call);
    const results = [...new Set(ofCall.map(({ told }) => told))];
    return results.map((told, index) => {
      const kinds = ofCall
        .filter((row) => row.told === told)
        .map(({ kind, lasting }) => `${String(kind)} ${lasting ? "lasting" : "once"}`);
      return `| ${index === 0 ? call[0] : ""} | ${kinds.join(", ")} | ${told} |`;
    });
  });
  return `${INTRODUCTION}${lines.join("\n")}\n`;
}
