import type { Attribute, Value } from "../../../hcl/syntax";
import { writtenVersion } from "./attribute-text";
import { arePartial } from "./known-arguments";
import type { FileKind } from "./file-kind";
import { isS3Reader, OPENTOFU_ARGUMENTS, type BackendSites } from "./hcl-sites";
import type { Site } from "./site";

/** Returns every backend in a file in JSON syntax, where a block is an object or a list of objects. */
export function jsonSites(root: Value, role: FileKind["role"]): BackendSites {
  if (role === "partial" || role === "unsure")
    return {
      sites: bodies(root)
        .filter(({ entries }) => role === "partial" || arePartial(entries.map(({ name }) => name)))
        .map((body) => site("partial", undefined, body)),
      requiredVersions: [],
    };
  const terraform = bodies(root).flatMap((body) => blocks(body, "terraform"));
  const language = bodies(root).flatMap((body) => blocks(body, "language"));
  const backends = terraform.flatMap((body) => blocks(body, "backend"));
  const checks = bodies(root)
    .flatMap((body) => blocks(body, "check"))
    .flatMap(({ entries }) => entries.flatMap(({ value, line }) => bodies(value, line)));
  const readers = [...bodies(root), ...checks]
    .flatMap((body) => blocks(body, "data"))
    .flatMap((body) => blocks(body, "terraform_remote_state"))
    .flatMap((body) => body.entries)
    .flatMap(({ name, value, line }) => bodies(value, line).map((body) => ({ name, body })))
    .filter(({ body }) => isS3Reader(body.entries));
  return {
    sites: [
      ...backends.flatMap((body) =>
        body.entries.flatMap((type) => bodies(type.value, type.line).map((args) => site("backend", type.name, args))),
      ),
      ...readers.map(({ name, body }) => readerSite(body, name)),
    ],
    clouds: terraform.flatMap(({ entries }) => entries.filter(({ name }) => name === "cloud").map(({ line }) => line)),
    requiredVersions: [
      ...terraform.flatMap((body) => writtenVersion(body.entries, "required_version")),
      ...language
        .flatMap((body) => blocks(body, "compatible_with"))
        .flatMap((body) => writtenVersion(body.entries, "opentofu")),
    ],
    isForOpenTofu:
      language.length > 0 ||
      terraform.some((body) => blocks(body, "encryption").length > 0) ||
      backends
        .flatMap((body) => body.entries)
        .flatMap(({ value }) => bodies(value))
        .some(({ entries }) => entries.some(({ name }) => OPENTOFU_ARGUMENTS.includes(name))),
  };
}

/** An object that is the body of a block, with the line of the block. */
interface JsonBody {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly entries: readonly Attribute[];
}

function bodies(value: Value, line = 1): JsonBody[] {
  if (value.kind === "list") return value.items.flatMap((item) => bodies(item, line));
  return value.kind === "object" ? [{ ...value, line }] : [];
}

function blocks(body: JsonBody, type: string): JsonBody[] {
  return body.entries.filter((entry) => entry.name === type).flatMap((entry) => bodies(entry.value, entry.line));
}

function site(role: Site["role"], type: string | undefined, { start, end, line, entries }: JsonBody): Site {
  return { role, syntax: "json", type, line, start: start + 1, end: end - 1, arguments: entries };
}

function readerSite(body: JsonBody, label: string): Site {
  const [config] = blocks(body, "config");
  if (config !== undefined) return { ...site("reader", "s3", config), line: body.line, label };
  return { ...site("reader", "s3", body), arguments: undefined, label };
}
