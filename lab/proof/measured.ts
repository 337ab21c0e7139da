import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_LEVELS } from "../../lib/policy/access-level";
import { PROJECT_ROOT } from "../machine/project-root";
import type { Judged } from "../policy-gate/policy-gate";
import { isOfOtherEngines, ownSteps, type NeededGrant, type ScenarioProof } from "./prove";
import type { Step } from "./steps";

/** A grant, and the command that failed without it. */
export interface Confirmed {
  readonly needed: NeededGrant;
  readonly fails: Step | undefined;
}

/** What the proof found under one engine. Each key is `level: name`. */
export interface Measured {
  /** What each command asks of AWS. */
  readonly requests: Readonly<Record<string, string>>;
  /** The command that fails without each grant. */
  readonly grants: Readonly<Record<string, string>>;
}

/** What the proof found, by the title of each engine that it ran on, such as `OpenTofu 1.12.6`. */
export type MeasuredEngines = Readonly<Record<string, Measured>>;

const FILE = join(PROJECT_ROOT, "docs", "evidence", "proof.json");

export function readMeasured(): MeasuredEngines {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as MeasuredEngines) : {};
}

/** Writes what was found under one engine, in place of what was known of the same release line. */
export function writeMeasured(title: string, measured: Measured): void {
  const others = Object.entries(readMeasured()).filter(([known]) => lineOf(known) !== lineOf(title));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries([...others, [title, measured]].sort()), null, 2)}\n`);
}

/** `OpenTofu 1.12` of `OpenTofu 1.12.6`. */
export function lineOf(title: string): string {
  return title.replace(/^(\w+ \d+\.\d+).*$/, "$1");
}

/** What this run found; of a sample, what the sample holds. */
export function measuredOf(proof: ScenarioProof, confirmed: readonly Confirmed[]): Measured {
  const steps = ACCESS_LEVELS.flatMap((level) => ownSteps(level, proof.scenario));
  const requestsOf = (step: Step): string =>
    // How often an engine asks again in its ten seconds is a matter of the machine.
    step.once === true
      ? "as `plan -lock=false`, again and again for ten seconds"
      : requests(proof.played.get(step)?.judged ?? []);
  return {
    requests: Object.fromEntries(steps.map((step) => [`${step.level}: ${step.name}`, requestsOf(step)])),
    grants: Object.fromEntries(
      confirmed
        .filter(({ needed }) => !isOfOtherEngines(needed.grant))
        .map(({ needed, fails }) => [`${needed.level}: ${needed.grant.name}`, fails?.name ?? "nothing"]),
    ),
  };
}

/** Each entry that another run found differently. @param whole false: `found` is a sample */
export function differences(known: Measured, found: Measured, whole: boolean): string[] {
  return (["requests", "grants"] as const).flatMap((part) => {
    const names = new Set([...Object.keys(found[part]), ...(whole ? Object.keys(known[part]) : [])]);
    return [...names].flatMap((name) => {
      const [was, is] = [known[part][name] ?? "nothing known", found[part][name] ?? "no longer found"];
      return was === is ? [] : [`${name}: ${is}; ${was}`];
    });
  });
}

/** Operations in their order; what an engine does in parallel or any number of times is named once. */
function requests(judged: readonly Judged[]): string {
  const names = judged.map(({ request: { operation, key, body }, refusedBy }) => {
    const place =
      key?.endsWith(".tflock") === true ? " lock" : body.toString("latin1", 0, 400).includes(`-md5"`) ? " digest" : "";
    return `${operation}${place}${refusedBy === undefined ? "" : " (refused)"}`;
  });
  const runs: { name: string; times: number }[] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.name === name) last.times++;
    else runs.push({ name, times: 1 });
  }
  return runs
    .map(
      ({ name, times }) =>
        `${name}${times === 1 ? "" : name.startsWith("UploadPart") || name.startsWith("GetItem digest") ? " ×n" : ` ×${String(times)}`}`,
    )
    .join(", ");
}
