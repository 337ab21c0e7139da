import { stsClient, type AwsAccess } from "./connect";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that hold a set of keys. They win over AWS_PROFILE in the engines and in the AWS CLI. */
const KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;

/**
 * Returns the environment of a program that acts with this profile and role: the profile's name alone, or the keys of the
 * assumed role. A role's keys end after one hour.
 * @throws the SDK's error if the role cannot be assumed
 */
export async function accessEnvironment(access: AwsAccess, environment: Environment): Promise<Environment> {
  const { profile, roleArn } = access;
  if (roleArn === undefined)
    return profile === undefined ? environment : { ...without(environment), AWS_PROFILE: profile };
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? regionOf(roleArn);
  const keys = await stsClient({ region, access }).config.credentials();
  return {
    ...without(environment),
    AWS_PROFILE: undefined,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
}

function without(environment: Environment): Environment {
  return { ...environment, ...Object.fromEntries(KEYS.map((name) => [name, undefined])) };
}

/** Returns a region in which STS knows the role: each partition has its own STS. */
function regionOf(roleArn: string): string {
  const regions: Readonly<Record<string, string>> = {
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
  };
  return regions[roleArn.split(":")[1] ?? ""] ?? "us-east-1";
}
