/** Services whose endpoint Terraform and OpenTofu also take from `AWS_<SERVICE>_ENDPOINT`, an older name. */
const SERVICES = ["S3", "DYNAMODB", "STS", "IAM"];

/**
 * Gives the older names of endpoints, and of the AWS config file, in the environment the names that the AWS SDK reads, so that Statelock asks the store that
 * the engines ask. Source: internal/backend/remote-state/s3/backend.go of Terraform 1.11 and OpenTofu 1.12
 */
export function adoptEngineEndpoints(environment: NodeJS.ProcessEnv): void {
  for (const service of SERVICES) {
    const older = environment[`AWS_${service}_ENDPOINT`] ?? "";
    const name = `AWS_ENDPOINT_URL_${service}`;
    if (older !== "" && (environment[name] ?? "") === "") environment[name] = withScheme(older);
  }
  // The backend's own name for the AWS config file: it wins there.
  const { AWS_SHARED_CONFIG_FILE: config = "" } = environment;
  if (config !== "") environment["AWS_CONFIG_FILE"] = config;
}

function withScheme(endpoint: string): string {
  return /^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
}
