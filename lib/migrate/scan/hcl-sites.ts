import type { Attribute, Body, Value } from "../../hcl/syntax";
import type { FileKind } from "./file-kind";
import type { Site } from "./site";

/** The backends and version constraints in one file. */
export interface BackendSites {
  readonly sites: readonly Site[];
  readonly requiredVersions: readonly string[];
}

const WANTED: readonly string[] = ["terraform", "data", "remote_state"];

/** True for a top-level block that can hold backend arguments. */
export function isWanted(type: string): boolean {
  return WANTED.includes(type);
}

/** Returns every backend in a file in native syntax. */
export function hclSites(body: Body, role: FileKind["role"]): BackendSites {
  if (role === "partial") return { sites: [partialSite(body)], requiredVersions: [] };
  if (role === "terragrunt") return terragruntSites(body);
  const terraform = body.blocks.filter((block) => block.type === "terraform");
  const backends = terraform.flatMap(({ body: { blocks } }) => blocks.filter((block) => block.type === "backend"));
  const readers = body.blocks.filter(
    ({ type, labels, body: { attributes } }) =>
      type === "data" && labels[0] === "terraform_remote_state" && text(attributes, "backend") === "s3",
  );
  return {
    sites: [
      ...backends.map(({ labels, line, body: { start, end, attributes } }): Site => {
        return { role: "backend", syntax: "hcl", type: labels[0], line, start, end, arguments: attributes };
      }),
      ...readers.map(({ labels, line, body: { attributes } }) => {
        return { ...configSite("reader", line, attributes), label: labels[1] ?? "" };
      }),
    ],
    requiredVersions: terraform.flatMap(({ body: { attributes } }) => text(attributes, "required_version") ?? []),
  };
}

function partialSite({ start, end, attributes }: Body): Site {
  const line = attributes[0]?.line ?? 1;
  return { role: "partial", syntax: "hcl", type: undefined, line, start, end, arguments: attributes };
}

/** Source: https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#remote_state */
function terragruntSites(body: Body): BackendSites {
  const blocks = body.blocks.filter((block) => block.type === "remote_state");
  const assigned = body.attributes.filter((attribute) => attribute.name === "remote_state");
  const places = [
    ...blocks.map(({ line, body: { attributes } }) => ({ line, attributes })),
    ...assigned.flatMap(({ line, value }) => (value.kind === "object" ? [{ line, attributes: value.entries }] : [])),
  ];
  return {
    sites: places
      .filter(({ attributes }) => text(attributes, "backend") === "s3")
      .map(({ line, attributes }) => configSite("terragrunt", line, attributes)),
    requiredVersions: [text(body.attributes, "terraform_version_constraint") ?? []].flat(),
  };
}

/** Returns the site of a block whose backend arguments are in an object named `config`. */
function configSite(role: "reader" | "terragrunt", line: number, attributes: readonly Attribute[]): Site {
  const config: Value | undefined = attributes.find((attribute) => attribute.name === "config")?.value;
  const place = config ?? { start: 0, end: 0 };
  return {
    role,
    syntax: "hcl",
    type: "s3",
    line,
    start: place.start + 1,
    end: place.end - 1,
    arguments: config?.kind === "object" ? config.entries : undefined,
  };
}

function text(attributes: readonly Attribute[], name: string): string | undefined {
  const value = attributes.find((attribute) => attribute.name === name)?.value;
  return value?.kind === "literal" && typeof value.literal === "string" ? value.literal : undefined;
}
