import type { Attribute } from "../../../hcl/syntax";
import { SyntaxProblem } from "../../../hcl/syntax";
import type { Place } from "../configuration/configuration";
import type { Setting } from "../configuration/phase";
import type { Site, SourceFile } from "../source/site";
import { COMPUTED, KnownObject, type KnownValue } from "../expression/known-value";
import { BASE, REPOSITORY } from "./posix-paths";
import { attributeOf, attributesOf, blocksOf, type TerragruntFile } from "./terragrunt-files";
import { includedScope, type Included, type UnitScope } from "./unit-scope";

/** A backend that Terragrunt gives a unit. */
interface UnitBackend {
  /** Never empty; a later place overrides an earlier one. */
  readonly places: readonly Place[];
  /** The file and line to name: where the table is, or where the value is computed. */
  readonly file: SourceFile;
  readonly line: number;
  /** The site of the block that takes its arguments from other places. @default - the places have their own */
  readonly taker?: Site | undefined;
  /** True if it comes from a file that is not below the scanned folders. @default false */
  readonly isElsewhere?: boolean;
  /** Arguments as this unit gets them. */
  readonly values: ReadonlyMap<string, Setting>;
}

/** A file in the order of its weight, with the scope of its expressions. */
interface Layer {
  readonly file: TerragruntFile;
  readonly scope: UnitScope;
}

/** Returns the backends that a unit gets from its own file and from the files that it includes. */
export function unitBackends(scope: UnitScope): UnitBackend[] {
  const { file, includes } = scope.reading;
  const merged = [...includes.values()].filter(({ isMerged }) => isMerged);
  const lost = merged.find((each) => isUnread(each.file));
  const layers: Layer[] = [
    { file, scope },
    // Of several includes a later one overrides an earlier one. Source: pkg/config/include.go, handleInclude
    ...merged.toReversed().flatMap((each) => layerOf(scope, each)),
  ];
  if (file.body instanceof SyntaxProblem) return [computedAt(file.source, file.body.line)];
  const states = layers.flatMap(remoteStateOf).slice(0, 1);
  const generated = generatedBy(layers);
  const found = [...states.flatMap((state) => state ?? []), ...generated];
  return states.length === 0 && generated.length === 0 && lost !== undefined
    ? [{ ...computedAt(file.source, lost.line), isElsewhere: lost.file === undefined }]
    : found;
}

function isUnread(file: TerragruntFile | undefined): boolean {
  return file === undefined || file.body instanceof SyntaxProblem;
}

function layerOf(scope: UnitScope, { file }: Included): Layer[] {
  return file === undefined ? [] : [{ file, scope: includedScope(scope.reading, file) }];
}

/** Returns the backend of a file's `remote_state`: `undefined` if it is not in S3, nothing if there is no such block. */
function remoteStateOf({ file, scope }: Layer): (UnitBackend | undefined)[] {
  const [block] = blocksOf(file, "remote_state");
  const assigned = attributeOf(attributesOf(file), "remote_state");
  const [line, backend, config] =
    block === undefined
      ? assignedState(assigned, scope)
      : [block.line, member(block.body.attributes, "backend", scope), member(block.body.attributes, "config", scope)];
  if (line === undefined) return [];
  if (backend !== "s3" && backend !== COMPUTED) return [undefined];
  const taker = file.source.sites.find((each) => each.role === "terragrunt" && each.line === line);
  if (!(config instanceof KnownObject) || config.parts.length === 0)
    return [taker === undefined ? computedAt(file.source, line) : fromSite(file.source, taker)];
  const places = config.parts.map((part): Place => {
    const own = part.file.sites.find(({ role, start }) => role === "terragrunt" && start === part.start);
    return { file: part.file, site: own ?? indirect(part) };
  });
  const written = new Map(
    places.flatMap(({ file: { text }, site }) =>
      (site.arguments ?? []).map((each) => [each.name, expressionOf(each, text)]),
    ),
  );
  return [{ places, taker, ...namedPlace(places), values: valuesIn(config, written) }];
}

function assignedState(
  assigned: Attribute | undefined,
  scope: UnitScope,
): [number | undefined, KnownValue, KnownValue] {
  if (assigned === undefined) return [undefined, COMPUTED, COMPUTED];
  const value = scope.valueOf(assigned.value);
  const get = (name: string): KnownValue =>
    value instanceof KnownObject ? (value.members.get(name) ?? COMPUTED) : COMPUTED;
  return [assigned.line, get("backend"), get("config")];
}

