import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FakeS3 } from "../../../lab/memory/memory-s3";
import type { Run, RunSettings } from "../run-command";
import { stateText } from "../state-text";
import { SOME_FAULT_KINDS, TABLE_FAULT_KINDS } from "./fault-kinds";
import type { PlantedFault } from "./play";
import { awsOfRun } from "./run-place";
import { isOfAnotherService, LOCK, nothing, plant, STATE, type Scenario } from "./scenarios";

const OLD = stateText({ serial: 1 });
export const NOW = stateText({ serial: 2, outputs: { p: { value: "CANARY-SECRET", sensitive: true } } });
const LOCK_ITEM = `acme-tfstate/${STATE}`;
const DIGEST_ITEM = `${LOCK_ITEM}-md5`;
export const TABLE = 'dynamodb_table = "locks"';
export const FILE = "main.tf";

/** Projects by the AWS of the run that works on them. */
export const projects = new Map<FakeS3, string>();

/** Removes what the runs worked on. */
export function removeProjects(): void {
  for (const folder of projects.values()) rmSync(folder, { recursive: true });
  projects.clear();
}

/** A state that was written after its digest: by a client without the table, or one whose digest is right. */
export const plantFleet =
  (digestOf: string | undefined) =>
  (s3: FakeS3): void => {
    plant(s3);
    for (const key of [STATE, LOCK]) s3.remove(key);
    for (const [hours, text] of [[2, OLD] as const, [1, NOW] as const])
      s3.put(STATE, text, new Date(Date.now() - hours * 3_600_000));
    if (digestOf === undefined) return;
    s3.services.items.set(DIGEST_ITEM, { LockID: { S: DIGEST_ITEM }, Digest: { S: md5(digestOf) } });
  };

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** Where a command runs. */
export type Project = Required<Pick<RunSettings, "workingDirectory" | "environment">>;

/** A project of one root, with these arguments that say how it locks. */
export const projectOf = (locking: string) => (): Project => {
  const folder = mkdtempSync(join(tmpdir(), "statelock-faults-"));
  projects.set(awsOfRun(), folder);
  mkdirSync(join(folder, "app"));
  const { name, region } = awsOfRun().place;
  const lines = [`bucket = "${name}"`, `key = "${STATE}"`, `region = "${region}"`, ...locking.split("\n")];
  writeFileSync(join(folder, "app", FILE), `terraform {\n  backend "s3" {\n    ${lines.join("\n    ")}\n  }\n}\n`);
  return { workingDirectory: folder, environment: { AWS_REGION: region } };
};

/** What is there, and not what was told. */
function left(s3: FakeS3) {
  const texts = [s3.body(LOCK), s3.services.items.get(LOCK_ITEM)?.["Info"]?.S];
  const digest = s3.services.items.get(DIGEST_ITEM)?.["Digest"]?.S;
  return {
    ids: texts.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as { ID: string }).ID)),
    digest:
      digest === undefined ? "gone" : digest === md5(NOW) ? "right" : digest === md5(OLD) ? "as it was" : "another",
    isBack: readFileSync(join(projects.get(s3) ?? "", "app", FILE), "utf8").includes(TABLE),
  };
}

/** Every code in an answer, at whatever depth. */
export function codesIn({ stdout }: Run): string[] {
  return [...new Set([...stdout.matchAll(/"code": ?"([a-z-]+)"/g)].map(([, code = ""]) => code))];
}

export const codesText = (run: Run): string => {
  const codes = codesIn(run);
  return codes.length === 0 ? "" : ` [${codes.join(", ")}]`;
};

function locksText(run: Run, ids: readonly string[]): string {
  if (ids.length === 0) return "no lock is left";
  return ids.every((id) => run.stdout.includes(id)) ? "a lock is left, and named" : "a lock is left, and not named";
}

/** What holds for every command that works on a digest: `done`, where all that it is for was done. */
function wrongOf(run: Run, s3: FakeS3, done: boolean, planted: PlantedFault | undefined): string[] {
  const { ids } = left(s3);
  const codes = codesIn(run);
  const whole = done && ids.length === 0;
  return [
    ...(s3.body(STATE) === NOW ? [] : ["the state was touched"]),
    // Where no answer comes, though it is done, nobody can tell.
    ...((run.code === 0) === whole || (whole && planted?.kind.fault === "reset-after")
      ? []
      : ["the exit code is not what happened"]),
    ...(run.code === 1 && !codes.includes("lock-left") ? ["what could not be told is told as no"] : []),
    ...(run.code !== 0 && codes.length === 0 ? ["nothing says why"] : []),
    ...(ids.every((id) => run.stdout.includes(id)) ? [] : ["a lock is left and not named"]),
  ];
}

const shared = {
  kinds: TABLE_FAULT_KINDS,
  calls: isOfAnotherService,
  waits: true,
  parallel: true,
  writes: true,
  mayDelete: (body: string) => body.includes("statelock-migrate"),
} as const;

