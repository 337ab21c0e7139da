import type { Attribute, Body, HclParser } from "../../../hcl/syntax";
import { writtenVersion } from "./attribute-text";
import { arePartial } from "./known-arguments";
import type { FileKind } from "./file-kind";
import type { Site, WrittenVersion } from "./site";
import { configSite, TERRAGRUNT_BLOCKS, terragruntSites } from "./terragrunt-sites";

/** The backends and version constraints in one file. */
export interface BackendSites {
  readonly sites: readonly Site[];
  /** Lines of `cloud` blocks. @default - none */
  readonly clouds?: readonly number[];
  readonly requiredVersions: readonly WrittenVersion[];
  /** The blocks of a file of Terragrunt. @default - it belongs to no unit, or was not parsed */
  readonly body?: Body;
  /** True if the file has something that only OpenTofu reads: `encryption {}`, `language {}`, tags in a backend. */
  readonly isForOpenTofu?: boolean;
}

/** Arguments of a backend that only OpenTofu has. */
export const OPENTOFU_ARGUMENTS: readonly string[] = ["lock_tags", "state_tags"];

/** True for a top-level block that can hold backend arguments. */
export function isWanted(role: FileKind["role"]): (type: string) => boolean {
  const known = WANTED_BY_ROLE.get(role) ?? wantedBy(role);
  WANTED_BY_ROLE.set(role, known);
  return known;
}

/** One function for each role: a parser remembers by it what it read. */
const WANTED_BY_ROLE = new Map<FileKind["role"], (type: string) => boolean>();

function wantedBy(role: FileKind["role"]): (type: string) => boolean {
  if (role === "unsure") return () => true;
  const wanted =
    role === "terragrunt" ? [...TERRAGRUNT_BLOCKS, "generate_hcl"] : ["terraform", "language", "data", "check"];
  return (type) => wanted.includes(type);
}

/** Returns every backend in a file in native syntax. */
export function hclSites(body: Body, role: FileKind["role"], text: string, parser: HclParser): BackendSites {
  if (role === "partial") return { sites: [partialSite(body)], requiredVersions: [] };
  if (role === "unsure" || role === "terragrunt") {
    const isPart = body.blocks.length === 0 && arePartial(body.attributes.map(({ name }) => name));
    if (isPart) return { sites: [partialSite(body)], requiredVersions: [] };
    if (role === "unsure") return { sites: [], requiredVersions: [] };
    return {
      sites: terragruntSites(body, text, parser),
      body,
      requiredVersions: writtenVersion(body.attributes, "terraform_version_constraint"),
    };
  }
  if (body.blocks.length === 0) return { sites: [], requiredVersions: [] };
  const terraform = body.blocks.filter((block) => block.type === "terraform");
  const language = body.blocks.filter((block) => block.type === "language");
  const backends = terraform.flatMap(({ body: { blocks } }) => blocks.filter((block) => block.type === "backend"));
  const checks = body.blocks.filter(({ type }) => type === "check").flatMap((block) => block.body.blocks);
  const readers = [...body.blocks, ...checks].filter(
    ({ type, labels, body: { attributes } }) =>
      type === "data" && labels[0] === "terraform_remote_state" && isS3Reader(attributes),
  );
  return {
    sites: [
      ...backends.map(({ labels, line, body: { start, end, attributes, blocks } }): Site => {
        return {
          role: "backend",
          syntax: "hcl",
          type: labels[0],
          line,
          start,
          end,
          arguments: attributes,
          ...(blocks.length === 0 ? {} : { blocks }),
        };
      }),
      ...readers.map(({ labels, line, body: { attributes } }) => {
        return { ...configSite("reader", line, attributes), label: labels[1] ?? "" };
      }),
    ],
    clouds: terraform.flatMap(({ body: { blocks } }) =>
      blocks.filter(({ type }) => type === "cloud").map(({ line }) => line),
    ),
    requiredVersions: [
      ...terraform.flatMap(({ body: { attributes } }) => writtenVersion(attributes, "required_version")),
      ...language
        .flatMap(({ body: { blocks } }) => blocks.filter(({ type }) => type === "compatible_with"))
        .flatMap(({ body: { attributes } }) => writtenVersion(attributes, "opentofu")),
    ],
    isForOpenTofu:
      language.length > 0 ||
      terraform.some(({ body: { blocks } }) => blocks.some(({ type }) => type === "encryption")) ||
      backends.some(({ body: { attributes } }) => attributes.some(({ name }) => OPENTOFU_ARGUMENTS.includes(name))),
  };
}

function partialSite({ start, end, attributes }: Body): Site {
  const line = attributes[0]?.line ?? 1;
  return { role: "partial", syntax: "hcl", type: undefined, line, start, end, arguments: attributes };
}

/** True for a reader of an S3 backend, or of one that is computed. */
export function isS3Reader(attributes: readonly Attribute[]): boolean {
  const backend = attributes.find(({ name }) => name === "backend")?.value;
  return backend !== undefined && (backend.kind !== "literal" || backend.literal === "s3");
}
