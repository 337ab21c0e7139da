import type { Problem } from "../../problem/problem";
import { settingOf, type Configuration } from "../scan/configuration/configuration";
import type { Setting } from "../scan/configuration/phase";
import type { OwnNetwork } from "./own-network";

/** Where and as whom the clients of a root reach S3 and DynamoDB, as far as its files say it. */
export interface OwnAccess {
  /** The S3 endpoint of the backend. @default - AWS, or `--endpoint-url` */
  readonly endpointUrl?: string;
  /** The DynamoDB endpoint of the backend. @default - AWS, or the environment's */
  readonly tableEndpointUrl?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  /** Its proxies and certificates. @default - the environment's */
  readonly network?: OwnNetwork;
}

/** The identity of this run. */
export interface GivenIdentity {
  readonly profile: string | undefined;
  readonly roleArn: string | undefined;
  /** True if each root is to be asked with the profile and the role of its own backend. */
  readonly asBackend: boolean;
  /** The proxies and certificates of the environment. @default - nobody looks */
  readonly network?: OwnNetwork;
  /** Returns the endpoint of a service that a profile sets in the AWS config file. @default - nobody looks */
  readonly profileEndpoint?: (service: "s3" | "dynamodb", profile: string) => string | undefined;
}

/** Arguments of a backend that decide who its clients are. */
const IDENTITY = [
  "profile",
  "assume_role",
  "role_arn",
  "assume_role_with_web_identity",
  "shared_config_files",
  "shared_credentials_file",
  "shared_credentials_files",
  "access_key",
  "secret_key",
  "token",
  "ec2_metadata_service_endpoint",
];

type Settings = Pick<Configuration, "places" | "consumer">;

/**
 * Returns the endpoints that the files of a root name, otherwise those that its profile has in the AWS config file, or the name of
 * one that is computed.
 */
export function ownEndpoints(
  configuration: Settings,
  given?: GivenIdentity,
): Pick<OwnAccess, "endpointUrl" | "tableEndpointUrl"> | { readonly computed: string; readonly value: Setting } {
  const s3 = first(configuration, ["endpoints.s3", "endpoint"]);
  const table = first(configuration, ["endpoints.dynamodb", "dynamodb_endpoint"]);
  const computed = [
    ["endpoints.s3", s3],
    ["endpoints.dynamodb", table],
    ["endpoints", hidden(configuration)],
  ] as const;
  for (const [name, value] of computed)
    if (value !== undefined && !("value" in value)) return { computed: name, value };
  const [endpointUrl, tableEndpointUrl] = [
    valueOf(s3) ?? profileEndpoint("s3", configuration, given),
    valueOf(table) ?? profileEndpoint("dynamodb", configuration, given),
  ];
  return {
    ...(endpointUrl === undefined ? {} : { endpointUrl: withScheme(endpointUrl) }),
    ...(tableEndpointUrl === undefined ? {} : { tableEndpointUrl: withScheme(tableEndpointUrl) }),
  };
}

/**
 * Returns as whom to ask for the states of a root: nothing if this run's identity will do, the root's own with
 * `--as-backend`, or a problem if this run might ask another account.
 * @param account the account that every request names; a bucket or a table of another account then does not answer
 */
export function ownIdentity(
  configuration: Settings,
  path: string,
  given: GivenIdentity | undefined,
  account: string | undefined,
): Pick<OwnAccess, "profile" | "roleArn"> | Problem {
  const named = identityArguments(configuration);
  if (given === undefined || named.length === 0) return {};
  const [profile, roleArn] = [
    valueOf(settingOf(configuration, "profile")),
    valueOf(settingOf(configuration, "assume_role.role_arn") ?? settingOf(configuration, "role_arn")),
  ];
  const isSame = profile === given.profile && roleArn === given.roleArn && named.every(isSimple);
  if (isSame || (account !== undefined && !given.asBackend)) return {};
  if (!given.asBackend) return identityUnknown(path, named);
  const odd = [
    ...named.filter((name) => !isSimple(name)),
    ...(roleArn === undefined ? [] : unusableRole(configuration)),
  ];
  if (odd.length > 0 || (profile === undefined && roleArn === undefined)) return identityUnknown(path, named, odd);
  return { ...(profile === undefined ? {} : { profile }), ...(roleArn === undefined ? {} : { roleArn }) };
}

function profileEndpoint(
  service: "s3" | "dynamodb",
  configuration: Settings,
  given: GivenIdentity | undefined,
): string | undefined {
  const profile = valueOf(settingOf(configuration, "profile"));
  return profile === undefined ? undefined : given?.profileEndpoint?.(service, profile);
}

/** Returns the names of the arguments with which a root chooses its identity. */
export function identityArguments(configuration: Settings): readonly string[] {
  return IDENTITY.filter(
    (name) => settingOf(configuration, name) !== undefined || configuration.consumer?.backend[name] !== undefined,
  );
}

/** Returns the arguments of a role that Statelock does not pass on: without them, the role refuses, or is another one. */
function unusableRole(configuration: Settings): readonly string[] {
  const inside = ["external_id", "source_identity"];
  const all = [...inside.map((name) => `assume_role.${name}`), ...inside, "endpoints.sts", "sts_endpoint"];
  return all.filter((name) => settingOf(configuration, name) !== undefined);
}

function isSimple(name: string): boolean {
  return ["profile", "assume_role", "role_arn"].includes(name);
}

/** A whole object that is computed may hold an endpoint. */
function hidden(configuration: Settings): Setting {
  const isObject = configuration.places.every(({ site }) =>
    (site.arguments ?? []).every(({ name, value }) => name !== "endpoints" || value.kind === "object"),
  );
  return isObject ? undefined : settingOf(configuration, "endpoints");
}

function first(configuration: Settings, names: readonly string[]): Setting {
  return names.map((name) => settingOf(configuration, name)).find((value) => value !== undefined);
}

function valueOf(value: Setting): string | undefined {
  return value !== undefined && "value" in value && value.value !== "" ? value.value : undefined;
}

/** Terraform adds `https://` to an endpoint without a scheme. */
function withScheme(endpoint: string): string {
  return /^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
}

function identityUnknown(path: string, named: readonly string[], odd: readonly string[] = []): Problem {
  const fix =
    odd.length > 0
      ? `Statelock cannot use ${odd.join(", ")}. Run the command once for this root with the credentials of its clients and --expected-bucket-owner.`
      : "Add --as-backend to ask with the root's own settings, or --expected-bucket-owner to name the account of every request.";
  return {
    code: "identity-unknown",
    path,
    message: `must be asked as its clients are, but its backend sets ${named.join(", ")}: with other credentials, a table or bucket of another account could answer`,
    fix,
  };
}
