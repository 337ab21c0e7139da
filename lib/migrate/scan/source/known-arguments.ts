/** Arguments that only the S3 backend has. A partial file with one of them configures an S3 backend. */
export const ONLY_S3: readonly string[] = [
  "dynamodb_table",
  "use_lockfile",
  "lock_table",
  "dynamodb_endpoint",
  "region",
  "encrypt",
  "kms_key_id",
  "workspace_key_prefix",
  "profile",
  "assume_role",
  "use_path_style",
];

/**
 * Arguments that moved into the object `assume_role`, by their names there. Terraform 1.10, the first version with
 * `use_lockfile`, refuses them. OpenTofu still takes them.
 * Source: https://developer.hashicorp.com/terraform/language/v1.10.x/upgrade-guides#s3-backend
 */
export const FLAT_ROLE_ARGUMENTS: Readonly<Record<string, string>> = {
  role_arn: "role_arn",
  session_name: "session_name",
  external_id: "external_id",
  assume_role_duration_seconds: "duration",
  assume_role_policy: "policy",
  assume_role_policy_arns: "policy_arns",
  assume_role_tags: "tags",
  assume_role_transitive_tag_keys: "transitive_tag_keys",
};

/** Every argument of the S3 backend, also of older versions. Source: internal/backend/remote-state/s3/backend.go */
const ARGUMENTS: ReadonlySet<string> = new Set([
  ...ONLY_S3,
  ...Object.keys(FLAT_ROLE_ARGUMENTS),
  "bucket",
  "key",
  "acl",
  "access_key",
  "secret_key",
  "token",
  "allowed_account_ids",
  "forbidden_account_ids",
  "assume_role_with_web_identity",
  "custom_ca_bundle",
  "ec2_metadata_service_endpoint",
  "ec2_metadata_service_endpoint_mode",
  "endpoint",
  "endpoints",
  "iam_endpoint",
  "sts_endpoint",
  "sts_region",
  "force_path_style",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "insecure",
  "max_retries",
  "retry_mode",
  "shared_config_files",
  "shared_credentials_file",
  "shared_credentials_files",
  "skip_credentials_validation",
  "skip_metadata_api_check",
  "skip_region_validation",
  "skip_requesting_account_id",
  "skip_s3_checksum",
  "sse_customer_key",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
  "lock_tags",
  "state_tags",
]);

/** True if a partial configuration sets something that only a backend has. */
export function hasOwnArguments(site: {
  readonly arguments: readonly { readonly name: string }[] | undefined;
}): boolean {
  const names = (site.arguments ?? []).map(({ name }) => name);
  return (
    names.some((name) => ["bucket", "key", ...ONLY_S3].includes(name)) && names.every((name) => ARGUMENTS.has(name))
  );
}

/** True if a partial configuration sets anything that a backend has. */
export function hasSomeArguments(site: Parameters<typeof hasOwnArguments>[0]): boolean {
  return (site.arguments ?? []).some(({ name }) => ARGUMENTS.has(name));
}

/** True if a file with these arguments can only be a partial configuration of an S3 backend that says how it locks, or where. */
export function arePartial(names: readonly string[]): boolean {
  const has = (name: string): boolean => names.includes(name);
  const decides = ["dynamodb_table", "use_lockfile", "lock_table"].some(has) || (has("bucket") && has("key"));
  return decides && names.every((name) => ARGUMENTS.has(name));
}
