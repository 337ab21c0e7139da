import type { HclParser } from "../../../hcl/syntax";
import { configurationOf, type Configuration } from "../configuration/configuration";
import { baseName, folderOf, type Site, type SourceFile } from "../source/site";
import { asText, COMPUTED, KnownObject, type KnownValue } from "../expression/known-value";
import { joined, meantPath } from "./posix-paths";
import { attributeOf, blocksOf, terragruntFiles, type TerragruntFile, type TerragruntFiles } from "./terragrunt-files";
import { unitBackends } from "./unit-backends";
import { includedScope, unitScope, type UnitScope } from "./unit-scope";

/** What Terragrunt makes of the files below the scanned folders. */
export interface Units {
  readonly configurations: readonly Configuration[];
  /** Folders of the modules that units run: an empty backend block there is filled by the unit. */
  readonly modules: ReadonlySet<string>;
  /** The blocks that give a unit its backend. */
  readonly used: ReadonlySet<Site>;
  /** The files that units are made of. */
  readonly read: ReadonlySet<string>;
}

/** The file of a unit, and the file of a stack. */
const UNIT_FILE = "terragrunt.hcl";
const STACK_FILE = "terragrunt.stack.hcl";

/** How many stacks may be inside of each other. */
const DEEPEST = 8;

/** Returns one configuration for each backend of each unit, also of units that stacks generate. */
export function terragruntUnits(sources: readonly SourceFile[], parser: HclParser): Units {
  const files = terragruntFiles(sources, parser);
  if (files.paths.length === 0) return { configurations: [], modules: new Set(), used: new Set(), read: new Set() };
  const withCode = new Set(sources.filter(({ kind }) => kind.role === "root").map(({ path }) => folderOf(path)));
  const stacks = new StackUnits(files);
  const configurations: Configuration[] = [];
  const used = new Set<Site>();
  const modules = new Set<string>();
  const add = (scope: UnitScope): void => {
    const backends = unitBackends(scope);
    const module = moduleOf(scope, withCode);
    if (backends.length === 0) return;
    modules.add(scope.reading.unit);
    if (module !== undefined) modules.add(module);
    for (const { places, taker, file, line, values, isElsewhere = false } of backends) {
      if (taker !== undefined) used.add(taker);
      for (const { site } of places) used.add(site);
      const found = configurationOf("terragrunt", places, { root: scope.reading.unit, values });
      const { path, realPath } = file;
      configurations.push({
        ...found,
        isElsewhere,
        file: { path, realPath },
        line,
        ...(module === undefined ? {} : { module }),
      });
    }
  };
  for (const path of files.paths) {
    const file = baseName(path) === UNIT_FILE ? files.at(path) : undefined;
    const folder = folderOf(path);
    if (file === undefined || stacks.templates.has(folder) || !isUnit(file, withCode.has(folder))) continue;
    add(unitScope(files, file, folder));
  }
  stacks.scopes.forEach(add);
  configurations.push(...stacks.unknown);
  return { configurations, modules, used, read: files.read };
}

/** False for a file that other units include, and that configures no module of its own. */
function isUnit(file: TerragruntFile, hasCode: boolean): boolean {
  const isUnread = !Array.isArray((file.body as { blocks?: unknown }).blocks);
  return isUnread || hasCode || blocksOf(file, "include").length > 0 || blocksOf(file, "terraform").length > 0;
}

/** Returns the folder of the module that a unit runs, if its source is a path below the scanned folders. */
function moduleOf(scope: UnitScope, withCode: ReadonlySet<string>): string | undefined {
  const { file, includes, unit } = scope.reading;
  const layers = [
    { file, scope },
    ...[...includes.values()]
      .toReversed()
      .flatMap((each) =>
        each.file === undefined ? [] : [{ file: each.file, scope: includedScope(scope.reading, each.file) }],
      ),
  ];
  for (const layer of layers) {
    const [block] = blocksOf(layer.file, "terraform");
    const source = block && attributeOf(block.body.attributes, "source");
    if (source === undefined) continue;
    return localPath(unit, layer.scope.valueOf(source.value), (path) => withCode.has(path));
  }
  // A stack copies the code beside a unit too.
  return folderOf(file.source.path);
}

