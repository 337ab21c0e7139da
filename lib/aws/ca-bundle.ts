import { readFileSync } from "node:fs";
import { UserError } from "../problem/problem";

/**
 * Returns the certificates that this run trusts: `AWS_CA_BUNDLE`, as for the AWS CLI and the engines. Undefined: Node's own certificates.
 * @throws UserError if the file cannot be read
 */
export function caBundle(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const file = environment["AWS_CA_BUNDLE"] ?? "";
  if (file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    const problem = {
      code: "ca-bundle",
      path: "AWS_CA_BUNDLE",
      message: `must be a file of certificates that opens, got ${file} (${code})`,
      fix: "Correct the path, or unset AWS_CA_BUNDLE.",
    };
    throw new UserError([problem], "unknown", { cause: error });
  }
}
