import type { Problem } from "../../problem/problem";
import { settingOf, type Configuration } from "../scan/configuration/configuration";
import type { EarlyValue } from "../scan/expression/early-values";
import type { Setting } from "../scan/configuration/phase";
import { initializedBackend } from "../../state/initialized-backend";

/** What says where the states of a root are whose files compute it. */
export interface KnownPlaces {
  /** Returns the text of `terraform.tfstate` in the data folder of a root. */
  readonly initialized: (root: string) => string | undefined;
  /** Evaluates an expression in the backend of a root. */
  readonly evaluate: (root: string, expression: string) => EarlyValue;
}

/** A configuration whose place something besides its files says. */
interface PlacedConfiguration {
  readonly configuration: Configuration;
  readonly by: PlacedBy | undefined;
}

/**
 * What says where states are: the backend with which the root was initialized, the variables of the caller, or the usual values
 * of variables (defaults, files of variables, the environment). Undefined: the files, without a variable.
 */
export type PlacedBy = "initialized" | "variables" | "usual-values";

/** The arguments that say where states are. */
const PLACE = ["bucket", "key", "region", "workspace_key_prefix", "dynamodb_table"] as const;

/**
 * Returns a configuration with what the caller's variables say. For arguments that are still computed or in no file, its data
 * folder says it, and without one the usual values of its variables do. A data folder that contradicts what the files say belongs
 * to another configuration, and counts for nothing.
 */
export function placed(configuration: Configuration, known: KnownPlaces): PlacedConfiguration {
  const { source, root } = configuration;
  if (source !== "terraform" && source !== "opentofu") return { configuration, by: undefined };
  const values = evaluatedPlace(configuration, known);
  const certain = values.filter(({ by }) => by !== "usual");
  const byCaller = withValues(configuration, settings(certain));
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
    return { configuration: withValues(byCaller, new Map([...settings(certain), ...found])), by: "initialized" };
  if (values.length > certain.length)
    return { configuration: withValues(configuration, settings(values)), by: "usual-values" };
  return { configuration: byCaller, by: certain.some(({ by }) => by === "caller") ? "variables" : undefined };
}

/** Returns a configuration with what its expressions lead to, wherever its root is initialized. */
export function evaluated(configuration: Configuration, known: KnownPlaces): Configuration {
  return withValues(configuration, settings(evaluatedPlace(configuration, known)));
}

/** Returns why an expression of a configuration has no value: `var.env`. */
export function lacking(
  configuration: Configuration,
  name: string,
  known: KnownPlaces | undefined,
): string | undefined {
  const value = settingOf(configuration, name);
  if (known === undefined || value === undefined || "value" in value) return undefined;
  return known.evaluate(configuration.root, value.expression).lacks;
}

interface EvaluatedArgument extends Pick<EarlyValue, "by"> {
  readonly name: (typeof PLACE)[number];
  readonly value: string;
}

function evaluatedPlace(configuration: Configuration, known: KnownPlaces): EvaluatedArgument[] {
  return PLACE.flatMap((name) => {
    const setting = settingOf(configuration, name);
    if (setting === undefined || "value" in setting) return [];
    const { value, by } = known.evaluate(configuration.root, setting.expression);
    return value === undefined ? [] : [{ name, value, by }];
  });
}

function settings(values: readonly EvaluatedArgument[]): Map<string, Setting> {
  return new Map(values.map(({ name, value }) => [name, { value }]));
}

const LOOKED_AT: Readonly<Record<Exclude<PlacedBy, "variables">, string>> = {
  initialized: "with which the root is initialized",
  "usual-values": "to which the usual values of its variables lead",
};

/** Returns the finding of a root that was looked at where other values of its variables do not lead. */
export function placeComputed({ path, bucket, key, placedBy }: Place): Problem[] {
  if (placedBy === undefined || placedBy === "variables") return [];
  return [
    {
      code: "place-computed",
      path,
      message: `computes where its states are: Statelock looked at s3://${bucket}/${key}, ${LOOKED_AT[placedBy]}, and at no state that other values of its variables lead to`,
      fix: "Look at each of them: name the values with --var or --var-file.",
    },
  ];
}

interface Place extends Readonly<Record<"path" | "bucket" | "key", string>> {
  readonly placedBy?: PlacedBy | undefined;
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
