import type { Value } from "../../hcl/syntax";
import type { Scan } from "../scan/scan";
import { HIDDEN, withoutSecrets } from "../../text/without-secrets";
import { argument } from "../scan/source/site";
import { grouped } from "../../text/grouped";

/**
 * Arguments of the S3 backend that are credentials, or keys that decrypt a state.
 * Source: https://developer.hashicorp.com/terraform/language/backend/s3#configuration
 */
const CREDENTIALS = [
  "access_key",
  "secret_key",
  "token",
  "sse_customer_key",
  "assume_role_with_web_identity.web_identity_token",
];

/** Hides the credentials of a file's backends in text that Statelock prints about that file. */
type HideCredentials = (realPath: string, shown: string) => string;

/** Hides the credentials that a scan read. If a text held one, its first line says so; `git apply` skips that line. */
export function hideCredentials({ configurations, templates = [] }: Scan): HideCredentials {
  const credentials = [...configurations, ...templates.map(({ configuration }) => configuration)]
    .flatMap(({ places }) => places)
    .flatMap(({ file, site }) =>
      CREDENTIALS.flatMap((name) => {
        const value = argument(site, name)?.value;
        const written = value === undefined ? [] : textsOf(value, file.text);
        return written.map((text) => ({ file: file.realPath, text }));
      }),
    );
  const writtenIn = grouped(
    credentials,
    ({ file }) => file,
    ({ text }) => text,
  );
  return (realPath, shown) => {
    const written = writtenIn.get(realPath) ?? [];
    const hidden = withoutSecrets(written.reduce((text, secret) => text.replaceAll(secret, HIDDEN), shown));
    return hidden === shown
      ? shown
      : `# Credentials are hidden here: \`git apply\` refuses this file's part.\n${hidden}`;
  };
}

/** Returns the lines of a value as written. An expression with a reference holds no credential itself. */
function textsOf(value: Value, text: string): readonly string[] {
  if (value.kind === "expression" && !value.isConstant) return [];
  const lines = text
    .slice(value.start, value.end)
    .split("\n")
    .map((line) => line.trim());
  const own = lines.length > 2 ? lines.slice(1, -1) : lines;
  return own.filter((line) => !["", '""', "null"].includes(line));
}
