import { product, program } from "../../../engine/spoken-engine";
import type { EngineName } from "../../../engine/engine";
import type { Attribute } from "../../../hcl/syntax";
import { found, shown, type Problem } from "../../../problem/problem";
import { argumentPath, placeText, type Configuration, type Place } from "../configuration/configuration";
import { LEGACY_TABLE, setting, USE_LOCKFILE } from "../configuration/phase";
import { exclusiveProblems, roleArgumentProblems } from "./refused-arguments";
import { argument, isComputed } from "../source/site";
import type { FloorVerdict } from "../version/version-floor";

/** The versions with which people may run a root. */
export interface RootVersions {
  readonly required: readonly string[];
  /** `file:line` of each constraint. */
  readonly places: readonly string[];
  readonly floor: string;
  readonly verdict: FloorVerdict;
}

/** Returns everything that an operator has to fix before a configuration can move. Until then its files stay unchanged. */
export function obstacles(
  configuration: Configuration,
  versions: RootVersions,
  doubled: readonly Place[] | undefined,
  engine?: EngineName,
): Problem[] {
  return [
    ...configuration.places.flatMap((place) => [
      ...(engine === "tofu" ? [] : expressionProblems(configuration, place)),
      ...lockfileProblems(place),
      ...legacyProblems(place),
      ...roleArgumentProblems(configuration, place, engine),
      ...repeatedProblems(place),
    ]),
    ...exclusiveProblems(configuration, engine),
    ...doubledProblems(doubled),
    ...versionProblems(configuration, versions),
  ];
}

/** A backend of Terraform takes only literals; OpenTofu also takes variables and locals. */
function expressionProblems({ source }: Configuration, place: Place): Problem[] {
  if (source !== "terraform" || place.site.role !== "backend") return [];
  return (place.site.arguments ?? [])
    .filter(({ value }) => isComputed(value))
    .map((attribute) => ({
      code: "backend-expression",
      path: argumentPath(place, attribute),
      message: `must be a literal, because ${product()} computes nothing in a backend, got ${writtenText(place, attribute)}`,
      fix: "Write the value itself, or set it in a partial configuration. A .tofu file may compute it.",
    }));
}

function lockfileProblems(place: Place): Problem[] {
  const attribute = argument(place.site, USE_LOCKFILE);
  if (attribute === undefined) return [];
  const lockfile = setting(attribute, place.file.text);
  // An engine converts text to a boolean, but no number.
  const isNumber = attribute.value.kind === "literal" && typeof attribute.value.literal === "number";
  const isFlag =
    lockfile === undefined || (!isNumber && "value" in lockfile && /^(true|false|1|0)$/.test(lockfile.value));
  return found([
    !isFlag && {
      code: "use-lockfile",
      path: argumentPath(place, attribute),
      message: `must be true or false, got ${writtenText(place, attribute)}`,
      fix: "Write true or false: no engine takes a number, and Statelock cannot judge a computed value.",
    },
  ]);
}

function legacyProblems(place: Place): Problem[] {
  const attribute = argument(place.site, LEGACY_TABLE);
  return found([
    attribute !== undefined && {
      code: "legacy-argument",
      path: argumentPath(place, attribute),
      message: `must be named dynamodb_table, got ${LEGACY_TABLE}, which every ${product()} with use_lockfile rejects`,
      fix: `Rename it to dynamodb_table, run \`${program()} init -reconfigure\`, then scan again.`,
    },
  ]);
}

/** Terraform rejects a repeated argument in native syntax. JSON parsers silently use the last one. */
function repeatedProblems(place: Place): Problem[] {
  const given = (place.site.arguments ?? []).filter(({ name }) => name !== "//");
  return given
    .filter((attribute, index) => given.findIndex(({ name }) => name === attribute.name) !== index)
    .map((attribute) => ({
      code: "repeated-argument",
      path: argumentPath(place, attribute),
      message: `must be set once, got ${attribute.name} again`,
      fix: "Remove one of them.",
    }));
}

function doubledProblems(doubled: readonly Place[] = []): Problem[] {
  const [first, ...others] = doubled;
  return others.map((place) => ({
    code: "duplicate-backend",
    path: placeText(siteOf(place)),
    message: `must be the only backend block of the root, got another one beside ${first === undefined ? "" : placeText(siteOf(first))}`,
    fix: "Remove one: no tool accepts a root with two.",
  }));
}

function siteOf({ file, site }: Place): Parameters<typeof placeText>[0] {
  return { file, line: site.line };
}

function versionProblems({ root }: Configuration, { required, places, floor, verdict }: RootVersions): Problem[] {
  return found([
    verdict === "too-old" && {
      code: "terraform-version",
      path: `${places.join(", ") || root} required_version`,
      message: `must allow ${floor}, the first version that locks correctly with a file, got ${shown(required.join(", "))}`,
      fix: `Upgrade the root to ${floor} first, and raise required_version.`,
    },
  ]);
}

function writtenText({ file }: Place, { value }: Attribute): string {
  return shown(file.text.slice(value.start, value.end));
}
