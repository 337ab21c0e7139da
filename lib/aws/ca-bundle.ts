import { readFileSync } from "node:fs";
import { UserError } from "../problem/problem";
import { profileSettings } from "./shared-config";
import { awsConfigFiles } from "./aws-config-files";

/** Certificates by what names their file: each client of a run asks for them again. */
const READ = new Map<string, string | undefined>();

/**
 * Returns the certificates that this run trusts, as the AWS CLI and the engines choose them: the backend's `custom_ca_bundle`,
 * otherwise `AWS_CA_BUNDLE`, otherwise `ca_bundle` of the profile in the AWS config file. Undefined: Node's own certificates.
 * @param profile the one to use. @default - AWS_PROFILE, otherwise the default one
 * @throws UserError if the file cannot be read
 */
export function caBundle(environment: NodeJS.ProcessEnv, profile?: string, custom = ""): string | undefined {
  const { AWS_CA_BUNDLE = "", AWS_PROFILE } = environment;
  const { config, credentials } = awsConfigFiles(environment);
  const asked = JSON.stringify([custom, AWS_CA_BUNDLE, config, credentials, profile ?? AWS_PROFILE]);
  if (!READ.has(asked)) READ.set(asked, certificates(environment, profile, custom));
  return READ.get(asked);
}

function certificates(environment: NodeJS.ProcessEnv, profile: string | undefined, custom: string): string | undefined {
  const { AWS_CA_BUNDLE = "" } = environment;
  const [path, place, file] =
    custom !== ""
      ? ["custom_ca_bundle", "custom_ca_bundle", custom]
      : AWS_CA_BUNDLE !== ""
        ? ["AWS_CA_BUNDLE", "AWS_CA_BUNDLE", AWS_CA_BUNDLE]
        : [
            "ca_bundle",
            `ca_bundle in ${awsConfigFiles(environment).config}`,
            profileSettings(environment, profile).get("ca_bundle") ?? "",
          ];
  if (file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    const fix = `Correct the path, or ${path === "AWS_CA_BUNDLE" ? "unset" : "remove"} ${path}.`;
    const message = `must be a file of certificates that opens, got ${file} (${code})`;
    throw new UserError([{ code: "ca-bundle", path: place, message, fix }], "unknown", { cause: error });
  }
}
