import { profileSettings, servicesSettings } from "./shared-config";

/** The services that Statelock asks, as `services` sections and `AWS_ENDPOINT_URL_…` name them. */
export type AwsService = "s3" | "dynamodb" | "kms" | "iam" | "sts";

/**
 * Returns the endpoint that a profile of the AWS config file sets for a service: in its `services` section, otherwise by
 * `endpoint_url`. Undefined if the environment names an endpoint, which wins in the engines and in the AWS CLI.
 */
export function profileEndpoint(
  service: AwsService,
  profile: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  if (profile === undefined || environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") return undefined;
  if (isSet(`AWS_ENDPOINT_URL_${service.toUpperCase()}`) || isSet("AWS_ENDPOINT_URL")) return undefined;
  const settings = profileSettings(environment, profile);
  const services = settings.get("services");
  const own =
    services === undefined ? undefined : servicesSettings(environment, services).get(`${service}.endpoint_url`);
  const endpoint = own ?? settings.get("endpoint_url") ?? "";
  return endpoint === "" ? undefined : endpoint;
}
