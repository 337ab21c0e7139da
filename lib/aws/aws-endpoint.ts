import type { S3Client } from "@aws-sdk/client-s3";

/** The domains of AWS's own endpoints. */
const AWS_DOMAIN = /(^|\.)amazonaws\.(com|com\.cn|eu)$/i;

/**
 * True if a client talks to AWS: no option, variable or AWS config file sets another endpoint, or the endpoint's host is
 * AWS's. `STATELOCK_STORE=aws` says that an endpoint of another name is AWS's: a proxy, or a private name.
 */
export async function isAwsEndpoint(client: S3Client): Promise<boolean> {
  const { hostname } = (await endpointOf(client)) ?? {};
  return hostname === undefined || AWS_DOMAIN.test(hostname) || process.env["STATELOCK_STORE"] === "aws";
}

/** Returns the endpoint that replaces AWS's own: from `--endpoint-url`, the environment, or the AWS config file. */
export async function endpointOf({ config }: S3Client): Promise<{ readonly hostname: string } | undefined> {
  if (config.isCustomEndpoint === true && config.endpoint !== undefined) return config.endpoint();
  const { serviceConfiguredEndpoint } = config as { serviceConfiguredEndpoint?: () => Promise<string | undefined> };
  const configured = await serviceConfiguredEndpoint?.();
  return configured === undefined ? undefined : new URL(configured);
}
