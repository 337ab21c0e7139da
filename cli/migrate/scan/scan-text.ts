import { placeText, settingOf } from "../../../lib/migrate/scan/configuration/configuration";
import { isFinished, needsPerson } from "../../../lib/migrate/scan/needs-person";
import { nextPhase } from "../../../lib/migrate/scan/next-step";
import { phaseCounts } from "../../../lib/migrate/scan/configuration/phase-counts";
import type { Scan, ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import { fewText } from "../../../lib/text/few";
import { grouped } from "../../../lib/text/grouped";
import { counted, withCommas } from "../../../lib/text/counted";
import { plainText } from "../../../lib/text/plain-text";
import { settingText } from "./setting-text";

/** Returns what a person reads first: how many roots there are, who has to act, and what commands would do. */
export function scanText({ configurations }: Pick<Scan, "configurations">): string {
  if (configurations.length === 0) return "";
  const waiting = configurations.filter(needsPerson);
  const moving = configurations.filter((each) => !needsPerson(each) && !isFinished(each));
  const finished = configurations.filter(isFinished).length;
  const isDone = waiting.length === 0 && moving.length === 0;
  const lines = [
    head(configurations),
    ...shared(configurations),
    ...section("For a person", personLines(waiting)),
    ...section("For commands", commandLines(moving)),
    isDone
      ? "Nothing to do. --all lists every root."
      : finished > 0 && `Finished: ${withCommas(finished)}. --all lists them.`,
  ];
  return lines.flatMap((line) => (line === false ? [] : [`${plainText(line, Infinity)}\n`])).join("");
}

function head(configurations: readonly ScannedConfiguration[]): string {
  const roots = configurations.filter(({ source }) => source !== "reader");
  const files = new Set(
    configurations.flatMap(({ file, places }) => [file.path, ...places.map((place) => place.file.path)]),
  );
  const readers = configurations.length - roots.length;
  const counts = Object.entries(phaseCounts(configurations)).filter(([, count]) => count > 0);
  const phases = counts.map(([phase, count]) => `${withCommas(count)} ${phase}`);
  const all = [...phases, ...(readers === 0 ? [] : [counted(readers, "reader")])];
  return `${counted(roots.length, "root")} in ${counted(files.size, "file")}: ${all.join(", ")}.`;
}

const SHARED = ["bucket", "region", "dynamodb_table", "kms_key_id", "profile"] as const;

/** Returns one line with the values that all roots have. */
function shared(configurations: readonly ScannedConfiguration[]): string[] {
  if (configurations.length < 2) return [];
  const same = SHARED.flatMap((name) => {
    const values = new Set(configurations.map((each) => settingText(settingOf(each, name))));
    const [value = "-"] = values;
    return values.size === 1 && value !== "-" ? [`${name} ${value}`] : [];
  });
  return same.length === 0 ? [] : [`All have: ${same.join(", ")}.`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** How many places with one step are all named, and how many of more. */
const [ALL_PLACES, FIRST_PLACES] = [5, 3];

/** Returns a line for each place, and one for all of many places with the same step. */
function personLines(waiting: readonly ScannedConfiguration[]): string[] {
  const steps = grouped(waiting, stepText, placeText);
  return [...steps].flatMap(([step, all]) => {
    const places = [...new Set(all)];
    if (places.length <= ALL_PLACES) return places.map((place) => `${place} ${step}`);
    return [`${fewText(places, FIRST_PLACES)} ${step}`];
  });
}

function stepText({ source, phase, next }: ScannedConfiguration): string {
  return `(${source === "terraform" ? phase : `${source}, ${phase}`}): ${next}`;
}

/** Groups what commands would do by step, table and bucket. */
function commandLines(configurations: readonly ScannedConfiguration[]): string[] {
  const groups = new Map<string, number>();
  for (const configuration of configurations) {
    const { bucket, table, source } = configuration;
    const to = source === "reader" ? "lockfile" : (nextPhase(configuration) ?? "lockfile");
    const what = configuration.synthesizedFrom !== undefined ? "with its consumer" : `to ${to}`;
    const reader = source === "reader" ? ", read by terraform_remote_state" : "";
    const name = `${what}${reader}, table ${settingText(table)}, bucket ${settingText(bucket)}`;
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  return [...groups].map(([name, count]) => `${withCommas(count)} ${name}`);
}
