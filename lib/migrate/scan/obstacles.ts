import type { Attribute, Value } from "../../hcl/syntax";
import { found, shown, type Problem } from "../../problem/problem";
import { placeText, type Configuration, type Place } from "./configuration";
import { LEGACY_TABLE, setting, USE_LOCKFILE } from "./phase";
import { argument } from "./site";
import type { FloorVerdict } from "./version-floor";

/** What is known about the versions a root may be run with. */
export interface RootVersions {
  readonly required: readonly string[];
  readonly floor: string;
  readonly verdict: FloorVerdict;
}

/** What has to be mended by hand before a configuration can be moved; while there is any, its files are left alone. */
export function obstacles(
  configuration: Configuration,
  versions: RootVersions,
  doubled: readonly Place[] | undefined,
): Problem[] {
  return [
    ...configuration.places.flatMap((place) => [
      ...expressionProblems(configuration, place),
      ...lockfileProblems(place),
      ...legacyProblems(place),
      ...repeatedProblems(place),
    ]),
    ...doubledProblems(doubled),
    ...versionProblems(configuration, versions),
  ];
}

/** Terraform takes literals only in a backend; OpenTofu also variables and locals. */
function expressionProblems({ source }: Configuration, place: Place): Problem[] {
  if (source !== "terraform" || place.site.role !== "backend") return [];
  return (place.site.arguments ?? [])
    .filter(({ value }) => isComputed(value))
    .map((attribute) => ({
      code: "backend-expression",
      path: argumentPath(place, attribute),
      message: `must be a literal, got ${writtenText(place, attribute)}: Terraform computes nothing in a backend`,
      fix: "Write the value out or give it in a partial configuration; where only OpenTofu runs this root, keep it in a .tofu file.",
    }));
}

function lockfileProblems(place: Place): Problem[] {
  const attribute = argument(place.site, USE_LOCKFILE);
  if (attribute === undefined) return [];
  const lockfile = setting(attribute, place.file.text);
  const isFlag = lockfile === undefined || ("value" in lockfile && /^(true|false|1|0)$/.test(lockfile.value));
  return found([
    !isFlag && {
      code: "use-lockfile",
      path: argumentPath(place, attribute),
      message: `must be true or false, got ${writtenText(place, attribute)}`,
      fix: "Write true or false: what is computed cannot be judged from files.",
    },
  ]);
}

function legacyProblems(place: Place): Problem[] {
  const attribute = argument(place.site, LEGACY_TABLE);
  return found([
    attribute !== undefined && {
      code: "legacy-argument",
      path: argumentPath(place, attribute),
      message: `must be called dynamodb_table, got ${LEGACY_TABLE}, which no Terraform that has use_lockfile takes`,
      fix: "Rename it to dynamodb_table, run `terraform init -reconfigure`, then scan again.",
    },
  ]);
}

/** HCL refuses it in native syntax when the file is read; JSON parsers quietly take the last. */
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
    message: `must be the root's only backend block, got another beside ${first === undefined ? "" : placeText(siteOf(first))}`,
    fix: "Remove one: no tool takes a root with two.",
  }));
}

function siteOf({ file, site }: Place): Parameters<typeof placeText>[0] {
  return { file, line: site.line };
}

function versionProblems(configuration: Configuration, { required, floor, verdict }: RootVersions): Problem[] {
  return found([
    verdict === "too-old" && {
      code: "terraform-version",
      path: `${configuration.root} required_version`,
      message: `must allow ${floor}, the first to lock with a file soundly, got ${shown(required.join(", "))}`,
      fix: "Move the root to a newer version first, and raise required_version.",
    },
  ]);
}

function isComputed(value: Value): boolean {
  if (value.kind === "object") return value.entries.some((entry) => isComputed(entry.value));
  if (value.kind === "list") return value.items.some(isComputed);
  return value.kind === "expression" && !value.isConstant;
}

function argumentPath({ file }: Place, { line, name }: Attribute): string {
  return `${file.path}:${String(line)} ${name}`;
}

function writtenText({ file }: Place, { value }: Attribute): string {
  return shown(file.text.slice(value.start, value.end));
}
