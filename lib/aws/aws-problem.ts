import { causeOf } from "./answer-causes";
import { UserError, withCause, type Problem } from "../problem/problem";
import { namedProxy } from "./proxy-choice";
import { ProxyFailure } from "./proxy-failure";

/** The fields of an AWS SDK error that this file reads. */
interface AwsError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Returns the HTTP status of an SDK error; undefined if no answer came. */
export function statusOf(error: unknown): number | undefined {
  return (error as Partial<AwsError>).$metadata?.httpStatusCode;
}

/** Returns a header of the response that caused an SDK error. */
export function headerOf(error: unknown, name: string): string | undefined {
  const { $response: response } = error as {
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  return response?.headers?.[name];
}

/** Returns the error's name: AWS's error code, or the SDK's own. */
export function errorNameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** True if AWS refuses the caller. S3 answers 403; DynamoDB answers 400 with a name. */
export function isDenied(error: unknown): boolean {
  return statusOf(error) === 403 || errorNameOf(error) === "AccessDeniedException";
}

/** True if AWS throttled every attempt that the SDK made. */
export function isThrottled(error: unknown): boolean {
  return /^(Throttling|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/.test(
    errorNameOf(error),
  );
}

/** True if there are no credentials, or AWS rejects them: no call can succeed. */
export function hasNoCredentials(error: unknown): boolean {
  return /Credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|Sso/i.test(
    errorNameOf(error),
  );
}

/** Error codes of connections that never opened, so no request left this machine. */
const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** True if this attempt cannot have written anything: AWS refused it, or the connection never opened. */
export function isNeverWritten(error: unknown): boolean {
  if (error instanceof ProxyFailure) return true;
  const status = statusOf(error);
  if (status !== undefined) return status >= 300 && status < 500;
  return NEVER_CONNECTED.test((error as NodeJS.ErrnoException).code ?? "");
}

/** True if the store does not know the request at all. AWS never answers so to a request of Statelock. */
export function isNotImplemented(error: unknown): boolean {
  return statusOf(error) === 501 || /^(NotImplemented|XNotImplemented|MethodNotAllowed)$/.test(errorNameOf(error));
}

/** True if the endpoint answered with something else than the document asked for. */
export function isUnexpected(error: unknown): boolean {
  return errorNameOf(error) === "UnexpectedAnswer";
}

/** True if a proxy refuses to pass requests on. No store answers 407. */
function isRefusedByProxy(error: unknown): boolean {
  const status = error instanceof ProxyFailure ? error.status : statusOf(error);
  return status === 407 || (error instanceof ProxyFailure && status === 403);
}

/** Returns the error with the name of the proxy if a proxy answered 407 instead of the store. A tunnel names its own. */
function namingProxy(error: unknown): unknown {
  const proxy = statusOf(error) === 407 ? namedProxy(false, process.env) : undefined;
  return proxy === undefined ? error : new ProxyFailure(proxy, "answered 407", error, 407);
}

/** Returns the next step for an answer whose cause neither a retry nor a permission changes. */
function ownCause(error: unknown): string | undefined {
  const { name = "", message = "" } = error as Partial<AwsError>;
  return causeOf({ name, message, status: statusOf(error), region: headerOf(error, "x-amz-bucket-region") });
}

/** True if a retry cannot help: somebody must first fix access, credentials, the bucket's name or its region. */
export function isLasting(error: unknown): boolean {
  return (
    statusOf(error) === 403 ||
    isRefusedByProxy(error) ||
    ownCause(error) !== undefined ||
    errorNameOf(error) === "NoSuchBucket" ||
    isNotImplemented(error) ||
    isUnexpected(error) ||
    hasNoCredentials(error)
  );
}

/**
 * Returns the {@link UserError} for a failed AWS call, with the SDK's error as its cause. It means "could not tell", never
 * "no".
 * @param action the IAM action that the call needs, such as `s3:GetObject`
 */
export function awsError(error: unknown, action: string, resource: string): UserError {
  const event = `Could not ${verbOf(action)} ${resource}`;
  const named = namingProxy(error);
  const problem = {
    code: "aws-call",
    path: resource,
    message: `${event}: ${answerOf(named)}`,
    fix: fixOf(named, action),
  };
  return new UserError([withCause(problem, error)], "unknown");
}

/** Returns the problem of a UserError. @throws the error itself if it is any other error: a bug */
export function problemOf(error: unknown): Problem {
  const problem = error instanceof UserError ? error.problems[0] : undefined;
  if (problem === undefined) throw error;
  return problem;
}

/** The verbs of IAM actions. */
const VERBS = [
  [/:List/, "list"],
  [/:(Get|Head|Describe|Scan|Query)/, "read"],
  [/:(Put|Create|Update)/, "write"],
  [/:Delete/, "delete"],
] as const;

function verbOf(action: string): string {
  return VERBS.find(([pattern]) => pattern.test(action))?.[1] ?? `call ${action} on`;
}

/** Returns what AWS answered: `403 AccessDenied: Access Denied (request ABC123)`. */
function answerOf(error: unknown): string {
  const {
    name = "",
    message = "",
    code = "",
    $metadata: { requestId } = {},
  } = error as Partial<AwsError & NodeJS.ErrnoException>;
  const status = statusOf(error);
  const region = status === 301 || status === 400 ? headerOf(error, "x-amz-bucket-region") : undefined;
  // An error of a connection may have a code and no message.
  const said = region === undefined ? message || code : `the bucket is in ${region}`;
  const texts = [`${status === undefined ? "" : `${String(status)} `}${name}`, ...(said === "" ? [] : [said])];
  return `${texts.join(": ")}${requestId === undefined ? "" : ` (request ${requestId})`}`;
}

/** True if the name of a host of AWS does not resolve. A wrong region is the usual cause. */
function isUnknownHost(error: unknown): boolean {
  const { code, hostname = "" } = error as NodeJS.ErrnoException & { readonly hostname?: string };
  return code === "ENOTFOUND" && /\.amazonaws\.(com|com\.cn|eu)$/.test(hostname);
}

/** Returns the next step after a failed AWS call. */
function fixOf(error: unknown, action: string): string {
  const { name = "" } = error as Partial<AwsError>;
  if (name === "NoSuchBucket")
    return "There is no such bucket. Check the name and the endpoint; `aws s3 ls` lists the buckets of your account.";
  if (error instanceof ProxyFailure)
    return error.status === 407
      ? `The proxy asks for a name and a password. Put both into ${error.variable} (http://NAME:PASSWORD@HOST:PORT), or name the store's host in NO_PROXY.`
      : `Correct ${error.variable}, or name the store's host in NO_PROXY. Then run the command again.`;
  const cause = ownCause(error);
  if (cause !== undefined) return cause;
  if (hasNoCredentials(error))
    return "Log in (aws sso login), or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables. `aws sts get-caller-identity` must succeed; `aws configure list-profiles` shows the profiles.";
  if (name.startsWith("KMS."))
    return "Check the KMS key: enable it, cancel its deletion, or correct kms_key_id. Its policy must let you use it.";
  if (isDenied(error))
    return `Grant ${action} on it to the principal that runs this command. A 403 does not show whether it exists. If this run names an account (--expected-bucket-owner, or the config), a bucket of another account answers 403 too.`;
  if (isThrottled(error))
    return "Run the command again in a minute. If AWS still throttles, raise the table's capacity or make it on-demand.";
  if (isUnexpected(error))
    return "This endpoint does not serve S3's API for that bucket: check the endpoint's address and port (a console, a login page or a proxy may answer there).";
  if (isNotImplemented(error))
    return "This store does not implement the request. Use a newer version of the store, or another one.";
  if (isUnknownHost(error))
    return "Check the region: AWS has no host of that name. `aws account list-regions` lists the regions. If the region exists, check the network and its DNS.";
  if (statusOf(error) === undefined)
    return "Check the network, the region and AWS_ENDPOINT_URL. Then run the command again.";
  return "Run the command again. If it fails again, check the AWS Health Dashboard.";
}
