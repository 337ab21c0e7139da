import type { Attribute, Value } from "../../../hcl/syntax";
import { folderOf } from "../source/site";
import { evaluate, type Scope } from "../expression/expression";
import { FUNCTIONS } from "../expression/functions";
import { asText, COMPUTED, KnownObject, type KnownValue } from "../expression/known-value";
import { absolute, joined, meantPath, relative, REPOSITORY } from "./posix-paths";
import { attributeOf, attributesOf, blocksOf, type TerragruntFile, type TerragruntFiles } from "./terragrunt-files";

/** A file that Terragrunt reads, and for whom. */
interface Reading {
  readonly files: TerragruntFiles;
  readonly file: TerragruntFile;
  /** The folder that `get_terragrunt_dir` returns: of the unit, also in a file that it includes. */
  readonly unit: string;
  /** The files that the unit includes, by label. */
  readonly includes: ReadonlyMap<string, Included>;
  /** True in a file that the unit includes. */
  readonly isIncluded: boolean;
  /** What a stack gives the unit. */
  readonly values: KnownValue;
  /** How many files were read on the way here. */
  readonly depth: number;
}

/** A file that a unit includes. */
export interface Included {
  /** Undefined if the scan does not know the file. */
  readonly file: TerragruntFile | undefined;
  readonly line: number;
  readonly isMerged: boolean;
}

/** How many files may read each other. */
const DEEPEST = 12;

/** Evaluates expressions of one file. It computes a local at most once. */
export class UnitScope implements Scope {
  private readonly locals = new Map<string, KnownValue>();

  constructor(readonly reading: Reading) {}

  /** Returns the value of an attribute, with the literals that it comes from. */
  valueOf(value: Value): KnownValue {
    const file = this.reading.file.source;
    switch (value.kind) {
      case "literal":
        return value.literal;
      case "object":
        return this.objectOf(value);
      case "list":
        return value.items.map((item) => this.valueOf(item));
      case "expression":
        return evaluate({ file, start: value.start, end: value.end }, this);
    }
  }

  /** Returns a part of the file's text as a template: what a heredoc writes in quotes. */
  textAt(start: number, end: number): KnownValue {
    return evaluate({ file: this.reading.file.source, start, end }, this);
  }

  private objectOf(value: Extract<Value, { kind: "object" }>): KnownObject {
    const file = this.reading.file.source;
    const line = file.text.slice(0, value.start).split("\n").length;
    const members = new Map(value.entries.map((entry) => [entry.name, this.valueOf(entry.value)]));
    const part = { file, line, start: value.start + 1, end: value.end - 1, entries: value.entries };
    return new KnownObject(members, [part]);
  }

  reference(name: string, member: string | undefined): KnownValue {
    if (name === "local" && member !== undefined) return this.local(member);
    if (name === "include") return this.include(member);
    if (name === "values" && member !== undefined)
      return this.reading.values instanceof KnownObject
        ? (this.reading.values.members.get(member) ?? COMPUTED)
        : COMPUTED;
    return COMPUTED;
  }

  private local(name: string): KnownValue {
    const known = this.locals.get(name);
    if (known !== undefined) return known;
    // A local that needs itself is an error in Terragrunt.
    this.locals.set(name, COMPUTED);
    const attribute = localsOf(this.reading.file).find((each) => each.name === name);
    const value = attribute === undefined ? COMPUTED : this.valueOf(attribute.value);
    this.locals.set(name, value);
    return value;
  }

  /** Returns what a file exposes: its locals. */
  exposed(): KnownObject {
    const names = localsOf(this.reading.file).map(({ name }) => name);
    const locals = new KnownObject(new Map(names.map((name) => [name, this.local(name)])));
    return new KnownObject(new Map<string, KnownValue>([["locals", locals], ...this.assigned()]));
  }

  private assigned(): [string, KnownValue][] {
    return attributesOf(this.reading.file)
      .filter(({ name }) => name === "inputs" || name === "remote_state")
      .map(({ name, value }) => [name, this.valueOf(value)]);
  }

  private include(label: string | undefined): KnownValue {
    if (this.reading.depth > DEEPEST) return COMPUTED;
    const found = this.reading.includes.get(label ?? "");
    if (found !== undefined) return this.exposedBy(found);
    const bare = this.reading.includes.get("");
    if (bare === undefined || label === undefined) return COMPUTED;
    const exposed = this.exposedBy(bare);
    return exposed instanceof KnownObject ? (exposed.members.get(label) ?? COMPUTED) : COMPUTED;
  }

  private exposedBy({ file }: Included): KnownValue {
    return file === undefined ? COMPUTED : includedScope(this.reading, file).exposed();
  }

