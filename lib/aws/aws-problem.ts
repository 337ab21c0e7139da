import { UserError, type Problem } from "../problem/problem";

/** What an error of the AWS SDK carries, as far as it is read. */
interface AwsError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The HTTP status of an SDK error; undefined where no answer came. */
export function statusOf(error: unknown): number | undefined {
  return (error as Partial<AwsError>).$metadata?.httpStatusCode;
}

/** A header of the answer that an SDK error was made from. */
export function headerOf(error: unknown, name: string): string | undefined {
  const { $response: response } = error as {
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  return response?.headers?.[name];
}

/** The error's name: AWS's error code, or the SDK's own. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** AWS refuses the caller. S3 says so with 403, DynamoDB with 400 and a name. */
export function isDenied(error: unknown): boolean {
  return statusOf(error) === 403 || nameOf(error) === "AccessDeniedException";
}

/** AWS is asked too often, and went on saying so for as long as the SDK tried. */
export function isThrottled(error: unknown): boolean {
  return /^(Throttling|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/.test(
    nameOf(error),
  );
}

/** There are no credentials, or none that AWS takes: no call will be answered. */
export function hasNoCredentials(error: unknown): boolean {
  return /Credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|Sso/i.test(
    nameOf(error),
  );
}

/** Codes of connections that were never made: no request left this machine on them. */
const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** True where one attempt at a write cannot have written: AWS refused it, or there was no connection to send it on. */
export function isNeverWritten(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 300 && status < 500;
  return NEVER_CONNECTED.test((error as NodeJS.ErrnoException).code ?? "");
}

/** It will be the same a minute later: access, credentials, the bucket's name or its region have to be mended first. */
export function isLasting(error: unknown): boolean {
  return (
    statusOf(error) === 403 || statusOf(error) === 301 || nameOf(error) === "NoSuchBucket" || hasNoCredentials(error)
  );
}

/** What an AWS call that must succeed ended with, as something an operator can act on. It is "could not tell", never "no". */
export function awsError(error: unknown, action: string, resource: string): UserError {
  const { name = "" } = error as Partial<AwsError>;
  const told = explained(error, name, messageOf(error), action);
  return new UserError([{ code: "aws-call", path: resource, ...told }], "unknown");
}

/** What an error says; that of a connection which no address took says it in its code alone. */
function messageOf(error: unknown): string {
  const { message = "", code = "" } = error as Partial<AwsError & NodeJS.ErrnoException>;
  return message === "" ? code : message;
}

/** The problem of a UserError. @throws the error, where it is none: a bug */
export function problemOf(error: unknown): Problem {
  const problem = error instanceof UserError ? error.problems[0] : undefined;
  if (problem === undefined) throw error;
  return problem;
}

function explained(error: unknown, name: string, message: string, action: string): Pick<Problem, "message" | "fix"> {
  const status = statusOf(error);
  if (name === "NoSuchBucket") {
    return {
      message: `must be a bucket that exists, got ${String(status)} NoSuchBucket: there is no such bucket`,
      fix: "Check the bucket's name and the endpoint; `aws s3 ls` lists the buckets of your account.",
    };
  }
  if (status === 301) {
    const region = headerOf(error, "x-amz-bucket-region");
    return {
      message: `must be asked in its own region${region === undefined ? "" : `, ${region}`}, got 301 ${name}`,
      fix: "Correct the region: --region, AWS_REGION or bucket.region.",
    };
  }
  if (hasNoCredentials(error)) {
    return {
      message: `must be reachable with valid credentials, got ${name}: ${message}`,
      fix: "Log in (aws sso login), or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables; aws sts get-caller-identity must work, and aws configure list-profiles shows the profiles.",
    };
  }
  if (name.startsWith("KMS.")) {
    return {
      message: `must have a KMS key that can be used for ${action}, got ${String(status)} ${name}: ${message}`,
      fix: "Look at the key: enable it, cancel its deletion, or correct kms_key_id; its policy must let you use it.",
    };
  }
  if (isDenied(error)) {
    return {
      message: `must allow ${action}, got ${String(status)} ${name}: ${message}`,
      fix: `Grant ${action} on it to the principal that runs this; a 403 does not say whether it exists.`,
    };
  }
  if (isThrottled(error)) {
    return {
      message: `must have capacity for ${action}, got ${String(status ?? "")} ${name}: ${message}`,
      fix: "Run the command again in a minute; when it stays, raise the table's capacity or make it on-demand.",
    };
  }
  if (status === undefined) {
    return {
      message: `must be reachable for ${action}, got ${name}: ${message}`,
      fix: "Check the network, the region and AWS_ENDPOINT_URL, then run the command again.",
    };
  }
  return {
    message: `must answer ${action}, got ${String(status)} ${name}: ${message}`,
    fix: "Run the command again; when it stays, look at the AWS Health Dashboard.",
  };
}
