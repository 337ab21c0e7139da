import { product, spokenEngine } from "../engine/spoken-engine";
import { z } from "zod";
import { canonicalDigest } from "../text/canonical-digest";
import { parseExactJson, roundedNumber } from "./exact-json";
import { DEEPEST, goField } from "./json-members";

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

interface StateOutput {
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
  | { readonly noState: string; readonly head?: PlainHead | undefined; readonly isEncrypted?: boolean };

/** What identifies a version of a state. */
export interface StateHead {
  readonly serial: number;
  /** Empty if the state has no lineage, which Terraform accepts. */
  readonly lineage: string;
}

/** What a text says of its identity in plain text, whatever else it is. */
export type PlainHead = Partial<StateHead>;

const record = z.record(z.string(), z.unknown());
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const instance = z.looseObject({
  index_key: z.union([z.string(), z.number()]).nullish(),
  deposed: text,
  attributes: z.unknown().optional(),
  attributes_flat: record.nullish(),
});

const resource = z.looseObject({
  module: text,
  mode: z.string(),
  type: text,
  name: text,
  instances: z.array(instance.nullable()).nullish(),
});

const output = z.looseObject({
  value: z.unknown().optional(),
  type: z.unknown().optional(),
  sensitive: z.boolean().nullish(),
});

/**
 * Format 4, which Terraform writes since 0.12. A field that is missing or `null` is Go's zero value, as Terraform reads it.
 * Source: hashicorp/terraform, internal/states/statefile/version4.go
 */
const stateSchema = z.looseObject({
  version: z.literal(4),
  terraform_version: text,
  serial: z
    .int()
    .nonnegative()
    .nullish()
    .transform((value) => value ?? 0),
  lineage: text,
  // An object's own schema would drop an output that is called `__proto__`.
  outputs: z.preprocess(
    (value) => (isRecord(value) ? new Map(Object.entries(value)) : value),
    z.map(z.string(), output).nullish(),
  ),
  resources: z.array(resource).nullish(),
});

type Resource = z.infer<typeof resource>;
type Instance = z.infer<typeof instance>;

/** Parses a state of format 4. Long numbers become marked strings, see {@link parseExactJson}. */
export function parseState(text: string): ParsedState {
  if (text === "") return { noState: "it is empty" };
  if (isTooDeep(text))
    return { noState: `it nests more than ${String(DEEPEST)} levels, which ${product()} does not read` };
  const value = topLevel(parsed(text));
  if (value === undefined) return { noState: "it is not a JSON object" };
  const head = headOf(value);
  if ("encrypted_data" in value) return { noState: "OpenTofu encrypted it", head, isEncrypted: true };
  const { version } = value;
  if (typeof version === "number" && version !== 4)
    return {
      noState: `its format has version ${String(version)}, not 4${spokenEngine() === "terraform" ? " (Terraform 0.12 and later)" : ""}`,
      head,
    };
  const result = stateSchema.safeParse(value);
  if (!result.success) return { noState: whyNot(result.error), head };
  const { serial, lineage, terraform_version: terraformVersion } = result.data;
  const objects = new Map<string, StateObject>();
  let resources = 0;
  for (const found of result.data.resources ?? []) {
    const resource = resourceAddress(found);
    for (const entry of found.instances ?? []) {
      const one = entry ?? NO_INSTANCE;
      const address = resource + indexText(one);
      if (one.deposed === "") resources += 1;
      const name = one.deposed === "" ? address : `${address} (deposed ${one.deposed})`;
      objects.set(name, objectOf(found, one));
    }
  }
  const outputs = new Map(
    [...(result.data.outputs ?? [])].map(([name, { value: content, type, sensitive }]) => [
      name,
      { value: content, type, sensitive: sensitive ?? false },
    ]),
  );
  return { state: { serial, lineage, terraformVersion, outputs, objects, resources } };
}

/** Go reads `null` in a list of instances as one without any field. */
const NO_INSTANCE = instance.parse({});

/** Fields of the outermost object, and the names that Go takes for each: it ignores case, by Unicode's simple case folding. */
const FIELDS = ["version", "terraform_version", "serial", "lineage", "outputs", "resources", "encrypted_data"].map(
  (name) => [name, goField(name)] as const,
);

/** Returns the fields of a state as Go reads them: the last name that differs only in case counts, and `null` counts as missing. */
function topLevel(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(value)) return undefined;
  const fields = Object.entries(value).flatMap(([member, content]) => {
    const name = FIELDS.find(([, pattern]) => pattern.test(member))?.[0];
    return name === undefined || content === null
      ? []
      : [[name, name === "serial" ? roundedNumber(content) : content] as const];
  });
  return Object.fromEntries(fields);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function whyNot({ issues }: z.ZodError): string {
  const [issue] = issues;
  const field = issue?.path[0]?.toString() ?? "content";
  const limit = field === "serial" ? `: it must be a whole number up to ${String(Number.MAX_SAFE_INTEGER)}` : "";
  return `its ${field} is not what a state has there${limit}`;
}

/** Returns serial and lineage, also of a state that OpenTofu encrypted and of a text that is not a state. */
export function stateHead(text: string): PlainHead {
  return headOf(topLevel(parsed(text)) ?? {}) ?? {};
}

function headOf({ serial, lineage }: Readonly<Record<string, unknown>>): PlainHead | undefined {
  const head = {
    ...(Number.isSafeInteger(serial) && (serial as number) >= 0 ? { serial: serial as number } : {}),
    ...(typeof lineage === "string" && lineage !== "" ? { lineage } : {}),
  };
  return Object.keys(head).length === 0 ? undefined : head;
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
  const start = [...(module === "" ? [] : [module]), ...(mode === "data" ? ["data"] : [])];
  return [...start, type, name].join(".");
}

/** The end of an instance's address: `[0]`, `["key"]`. */
function indexText({ index_key: index }: Instance): string {
  return index === undefined || index === null ? "" : `[${typeof index === "number" ? String(index) : quoted(index)}]`;
}

/** A string as HCL writes it: templates begin with `${` and `%{`. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}

function objectOf(found: Resource, one: Instance): StateObject {
  const { module: _module, mode, type, name: _name, instances: _instances, ...ofResource } = found;
  const { index_key: _index, deposed: _deposed, attributes, attributes_flat: flat, ...rest } = one;
  // Terraform keeps attributes of another type as they are until it decodes them by a schema.
  const odd = isRecord(attributes) || attributes === undefined || attributes === null ? {} : { attributes };
  return {
    managedType: mode === "managed" ? type : undefined,
    attributes: isRecord(attributes) ? attributes : (flat ?? {}),
    about: { ...ofResource, ...rest, ...odd, sensitive_attributes: rest["sensitive_attributes"] ?? [] },
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
