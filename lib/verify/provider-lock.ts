import { program } from "../engine/spoken-engine";
import { checkResult, type CheckResult } from "./run-checks";

/** Name of the file in which an engine keeps the versions of providers that `init` chose. */
export const PROVIDER_LOCK_FILE = ".terraform.lock.hcl";

const AWS_PROVIDER =
  /^provider\s+"(?:registry\.terraform\.io|registry\.opentofu\.org)\/hashicorp\/aws"\s*\{[^}]*?^\s*version\s*=\s*"(\d+)\.(\d+)\.(\d+)[^"]*"/m;

/**
 * Returns why a locked AWS provider never stops to plan a change; undefined for every other version. 6.22.0 added
 * `blocked_encryption_types`, and 6.40.0 made it computed.
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/47320
 * @param text of `.terraform.lock.hcl`
 */
export function endlessProvider(text: string): string | undefined {
  const [, major, minor, patch] = AWS_PROVIDER.exec(text) ?? [];
  if (major !== "6" || Number(minor) < 22 || Number(minor) >= 40) return undefined;
  return `the AWS provider ${major}.${minor ?? ""}.${patch ?? ""} plans to change the bucket's encryption at every run: 6.22.0 to 6.39.x clear the blocked encryption types (SSE-C) that S3 sets by itself, and 6.40.0 leaves them alone`;
}

/** The next step: `init` takes another version only with `-upgrade`. @param folder of the stack */
export function endlessProviderFix(folder: string): string {
  return `Run \`${program()} -chdir=${folder} init -upgrade\` for AWS provider 6.40.0 or later. Then run the command again.`;
}

/** Returns the result of the check of the bootstrap stack's locked AWS provider. */
export function checkProviderLock(text: string, folder: string): CheckResult {
  const about = { code: "provider-lock", title: "the locked AWS provider does not plan the same change at every run" };
  return checkResult({ ...about, fix: endlessProviderFix(folder) }, { value: endlessProvider(text) });
}