const status: Scenario = {
  ...shared,
  command: "migrate status",
  args: () => ["migrate", "status", "--json"],
  settings: projectOf(`${TABLE}\nuse_lockfile = true`),
  plant: plantFleet(NOW),
  told: (run) => {
    const { states = [] } = JSON.parse(run.stdout) as Answer;
    const [{ digest, tableLock } = {}] = states;
    return `digest ${digest ?? "?"}, lock in the table ${tableLock?.held ?? "?"}${codesText(run)}`;
  },
  wrong: (run) => {
    const [{ digest, tableLock } = {}] = (JSON.parse(run.stdout) as Answer).states ?? [];
    const isTold = digest === "matches" && tableLock?.held === "no";
    const isUntold = digest === "unknown" || tableLock?.held === "unknown";
    return [
      ...((run.code === 0) === isTold ? [] : ["exit 0 and a whole answer do not go together"]),
      ...(isTold || (isUntold && run.code === 2) ? [] : ["it is not as it was told"]),
    ];
  },
  mayDelete: nothing,
};

interface Answer {
  readonly states?: readonly { readonly digest: string; readonly tableLock: { readonly held: string } | null }[];
  readonly digests?: readonly { readonly outcome: string }[];
}

const rollback: Scenario = {
  ...shared,
  command: "migrate rollback --to both",
  args: () => ["migrate", "rollback", "--to", "both", "--table", "locks", "--json"],
  settings: projectOf("use_lockfile = true"),
  plant: plantFleet(OLD),
  told: (run, s3) => {
    const { digest, isBack, ids } = left(s3);
    const file = isBack ? "the root is back" : "its files as they were";
    return `the digest is ${digest}, ${file}, ${locksText(run, ids)}${codesText(run)}`;
  },
  wrong: (run, s3, planted) => {
    const { digest, isBack } = left(s3);
    return [
      ...wrongOf(run, s3, digest === "right" && isBack, planted),
      ...(digest === "right" || digest === "as it was" ? [] : ["the digest is neither the old nor the right one"]),
      ...(isBack && digest !== "right" ? ["the root went back with a digest that is stale"] : []),
    ];
  },
};

const scrub: Scenario = {
  ...shared,
  command: "migrate scrub",
  args: () => ["migrate", "scrub", "--table", "locks", "--json"],
  settings: projectOf("use_lockfile = true"),
  plant: plantFleet(OLD),
  told: (run, s3) => {
    const { digest, ids } = left(s3);
    return `the digest is ${digest}, ${locksText(run, ids)}${codesText(run)}`;
  },
  wrong: (run, s3, planted) => {
    const { digest } = left(s3);
    return [
      ...wrongOf(run, s3, digest === "gone", planted),
      ...(digest === "gone" || digest === "as it was" ? [] : ["the digest is another"]),
    ];
  },
};

const retire: Scenario = {
  ...shared,
  command: "migrate retire --yes",
  args: () => ["migrate", "retire", "--table", "locks", "--yes", "--json"],
  settings: projectOf("use_lockfile = true"),
  plant: plantFleet(undefined),
  told: (run, s3) => {
    const { table } = s3.services;
    const how = table === undefined ? "gone" : table.protected ? "there, protected" : "there, not protected";
    return `the table is ${how}${codesText(run)}`;
  },
  wrong: (run, s3) => {
    const { table } = s3.services;
    const isOpen = table?.protected === false;
    return [
      ...(run.code === 0 && table !== undefined ? ["exit 0, and the table is there"] : []),
      ...(run.code === 1 ? ["what could not be told is told as no"] : []),
      ...(isOpen && !codesIn(run).includes("table-unprotected") ? ["it is not protected, and nobody is told"] : []),
      ...(run.code !== 0 && codesIn(run).length === 0 ? ["nothing says why"] : []),
    ];
  },
  mayDelete: nothing,
};

const ROLE = ["--role-arn", "arn:aws:iam::123456789012:role/ops"];

const asRole = (scenario: Scenario): Scenario => ({
  ...scenario,
  command: `${scenario.command} --role-arn`,
  args: (s3) => [...scenario.args(s3), ...ROLE],
  // Each client assumes the role for itself.
  calls: ({ operation, nth }) => operation.startsWith("sts:") && nth === 1,
});

const ofS3: Scenario = {
  ...rollback,
  command: "migrate rollback --to both, what it asks of S3",
  kinds: SOME_FAULT_KINDS,
  calls: (call) => !isOfAnotherService(call),
};

/** The commands of `migrate` that work on the table; the others ask S3 for what a rollback asks too. */
export const MIGRATE_SCENARIOS: readonly Scenario[] = [status, rollback, ofS3, scrub, retire, asRole(rollback)];