function member(attributes: readonly Attribute[], name: string, scope: UnitScope): KnownValue {
  const attribute = attributeOf(attributes, name);
  return attribute === undefined ? COMPUTED : scope.valueOf(attribute.value);
}

/** Returns the generated backends: of two blocks with one name the one with more weight counts. */
function generatedBy(layers: readonly Layer[]): UnitBackend[] {
  const seen = new Set<string>();
  return layers.flatMap((layer) =>
    generators(layer.file).flatMap(({ name, line, attributes }) => {
      if (seen.has(name)) return [];
      seen.add(name);
      const contents = attributeOf(attributes, "contents")?.value;
      if (contents === undefined) return [];
      const isOwn = (site: Site): boolean =>
        site.role === "terragrunt" &&
        (site.heredoc === undefined
          ? site.line === line && site.arguments === undefined
          : site.heredoc.start > contents.start && site.heredoc.end < contents.end);
      return layer.file.source.sites.filter(isOwn).map((site) => fromSite(layer.file.source, site, layer.scope));
    }),
  );
}

function generators(file: TerragruntFile): { name: string; line: number; attributes: readonly Attribute[] }[] {
  const assigned = attributeOf(attributesOf(file), "generate")?.value;
  return [
    ...blocksOf(file, "generate").map(({ labels, line, body }) => {
      return { name: labels[0] ?? "", line, attributes: body.attributes };
    }),
    ...(assigned?.kind === "object" ? assigned.entries : []).flatMap(({ name, line, value }) =>
      value.kind === "object" ? [{ name, line, attributes: value.entries }] : [],
    ),
  ];
}

function fromSite(file: SourceFile, site: Site, scope?: UnitScope): UnitBackend {
  const values = (site.arguments ?? []).map(({ name, value }): [string, KnownValue] => [
    name,
    value.kind === "expression" && scope !== undefined
      ? scope.textAt(value.start, value.end)
      : (scope?.valueOf(value) ?? COMPUTED),
  ]);
  const written = new Map((site.arguments ?? []).map((each) => [each.name, expressionOf(each, file.text)]));
  return {
    places: [{ file, site }],
    file,
    line: site.line,
    values: valuesIn(new KnownObject(new Map(values)), written),
  };
}

function computedAt(file: SourceFile, line: number): UnitBackend {
  const site: Site = {
    role: "terragrunt",
    syntax: "hcl",
    type: "s3",
    line,
    start: 0,
    end: 0,
    arguments: undefined,
  };
  return { places: [{ file, site }], file, line, values: new Map() };
}

function indirect({ line, start, end, entries }: KnownObject["parts"][number]): Site {
  return { role: "terragrunt", syntax: "hcl", type: "s3", line, start, end, arguments: entries };
}

/** Returns where a person edits: where the table is, otherwise where the last arguments are. */
function namedPlace(places: readonly Place[]): { readonly file: SourceFile; readonly line: number } {
  const names = (place: Place, ...wanted: string[]): boolean =>
    place.site.arguments?.some(({ name }) => wanted.includes(name)) === true;
  const place = places.findLast((each) => names(each, "dynamodb_table", "use_lockfile")) ?? places.at(-1);
  if (place === undefined) throw new Error("a backend without a place");
  return { file: place.file, line: place.site.line };
}

function expressionOf({ value }: Attribute, text: string): string {
  return text.slice(value.start, value.end);
}

function valuesIn(config: KnownObject, written: ReadonlyMap<string, string>): ReadonlyMap<string, Setting> {
  const values = new Map<string, Setting>();
  for (const [name, value] of config.members) {
    const expression = written.get(name) ?? "";
    if (value instanceof KnownObject)
      for (const [inner, each] of value.members) values.set(`${name}.${inner}`, settingOf(each, expression));
    else if (!Array.isArray(value)) values.set(name, settingOf(value, expression));
  }
  return values;
}

/** Parts of paths that differ from machine to machine. */
const OF_THIS_MACHINE = new RegExp(`[${BASE}${REPOSITORY}]`);

function settingOf(value: KnownValue, expression: string): Setting {
  if (value === null) return undefined;
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isScalar && !OF_THIS_MACHINE.test(String(value)) ? { value: String(value) } : { expression };
}
