import type { Attribute, Block, Body, HclParser, Value } from "../../../hcl/syntax";
import { SyntaxProblem } from "../../../hcl/syntax";
import { attributeText } from "./attribute-text";
import type { Site } from "./site";

/** Blocks of a Terragrunt file that decide about a backend. */
export const TERRAGRUNT_BLOCKS: readonly string[] = [
  "remote_state",
  "generate",
  "locals",
  "include",
  "terraform",
  "unit",
  "stack",
];

/** The attributes that describe a remote state, wherever they are. */
interface RemoteState {
  readonly line: number;
  /** Undefined if the whole value is computed. */
  readonly attributes: readonly Attribute[] | undefined;
}

/**
 * Returns every backend in a Terragrunt file: of `remote_state`, as a block, an attribute or a local that other files read, and
 * in the contents of `generate`.
 * Source: https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/
 */
export function terragruntSites(body: Body, text: string, parser: HclParser): Site[] {
  const locals = body.blocks.filter(({ type }) => type === "locals").flatMap((block) => block.body.attributes);
  const states: RemoteState[] = [
    ...body.blocks
      .filter(({ type }) => type === "remote_state")
      .map(({ line, body: { attributes } }) => ({ line, attributes })),
    ...[...body.attributes, ...locals.filter(({ value }) => value.kind === "object")]
      .filter(({ name }) => name === "remote_state")
      .map(({ line, value }) => ({ line, attributes: value.kind === "object" ? value.entries : undefined })),
  ];
  return [
    ...states.filter(isS3).map(({ line, attributes = [] }) => configSite("terragrunt", line, attributes)),
    ...generators(body).flatMap((generator) => generatedSites(generator, text, parser)),
  ];
}

/** A backend that is computed may be S3. */
function isS3({ attributes }: RemoteState): boolean {
  if (attributes === undefined) return true;
  const backend = attributes.find(({ name }) => name === "backend");
  return backend !== undefined && (backend.value.kind !== "literal" || backend.value.literal === "s3");
}

/** Returns the site of a block whose backend arguments are in an object named `config`. */
export function configSite(role: "reader" | "terragrunt", line: number, attributes: readonly Attribute[]): Site {
  const config: Value | undefined = attributes.find((attribute) => attribute.name === "config")?.value;
  const place = config ?? { start: 0, end: 0 };
  return {
    role,
    syntax: "hcl",
    type: "s3",
    line,
    start: place.start + 1,
    end: place.end - 1,
    arguments: config?.kind === "object" && !config.entries.some(isComputedName) ? config.entries : undefined,
  };
}

/** An object with a computed key may have any argument. */
function isComputedName({ name }: Attribute): boolean {
  return !/^[\w-]+$/.test(name);
}

interface Generator {
  readonly name: string;
  readonly line: number;
  readonly attributes: readonly Attribute[];
}

/** Returns the files that Terragrunt generates: by blocks, or by an attribute with an object for each. */
function generators({ blocks, attributes }: Body): Generator[] {
  const assigned = attributes.find(({ name }) => name === "generate")?.value;
  return [
    ...blocks.filter(({ type }) => type === "generate").map(fromBlock),
    ...(assigned?.kind === "object" ? assigned.entries : []).flatMap(({ name, line, value }) =>
      value.kind === "object" ? [{ name, line, attributes: value.entries }] : [],
    ),
  ];
}

function fromBlock({ labels, line, body }: Block): Generator {
  return { name: labels[0] ?? "", line, attributes: body.attributes };
}

function generatedSites({ name, line, attributes }: Generator, text: string, parser: HclParser): Site[] {
  const contents = attributes.find((attribute) => attribute.name === "contents");
  if (contents === undefined) return [];
  const written = text.slice(contents.value.start, contents.value.end);
  const computed: Site = { ...configSite("terragrunt", line, []), arguments: undefined };
  const heredoc = heredocText(written);
  if (heredoc === undefined) {
    const isAboutBackends = /backend|remote|state/i.test(
      `${name} ${attributeText(attributes, "path") ?? ""} ${written}`,
    );
    const isLiteral = contents.value.kind === "literal" && !/backend\s+"s3"/.test(String(contents.value.literal));
    return isAboutBackends && !isLiteral ? [computed] : [];
  }
  if (!/\bbackend\b/.test(heredoc.inner)) return [];
  const body = parser.parse(heredoc.inner, (type) => type === "terraform");
  if (body instanceof SyntaxProblem) return [computed];
  const by = contents.value.start + heredoc.offset;
  return body.blocks
    .flatMap((block) => block.body.blocks.filter(({ type, labels }) => type === "backend" && labels[0] === "s3"))
    .map((backend) => ({
      role: "terragrunt",
      syntax: "hcl",
      type: "s3",
      line: contents.line + backend.line,
      start: backend.body.start + by,
      end: backend.body.end + by,
      arguments: backend.body.attributes.map((each) => moved(each, by, contents.line)),
      ...(backend.body.blocks.length === 0
        ? {}
        : { blocks: backend.body.blocks.map((each) => movedBlock(each, by, contents.line)) }),
      heredoc: { start: by, end: by + heredoc.inner.length },
    }));
}

/** Returns the lines of a heredoc, and where they begin. */
function heredocText(written: string): { readonly inner: string; readonly offset: number } | undefined {
  const [, start = "", , inner] = /^(<<-?([\w-]+)[ \t]*\r?\n)(.*?\n)[ \t]*\2\s*$/s.exec(written) ?? [];
  return inner === undefined ? undefined : { inner, offset: start.length };
}

/** Returns an attribute with the positions that it has in the whole file. */
function moved(attribute: Attribute, by: number, lines: number): Attribute {
  const { start, end, line, value } = attribute;
  return { ...attribute, start: start + by, end: end + by, line: line + lines, value: movedValue(value, by, lines) };
}

function movedBlock(block: Block, by: number, lines: number): Block {
  const { start, end, line, body } = block;
  const inner = {
    start: body.start + by,
    end: body.end + by,
    attributes: body.attributes.map((each) => moved(each, by, lines)),
    blocks: body.blocks.map((each) => movedBlock(each, by, lines)),
  };
  return { ...block, start: start + by, end: end + by, line: line + lines, body: inner };
}

function movedValue(value: Value, by: number, lines: number): Value {
  const span = { start: value.start + by, end: value.end + by };
  if (value.kind === "object")
    return { ...value, ...span, entries: value.entries.map((entry) => moved(entry, by, lines)) };
  if (value.kind === "list")
    return { ...value, ...span, items: value.items.map((item) => movedValue(item, by, lines)) };
  return { ...value, ...span };
}