/**
 * Returns the path that a source means; undefined for a source elsewhere.
 * @param exists true if something that the source may mean is at a path
 */
function localPath(folder: string, source: KnownValue, exists: (path: string) => boolean): string | undefined {
  const text = asText(source);
  if (text === undefined || /^[\w.-]+:|::|^\w+\.\w+\//.test(text)) return undefined;
  return meantPath(folder, text.replace(/\?.*$/, ""), exists);
}

/** The units that stack files generate. */
class StackUnits {
  /** Folders from which stacks copy units and stacks: nobody runs them where they are. */
  readonly templates = new Set<string>();
  readonly scopes: UnitScope[] = [];
  readonly unknown: Configuration[] = [];

  constructor(private readonly files: TerragruntFiles) {
    const paths = files.paths.filter((path) => baseName(path) === STACK_FILE);
    for (const path of paths) this.note(path);
    for (const path of paths) if (!this.templates.has(folderOf(path))) this.generate(path, folderOf(path), COMPUTED, 0);
  }

  private localPath(folder: string, source: KnownValue): string | undefined {
    const isTemplate = (path: string): boolean =>
      [UNIT_FILE, STACK_FILE].some((name) => this.files.at(joined(path, name)) !== undefined);
    return localPath(folder, source, isTemplate);
  }

  private note(path: string): void {
    const file = this.files.at(path);
    if (file === undefined) return;
    const scope = unitScope(this.files, file, folderOf(path));
    for (const block of [...blocksOf(file, "unit"), ...blocksOf(file, "stack")]) {
      const source = attributeOf(block.body.attributes, "source");
      const template = source && this.localPath(folderOf(path), scope.valueOf(source.value));
      if (template !== undefined) this.templates.add(template);
    }
  }

  /** @param at the folder in which the stack is generated; the file may be a template elsewhere */
  private generate(path: string, at: string, values: KnownValue, depth: number): void {
    const file = this.files.at(path);
    if (file === undefined || depth > DEEPEST) return;
    const scope = unitScope(this.files, file, at, values);
    for (const block of [...blocksOf(file, "unit"), ...blocksOf(file, "stack")]) {
      const get = (name: string): KnownValue => {
        const attribute = attributeOf(block.body.attributes, name);
        return attribute === undefined ? COMPUTED : scope.valueOf(attribute.value);
      };
      const isPlain = get("no_dot_terragrunt_stack") === true;
      const name = asText(get("path"));
      const given = name ?? block.labels[0] ?? "";
      const folder = joined(isPlain ? at : joined(at, ".terragrunt-stack"), given);
      // Source: pkg/config/stack.go: also a copied stack reads a source from where it was generated.
      const template = this.localPath(at, get("source"));
      if (template !== undefined) this.templates.add(template);
      const values_ = get("values");
      const isStack = block.type === "stack";
      const inner = template === undefined ? undefined : joined(template, isStack ? STACK_FILE : UNIT_FILE);
      const innerFile = inner === undefined ? undefined : this.files.at(inner);
      if (inner === undefined || innerFile === undefined || name === undefined)
        this.unknown.push({
          ...unknownUnit(file.source, block.line, folder),
          isElsewhere: template === undefined && asText(get("source")) !== undefined,
        });
      else if (isStack) this.generate(inner, folder, values_, depth + 1);
      else
        this.scopes.push(unitScope(this.files, innerFile, folder, values_ instanceof KnownObject ? values_ : COMPUTED));
    }
  }
}

/** A unit whose source is not below the scanned folders, or is computed: it may use any backend. */
function unknownUnit(file: SourceFile, line: number, root: string): Configuration {
  const site: Site = { role: "terragrunt", syntax: "hcl", type: "s3", line, start: 0, end: 0, arguments: undefined };
  return configurationOf("terragrunt", [{ file, site }], { root, values: new Map() });
}
