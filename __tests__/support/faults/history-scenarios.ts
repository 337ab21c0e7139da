import { createHash } from "node:crypto";
import { withSerial } from "../../../lib/state/with-serial";
import type { FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags, type Run } from "../run-command";
import { stateText } from "../state-text";
import type { PlantedFault } from "./play";
import { LOCK, nothing, plant, STATE, type Scenario } from "./scenarios";

const OLD = stateText({ serial: 1, outputs: { p: { value: "CANARY-SECRET", sensitive: true } } });
const NOW = stateText({ serial: 2, outputs: { p: { value: "CANARY-SECRET-2", sensitive: true } } });
const RESTORED = withSerial(OLD, 3);
const OLD_VERSION = "v1";

const LOCK_ITEM = `acme-tfstate/${STATE}`;
const DIGEST_ITEM = `${LOCK_ITEM}-md5`;

/** A state with one earlier version, which nobody has locked, and its digest. */
function plantHistory(s3: FakeS3): void {
  plant(s3);
  for (const key of [STATE, LOCK]) s3.remove(key);
  for (const [hours, text] of [[2, OLD] as const, [1, NOW] as const])
    s3.put(STATE, text, new Date(Date.now() - hours * 3_600_000));
  s3.services.items.set(DIGEST_ITEM, { LockID: { S: DIGEST_ITEM }, Digest: { S: md5(NOW) } });
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

interface Answer {
  readonly outcome?: string;
  readonly problems?: readonly { readonly code: string; readonly message: string }[];
  readonly versions?: readonly { readonly kind: string }[];
  readonly outputs?: unknown;
}

const answer = ({ stdout }: Run): Answer => JSON.parse(stdout) as Answer;

const codesOf = ({ problems = [] }: Answer): string => [...new Set(problems.map(({ code }) => code))].join(", ");

/** `whole`: whether the answer has all there is. */
const looking = (command: string, args: readonly string[], whole: (answer: Answer) => boolean): Scenario => ({
  command,
  args: (s3) => ["history", ...args, "--json", ...bucketFlags(s3)],
  plant: plantHistory,
  told: (run) => {
    const found = answer(run);
    if (found.problems !== undefined) return `no answer [${codesOf(found)}]`;
    return whole(found) ? "all of it" : "with what could not be read named";
  },
  wrong: (run) => ((run.code === 0) === whole(answer(run)) ? [] : ["exit 0 and a whole answer do not go together"]),
  mayDelete: nothing,
  writes: true,
});

const list = looking(
  "history list",
  ["list", STATE],
  ({ versions = [] }) => versions.length === 2 && versions.every(({ kind }) => kind === "state"),
);

const diff = looking("history diff", ["diff", STATE, OLD_VERSION], ({ outputs }) => outputs !== undefined);

/** What a restore left behind, as it is and not as it was told. */
function left(s3: FakeS3) {
  const text = s3.body(STATE);
  const lock = s3.body(LOCK);
  const item = s3.services.items.get(LOCK_ITEM)?.["Info"]?.S;
  const ids = [lock, item].flatMap((info) => (info === undefined ? [] : (JSON.parse(info) as { ID: string }).ID));
  return {
    state: text === NOW ? "as it was" : text === RESTORED ? "restored" : "something else",
    ids,
    digestFits: s3.services.items.get(DIGEST_ITEM)?.["Digest"]?.S === md5(text ?? ""),
  };
}

/** S3's own word that there is no such object: nothing could contradict it. */
function isWord({ call, kind }: PlantedFault): boolean {
  return kind.isWord && call.operation === "GetObject";
}

const restore: Scenario = {
  command: "history restore, with a legacy table",
  args: (s3) => [
    ...["history", "restore", STATE, OLD_VERSION, "--dynamodb-table", "locks"],
    ...["--reason", "test", "--yes", "--json", ...bucketFlags(s3)],
  ],
  plant: plantHistory,
  told: (run, s3) => {
    const { outcome = "not done", problems = [] } = answer(run);
    const { state, ids, digestFits } = left(s3);
    const said = problems.map(({ message }) => message).join(" ");
    const lock =
      ids.length === 0 ? "free" : ids.every((id) => said.includes(id)) ? "left, and named" : "left, said to be gone";
    const codes = problems.length === 0 ? "" : ` [${codesOf({ problems })}]`;
    const untold = /could not (be told|find out)/.test(said) ? " and says that it cannot tell" : "";
    return `${outcome}${codes}${untold}; the state is ${state}, the lock ${lock}${digestFits ? "" : ", the digest stale"}`;
  },
  wrong: (run, s3, planted) => {
    const { outcome, problems = [] } = answer(run);
    const { state, ids, digestFits } = left(s3);
    const said = problems.map(({ message }) => message).join(" ");
    const believed = planted !== undefined && isWord(planted);
    const fine =
      state === "restored" && ids.length === 0 && digestFits && outcome === "restored" && problems.length === 0;
    const versions = s3.history(STATE);
    return [
      ...(state === "something else" ? ["the state is neither the old nor the new one"] : []),
      ...(believed || (run.code === 0) === fine ? [] : ["the exit code is not what happened"]),
      ...(outcome === "restored" && state !== "restored" ? ["it says restored, and it is not"] : []),
      ...(outcome === undefined && state === "restored" && !/could not (be told|find out)/.test(said) && !believed
        ? ["it is restored, and it does not say so"]
        : []),
      ...(believed || ids.every((id) => said.includes(id)) ? [] : ["a lock is left and not named"]),
      ...(digestFits || problems.length > 0 || believed ? [] : ["the digest is stale, and nobody is told"]),
      ...(versions[0] === OLD && versions[1] === NOW ? [] : ["what was there is not kept"]),
      ...(versions.length <= 3 ? [] : ["it was written twice"]),
    ];
  },
  mayDelete: (body) => body.includes("statelock history restore"),
  writes: true,
};

/** Every command of `history`. */
export const HISTORY_SCENARIOS: readonly Scenario[] = [list, diff, restore];