  call(name: string, given: readonly KnownValue[]): KnownValue {
    const pure = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    return pure === undefined ? this.inContext(name, given) : pure(...given);
  }

  private inContext(name: string, given: readonly KnownValue[]): KnownValue {
    const { unit, isIncluded } = this.reading;
    const [first] = given;
    switch (name) {
      case "get_terragrunt_dir":
      case "get_original_terragrunt_dir":
        return name === "get_original_terragrunt_dir" && this.reading.depth > 0 && !isIncluded
          ? COMPUTED
          : absolute(unit);
      case "get_parent_terragrunt_dir": {
        const parent = this.parent(first);
        return parent === undefined ? COMPUTED : absolute(parent);
      }
      case "path_relative_to_include":
      case "path_relative_from_include": {
        const parent = this.parent(first);
        if (parent === undefined) return this.reading.includes.size === 0 && !isIncluded ? "." : COMPUTED;
        const way = name === "path_relative_to_include" ? relative(parent, unit) : relative(unit, parent);
        return way ?? COMPUTED;
      }
      case "find_in_parent_folders":
        return this.inParents(given);
      case "read_terragrunt_config":
        return this.read(given);
      case "get_repo_root":
      case "get_path_to_repo_root":
        return REPOSITORY;
      case "abspath":
      case "pathexpand": {
        const text = asText(first);
        const path = text === undefined ? undefined : meantPath(unit, text, this.exists);
        return path === undefined || name === "pathexpand" ? COMPUTED : absolute(path);
      }
      default:
        return COMPUTED;
    }
  }

  private readonly exists = (path: string): boolean => this.reading.files.at(path) !== undefined;

  /** Returns the folder of the file that includes count from: of the one with a label, or of the only one. */
  private parent(label: KnownValue | undefined): string | undefined {
    const { includes, isIncluded, file } = this.reading;
    if (label === undefined && isIncluded) return folderOf(file.source.path);
    const chosen =
      label === undefined && includes.size === 1 ? [...includes.values()][0] : includes.get(asText(label) ?? "");
    const source = chosen?.file?.source;
    return source === undefined ? undefined : folderOf(source.path);
  }

  private inParents([name]: readonly KnownValue[]): KnownValue {
    const wanted = name === undefined ? "terragrunt.hcl" : asText(name);
    if (wanted === undefined) return COMPUTED;
    let folder = this.reading.unit;
    while (folder !== "." && folder !== "/" && !folder.endsWith("..")) {
      folder = folderOf(folder);
      const path = joined(folder, wanted);
      if (this.reading.files.at(path) !== undefined) return absolute(path);
    }
    // The file may be above the scanned folders, so the fallback decides nothing.
    return COMPUTED;
  }

  private read([path]: readonly KnownValue[]): KnownValue {
    const text = asText(path);
    const meant = text === undefined ? undefined : meantPath(this.reading.unit, text, this.exists);
    const file = meant === undefined ? undefined : this.reading.files.at(meant);
    if (file === undefined || meant === undefined || this.reading.depth > DEEPEST) return COMPUTED;
    return readScope(this.reading, file, folderOf(meant)).exposed();
  }
}

/** Returns the scope of a file that the unit includes: its functions see the unit. */
export function includedScope(reading: Reading, file: TerragruntFile): UnitScope {
  return new UnitScope({ ...reading, file, isIncluded: true, includes: new Map(), depth: reading.depth + 1 });
}

function readScope({ files, depth, values }: Reading, file: TerragruntFile, folder: string): UnitScope {
  return unitScope(files, file, folder, values, depth + 1);
}

/** Returns the scope of a unit's own file, or of one that is read like it. */
export function unitScope(
  files: TerragruntFiles,
  file: TerragruntFile,
  unit: string,
  values: KnownValue = COMPUTED,
  depth = 0,
): UnitScope {
  const includes = new Map<string, Included>();
  const scope = new UnitScope({ files, file, unit, values, depth, isIncluded: false, includes });
  for (const block of depth > DEEPEST ? [] : blocksOf(file, "include")) {
    const path = attributeOf(block.body.attributes, "path");
    const text = path && asText(scope.valueOf(path.value));
    const meant = text === undefined ? undefined : meantPath(unit, text, (at) => files.at(at) !== undefined);
    const strategy = attributeOf(block.body.attributes, "merge_strategy")?.value;
    includes.set(block.labels[0] ?? "", {
      file: meant === undefined ? undefined : files.at(meant),
      line: block.line,
      isMerged: !(strategy?.kind === "literal" && strategy.literal === "no_merge"),
    });
  }
  return scope;
}

function localsOf(file: TerragruntFile): readonly Attribute[] {
  return blocksOf(file, "locals").flatMap(({ body }) => body.attributes);
}
