import { z } from "zod";
import { parseExactJson } from "./exact-json";

/** A state as it was written, as far as its history is looked at. */
export interface StateFile {
  readonly serial: number;
  readonly lineage: string;
  readonly terraformVersion: string;
  /** By name. */
  readonly outputs: ReadonlyMap<string, StateOutput>;
  /** By address; a deposed object's is followed by its key. */
  readonly objects: ReadonlyMap<string, StateObject>;
  /** How many resource instances `terraform state list` would list. */
  readonly resources: number;
}

export interface StateOutput {
  readonly value: unknown;
  readonly type: unknown;
  readonly sensitive: boolean;
}

/** One object of a resource instance. */
export interface StateObject {
  /** Address of the resource, which all its instances have in common. */
  readonly resource: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Names of attributes of which Terraform recorded that something in them is sensitive; `all` where that cannot be read. */
  readonly sensitive: ReadonlySet<string> | "all";
  /** Everything else that is recorded of it: status, provider, dependencies, what the provider keeps. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** What a text is: a state, or why it is none. Never part of the text. */
export type ParsedState = { readonly state: StateFile } | { readonly noState: string };

const record = z.record(z.string(), z.unknown());

const instance = z.looseObject({
  index_key: z.union([z.string(), z.number()]).optional(),
  deposed: z.string().optional(),
  attributes: record.nullish(),
  attributes_flat: record.nullish(),
  sensitive_attributes: z.unknown().optional(),
});

const resource = z.looseObject({
  module: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  instances: z.array(instance).nullish(),
});

/** Format 4, as Terraform has written it since 0.12. Source: hashicorp/terraform, internal/states/statefile/version4.go */
const stateSchema = z.looseObject({
  version: z.literal(4),
  terraform_version: z.string().default(""),
  serial: z.int().nonnegative(),
  lineage: z.string().min(1),
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

/** Reads a state's text. */
export function parseState(text: string): ParsedState {
  if (text === "") return { noState: "it is empty" };
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return { noState: "it is no JSON object" };
  if ("encrypted_data" in value) return { noState: "it is encrypted by OpenTofu" };
  const { version } = value as { readonly version?: unknown };
  if (typeof version === "number" && version !== 4)
    return { noState: `its format has version ${String(version)}, not 4 (Terraform 0.12 and later)` };
  const result = stateSchema.safeParse(value);
  if (!result.success)
    return { noState: `its ${result.error.issues[0]?.path[0]?.toString() ?? "content"} is none of a state` };
  const { serial, lineage, terraform_version: terraformVersion } = result.data;
  const objects = new Map<string, StateObject>();
  let resources = 0;
  for (const found of result.data.resources ?? []) {
    const resource = resourceAddress(found);
    for (const one of found.instances ?? []) {
      const address = resource + indexText(one);
      if (one.deposed === undefined) resources += 1;
      const name = one.deposed === undefined ? address : `${address} (deposed ${one.deposed})`;
      objects.set(name, objectOf(resource, found, one));
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

function parsed(text: string): unknown {
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

/** What follows it in an instance's address: `[0]`, `["key"]`. */
function indexText({ index_key: index }: Instance): string {
  return index === undefined ? "" : `[${typeof index === "number" ? String(index) : quoted(index)}]`;
}

/** A string as HCL writes it: templates begin with `${` and `%{`. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}

function objectOf(address: string, found: Resource, one: Instance): StateObject {
  const { module: _module, mode: _mode, type: _type, name: _name, instances: _instances, ...ofResource } = found;
  const {
    index_key: _index,
    deposed: _deposed,
    attributes,
    attributes_flat: flat,
    sensitive_attributes,
    ...rest
  } = one;
  return {
    resource: address,
    attributes: attributes ?? flat ?? {},
    sensitive: sensitiveNames(sensitive_attributes),
    about: { ...ofResource, ...rest, sensitive_attributes: sensitive_attributes ?? [] },
  };
}

const pathSchema = z.array(z.tuple([z.looseObject({ type: z.literal("get_attr"), value: z.string() })], z.unknown()));

/** The attributes that the recorded paths begin with. A path of another form may be about any of them. */
function sensitiveNames(paths: unknown): ReadonlySet<string> | "all" {
  if (paths === undefined || paths === null) return new Set();
  const result = pathSchema.safeParse(paths);
  return result.success ? new Set(result.data.map(([{ value }]) => value)) : "all";
}

/** What a state that is deleted holds. */
export const EMPTY_STATE: StateFile = {
  serial: 0,
  lineage: "",
  terraformVersion: "",
  outputs: new Map(),
  objects: new Map(),
  resources: 0,
};
