import type { Attribute, Block, Body, HclParser } from "../../../hcl/syntax";
import { SyntaxProblem } from "../../../hcl/syntax";
import { isWanted } from "../source/hcl-sites";
import type { SourceFile } from "../source/site";

/** A file of Terragrunt with its blocks, or with the reason why it has none. */
export interface TerragruntFile {
  readonly source: SourceFile;
  readonly body: Body | SyntaxProblem;
}

/** The files of Terragrunt below the scanned folders. Each is parsed once, and only if somebody needs it. */
export interface TerragruntFiles {
  readonly at: (path: string) => TerragruntFile | undefined;
  readonly paths: readonly string[];
  /** The paths that somebody needed. */
  readonly read: ReadonlySet<string>;
}

/** Returns the files of Terragrunt among some sources, by path. */
export function terragruntFiles(sources: readonly SourceFile[], parser: HclParser): TerragruntFiles {
  const own = new Map(sources.filter(isTerragrunt).map((source) => [source.path, source]));
  const parsed = new Map<string, TerragruntFile>();
  const read = new Set<string>();
  return {
    paths: [...own.keys()].sort(),
    read,
    at: (path) => {
      const [known, source] = [parsed.get(path), own.get(path)];
      if (known !== undefined || source === undefined) return known;
      const file = { source, body: source.body ?? parser.parse(source.text, isWanted("terragrunt")) };
      parsed.set(path, file);
      read.add(path);
      return file;
    },
  };
}

function isTerragrunt({ kind }: SourceFile): boolean {
  return kind.role === "terragrunt" && kind.syntax === "hcl";
}

/** Returns the blocks of a type; a file that cannot be read has none. */
export function blocksOf({ body }: TerragruntFile, type: string): readonly Block[] {
  return body instanceof SyntaxProblem ? [] : body.blocks.filter((block) => block.type === type);
}

/** Returns an attribute of a body. */
export function attributeOf(attributes: readonly Attribute[], name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

/** Returns the attributes of a file; a file that cannot be read has none. */
export function attributesOf({ body }: TerragruntFile): readonly Attribute[] {
  return body instanceof SyntaxProblem ? [] : body.attributes;
}
