import { readFileSync } from "node:fs";
import { UserError } from "../problem/problem";
import { sharedFiles } from "./shared-files";

/**
 * Returns the certificates that this run trusts, as the AWS CLI and the engines choose them: `AWS_CA_BUNDLE`, otherwise
 * `ca_bundle` of the profile in the AWS config file. Undefined: Node's own certificates.
 * @param profile the one to use. @default - AWS_PROFILE, otherwise the default one
 * @throws UserError if the file cannot be read
 */
export function caBundle(environment: NodeJS.ProcessEnv = process.env, profile?: string): string | undefined {
  const given = environment["AWS_CA_BUNDLE"] ?? "";
  const config = given === "" ? sharedFiles(environment).config : "";
  const file = given === "" ? configured(config, profile ?? environment["AWS_PROFILE"] ?? "") : given;
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    const [path, fix] =
      given === ""
        ? [`ca_bundle in ${config}`, "Correct the path, or remove ca_bundle."]
        : ["AWS_CA_BUNDLE", "Correct the path, or unset AWS_CA_BUNDLE."];
    const message = `must be a file of certificates that opens, got ${file} (${code})`;
    throw new UserError([{ code: "ca-bundle", path, message, fix }], "unknown", { cause: error });
  }
}

/** Returns `ca_bundle` of a profile. A config file that cannot be read sets nothing: the SDK then names its own problem. */
function configured(file: string, profile: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const wanted = profile === "" ? "default" : profile;
  const headers = wanted === "default" ? ["default", "profile default"] : [`profile ${wanted}`];
  let isWanted = false;
  let found: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) isWanted = headers.includes(header.replace(/\s+/g, " ").replace(/["']/g, ""));
    else if (isWanted) found = /^ca_bundle\s*=\s*(.*?)\s*$/.exec(line)?.[1] ?? found;
  }
  return found;
}
