import { wildcardPattern } from "../../lib/policy/wildcard";

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | { readonly Service?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Whether a bucket policy lets S3's log delivery write below the prefix. Conditions are taken as met. */
export function grantsLogDelivery(policy: string, bucket: string, prefix: string): boolean {
  const { Statement: statements } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  return listOf(statements).some((statement) => {
    const services = typeof statement.Principal === "object" ? listOf(statement.Principal.Service) : [];
    return (
      statement.Effect === "Allow" &&
      services.includes("logging.s3.amazonaws.com") &&
      listOf(statement.Action).some((action) => wildcardPattern(action).test("s3:PutObject")) &&
      listOf(statement.Resource).some((resource) =>
        wildcardPattern(resource.replace(/^arn:[^:]+:/, "arn:aws:")).test(
          `arn:aws:s3:::${bucket}/${prefix}2026-01-01-00-00-00-0`,
        ),
      )
    );
  });
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
