import type { Problem } from "../../problem/problem";
import { settingOf, type Configuration } from "../scan/configuration";
import type { Setting } from "../scan/phase";
import { initializedBackend } from "../../state/initialized-backend";

/** What says where the states of a root are whose files compute it. */
export interface KnownPlaces {
  /** Returns the text of `terraform.tfstate` in the data folder of a root. */
  readonly initialized: (root: string) => string | undefined;
  /** Values of variables that the caller gave, by name. */
  readonly variables: ReadonlyMap<string, string>;
}

/** A configuration whose place something besides its files says. */
export interface PlacedConfiguration {
  readonly configuration: Configuration;
  /** `initialized`: the backend with which the root was initialized. `variables`: the caller. Undefined: its files. */
  readonly by: "initialized" | "variables" | undefined;
}

/** The arguments that say where states are. */
const PLACE = ["bucket", "key", "region", "workspace_key_prefix", "dynamodb_table"] as const;

/**
 * Returns a configuration with what the caller's variables and, for arguments that are still computed or in no file, its
 * data folder say. A data folder that contradicts what the files say belongs to another configuration, and counts for nothing.
 */
export function placed(configuration: Configuration, known: KnownPlaces): PlacedConfiguration {
  const { source, root } = configuration;
  if (source !== "terraform" && source !== "opentofu") return { configuration, by: undefined };
  const given = new Map(
    PLACE.flatMap((name) => {
      const value = evaluated(settingOf(configuration, name), known.variables);
      return value === undefined ? [] : [[name, { value }] as const];
    }),
  );
  const byCaller = withValues(configuration, given);
  const open = PLACE.filter((name) => isOpen(byCaller, name));
  const own = open.length === 0 ? undefined : initializedBackend(known.initialized(root));
  const said = {
    ...{ bucket: own?.bucket, key: own?.key, region: own?.region },
    ...{ workspace_key_prefix: own?.prefix, dynamodb_table: own?.table },
  };
  const isOther = PLACE.some((name) => {
    const value = settingOf(byCaller, name);
    return value !== undefined && "value" in value && said[name] !== value.value;
  });
  const found = open.flatMap((name) => (said[name] === undefined ? [] : [[name, { value: said[name] }] as const]));
  if (own?.type === "s3" && !isOther && found.length > 0)
    return { configuration: withValues(byCaller, new Map([...given, ...found])), by: "initialized" };
  return { configuration: byCaller, by: given.size > 0 ? "variables" : undefined };
}

/** The finding of a root that was looked at where its data folder says. */
export function placeComputed({ path, bucket, key }: Readonly<Record<"path" | "bucket" | "key", string>>): Problem {
  return {
    code: "place-computed",
    path,
    message: `computes where its states are: Statelock looked at s3://${bucket}/${key}, with which the root is initialized, and at no state that other values of its variables lead to`,
    fix: "Look at each of them: name the values with --var or --var-file.",
  };
}

/** Bucket and key must be known, and so must every other argument that an expression sets. */
function isOpen(configuration: Configuration, name: (typeof PLACE)[number]): boolean {
  const value = settingOf(configuration, name);
  return value === undefined ? name === "bucket" || name === "key" : !("value" in value);
}

function withValues(configuration: Configuration, values: ReadonlyMap<string, Setting>): Configuration {
  if (values.size === 0) return configuration;
  const { bucket, key, table } = configuration;
  return {
    ...configuration,
    values: new Map([...(configuration.values ?? []), ...values]),
    bucket: values.get("bucket") ?? bucket,
    key: values.get("key") ?? key,
    table: values.get("dynamodb_table") ?? table,
  };
}

/** Returns the value of `var.name`, or of a text with such references and nothing else to evaluate. */
function evaluated(value: Setting, variables: ReadonlyMap<string, string>): string | undefined {
  if (value === undefined || "value" in value || variables.size === 0) return undefined;
  const [, name] = /^\s*var\.([\w-]+)\s*$/.exec(value.expression) ?? [];
  if (name !== undefined) return variables.get(name);
  const [, template] = /^"([^"\\]*)"$/.exec(value.expression.trim()) ?? [];
  if (template === undefined) return undefined;
  const text = template.replace(/\$\{\s*var\.([\w-]+)\s*\}/g, (whole, of: string) => variables.get(of) ?? whole);
  return /[$%]\{/.test(text) ? undefined : text;
}
