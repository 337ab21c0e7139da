import { product, spokenEngine } from "../engine/spoken-engine";
import { z } from "zod";
import { canonicalDigest } from "../text/canonical-digest";
import { parseExactJson } from "./exact-json";
import { DEEPEST } from "./json-members";

/** A Terraform state. */
export interface TerraformState {
  readonly serial: number;
  readonly lineage: string;
  readonly terraformVersion: string;
  /** By name. */
  readonly outputs: ReadonlyMap<string, StateOutput>;
  /** By address. The address of a deposed object is followed by its key. */
  readonly objects: ReadonlyMap<string, StateObject>;
  /** How many resource instances `terraform state list` prints. */
  readonly resources: number;
}

export interface StateOutput {
  readonly value: unknown;
  readonly type: unknown;
  readonly sensitive: boolean;
}

/** One object of a resource instance. */
export interface StateObject {
  /** Type of a managed resource, such as `aws_s3_bucket`. Undefined for a data source. */
  readonly managedType: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Everything else that Terraform records: status, provider, dependencies, private data. */
  readonly about: Readonly<Record<string, unknown>>;
}

/**
 * The parsed state, or why the text is not a state that Statelock reads. The reason never holds part of the text. `head` is
 * what the text says in plain text, also of a state of an older format or of one that OpenTofu encrypted.
 */
export type ParsedState =
  | { readonly state: TerraformState }
  | { readonly noState: string; readonly head?: StateHead | undefined; readonly isEncrypted?: boolean };

/** What identifies a version of a state. */
export interface StateHead {
  readonly serial: number;
  readonly lineage: string;
}

const record = z.record(z.string(), z.unknown());

const instance = z.looseObject({
  index_key: z.union([z.string(), z.number()]).optional(),
  deposed: z.string().optional(),
  attributes: record.nullish(),
  attributes_flat: record.nullish(),
});

const resource = z.looseObject({
  module: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  instances: z.array(instance).nullish(),
});

const headSchema = z.looseObject({ serial: z.int().nonnegative(), lineage: z.string().min(1) });

/** Format 4, which Terraform writes since 0.12. Source: hashicorp/terraform, internal/states/statefile/version4.go */
const stateSchema = z.looseObject({
  version: z.literal(4),
  terraform_version: z.string().default(""),
  ...headSchema.shape,
  outputs: z
    .record(
      z.string(),
      z.looseObject({ value: z.unknown().optional(), type: z.unknown().optional(), sensitive: z.boolean().optional() }),
    )
    .nullish(),
  resources: z.array(resource).nullish(),
});

type Resource = z.infer<typeof resource>;
type Instance = z.infer<typeof instance>;

/** Parses a state of format 4. Long numbers become marked strings, see {@link parseExactJson}. */
export function parseState(text: string): ParsedState {
  if (text === "") return { noState: "it is empty" };
  if (isTooDeep(text))
    return { noState: `it nests more than ${String(DEEPEST)} levels, which ${product()} does not read` };
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return { noState: "it is not a JSON object" };
  if ("encrypted_data" in value) return { noState: "OpenTofu encrypted it", head: headOf(value), isEncrypted: true };
  const { version } = value as { readonly version?: unknown };
  if (typeof version === "number" && version !== 4)
    return {
      noState: `its format has version ${String(version)}, not 4${spokenEngine() === "terraform" ? " (Terraform 0.12 and later)" : ""}`,
      head: headOf(value),
    };
  const result = stateSchema.safeParse(value);
  if (!result.success)
    return { noState: `its ${result.error.issues[0]?.path[0]?.toString() ?? "content"} is not what a state has there` };
  const { serial, lineage, terraform_version: terraformVersion } = result.data;
  const objects = new Map<string, StateObject>();
  let resources = 0;
  for (const found of result.data.resources ?? []) {
    const resource = resourceAddress(found);
    for (const one of found.instances ?? []) {
      const address = resource + indexText(one);
      if (one.deposed === undefined) resources += 1;
      const name = one.deposed === undefined ? address : `${address} (deposed ${one.deposed})`;
      objects.set(name, objectOf(found, one));
    }
  }
  const outputs = new Map(
    Object.entries(result.data.outputs ?? {}).map(([name, { value: content, type, sensitive = false }]) => [
      name,
      { value: content, type, sensitive },
    ]),
  );
  return { state: { serial, lineage, terraformVersion, outputs, objects, resources } };
}

/** Returns serial and lineage, also of a state that OpenTofu encrypted. Undefined if the text has no such fields. */
export function stateHead(text: string): StateHead | undefined {
  return headOf(parsed(text));
}

function headOf(value: unknown): StateHead | undefined {
  const result = headSchema.safeParse(value);
  return result.success ? { serial: result.data.serial, lineage: result.data.lineage } : undefined;
}

/** Returns the SHA-256 of a state's content, whatever its white space and the order of its keys. */
export function stateContentDigest(text: string): string {
  return canonicalDigest(parsed(text));
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*"?|[[\]{}]/g)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function parsed(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return parseExactJson(text);
  } catch {
    return undefined; // The error's message holds part of the state.
  }
}

/** As Terraform writes it: `module.a["x"].data.type.name`. */
function resourceAddress({ module, mode, type, name }: Resource): string {
  return [module, mode === "data" ? "data" : undefined, type, name].filter((part) => part !== undefined).join(".");
}

/** The end of an instance's address: `[0]`, `["key"]`. */
function indexText({ index_key: index }: Instance): string {
  return index === undefined ? "" : `[${typeof index === "number" ? String(index) : quoted(index)}]`;
}

/** A string as HCL writes it: templates begin with `${` and `%{`. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}

function objectOf(found: Resource, one: Instance): StateObject {
  const { module: _module, mode, type, name: _name, instances: _instances, ...ofResource } = found;
  const { index_key: _index, deposed: _deposed, attributes, attributes_flat: flat, ...rest } = one;
  return {
    managedType: mode === "managed" ? type : undefined,
    attributes: attributes ?? flat ?? {},
    about: { ...ofResource, ...rest, sensitive_attributes: rest["sensitive_attributes"] ?? [] },
  };
}

/** The content of a state that was deleted. */
export const EMPTY_STATE: TerraformState = {
  serial: 0,
  lineage: "",
  terraformVersion: "",
  outputs: new Map(),
  objects: new Map(),
  resources: 0,
};
