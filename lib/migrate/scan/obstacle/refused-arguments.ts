import type { EngineName } from "../../../engine/engine";
import { FLOORS, floorText } from "../../../engine/floors";
import type { Attribute, Block } from "../../../hcl/syntax";
import type { Problem } from "../../../problem/problem";
import { argumentPath, type Configuration, type Place } from "../configuration/configuration";
import { exclusivePairs, type ExclusivePair } from "./exclusive-arguments";
import { ASSUME_ROLE, flatArguments, movableRole, nestedValue } from "./flat-role";
import { FLAT_ROLE_ARGUMENTS } from "../source/known-arguments";
import { isRewritten } from "../configuration/by-hand";
import { argument, type Site } from "../source/site";

/**
 * Returns the problems with the flat arguments of a role and with blocks. Terraform 1.10 and later, which `use_lockfile` needs, refuse
 * them. OpenTofu takes the flat arguments.
 */
export function roleArgumentProblems(
  configuration: Configuration,
  place: Place,
  engine: EngineName | undefined,
): Problem[] {
  const { source } = configuration;
  if (source === "reader" || source === "consumer") return [];
  const flat = takesFlatRole(configuration, engine) ? [] : flatArguments(place.site);
  const [first] = flat;
  return [
    ...(first === undefined
      ? []
      : [
          {
            code: "removed-argument",
            path: argumentPath(place, first),
            message: `must be inside of assume_role: Terraform 1.10 and later, which use_lockfile needs, refuse ${flat.map(({ name }) => name).join(", ")}`,
            fix: roleFix(configuration, place, flat),
          },
        ]),
    ...(place.site.blocks ?? []).map((block) => ({
      code: "removed-argument",
      path: blockPath(place, block),
      message: `must be an argument: no engine takes a block in a backend`,
      fix: blockFix(configuration, place, block),
    })),
  ];
}

function takesFlatRole({ source }: Configuration, engine: EngineName | undefined): boolean {
  return source === "opentofu" || engine === "tofu";
}

function blockFix(configuration: Configuration, place: Place, block: Block): string {
  const entries = block.body.attributes.map((each) => `${each.name} = ${insideText(place, each)}`);
  const written = `Write ${block.type} = { ${[...entries, ...block.body.blocks.map(() => "…")].join(", ")} }, with an equal sign`;
  return isRewritten(configuration) && isAssignable(place.site, block)
    ? `${written}, or let \`statelock migrate apply\` do it with --modernize.`
    : `${written}.`;
}

/** True if an equal sign makes a block of a backend the argument that engines take. */
export function isAssignable(site: Site, { type, labels, body }: Block): boolean {
  const isAlone = (site.blocks ?? []).filter((each) => each.type === type).length === 1;
  return isAlone && labels.length === 0 && body.blocks.length === 0 && argument(site, type) === undefined;
}

/** Returns the problems with arguments that no engine takes together. */
export function exclusiveProblems(configuration: Configuration, engine: EngineName | undefined): Problem[] {
  const { source } = configuration;
  if (source === "reader" || source === "consumer") return [];
  return exclusivePairs(configuration, { takesFlatRole: takesFlatRole(configuration, engine) }).map((pair) => ({
    code: "exclusive-arguments",
    path: argumentPath(pair.place, pair.attribute),
    message: `must not be set beside ${pair.beside} (${pair.besidePlace.file.path}:${String(pair.besideAttribute.line)}): no engine takes both`,
    fix: exclusiveFix(pair, isRewritten(configuration)),
  }));
}

function exclusiveFix(
  { attribute: { name }, beside, besidePlace, besideAttribute, isRepeated }: ExclusivePair,
  isOurs: boolean,
): string {
  const [outer = beside, inner] = beside.split(".");
  const text = insideText(besidePlace, besideAttribute);
  const kept = inner === undefined ? `${outer} = ${text}` : `${outer} = { ${inner} = ${text} }`;
  if (isRepeated)
    return `Remove it, and keep ${kept}${isOurs ? ", or let `statelock migrate apply` do it with --modernize" : ""}.`;
  const isSecret = name === "sse_customer_key" || beside.includes("token");
  return isSecret
    ? `Keep the one that the root needs, and remove the other.`
    : `Keep the value that the root needs, as ${kept} if it is that one, and remove the other argument.`;
}

function roleFix(configuration: Configuration, place: Place, flat: readonly Attribute[]): string {
  if (argument(place.site, ASSUME_ROLE) !== undefined)
    return "Move their values into the assume_role beside them, and remove what is there twice.";
  if (!flat.some(({ name }) => name === "role_arn"))
    return "Move them into the assume_role that names the role_arn. Without a role_arn they have no effect: remove them.";
  const nested = flat.map(
    (attribute) => `${FLAT_ROLE_ARGUMENTS[attribute.name] ?? ""} = ${insideText(place, attribute)}`,
  );
  const byHand = `Replace it by assume_role = { ${nested.join(", ")} }, with Terraform ${floorText(FLOORS.assumeRole.terraform)} or later`;
  return movableRole(configuration) === undefined
    ? `${byHand}.`
    : `${byHand}, or let \`statelock migrate apply\` do it with --modernize.`;
}

/** Returns a value on one line: one of several lines is in the file. */
function insideText({ file }: Place, attribute: Attribute): string {
  const text = nestedValue(file.text, attribute);
  return text.includes("\n") ? "…" : text;
}

/** Returns the path of the problems with a block of a backend. */
export function blockPath({ file }: Place, { line, type }: Block): string {
  return `${file.path}:${String(line)} ${type}`;
}
