/** Prefixes of your own settings that would change what a child process does. */
const DROPPED_PREFIXES = ["AWS_", "TF_", "STATELOCK_", "CDKTF_", "MOTO_", "XDG_"];

const DROPPED = [
  // Certificates for a corporate proxy make SDKs refuse to start when the file is not readable from elsewhere.
  "NODE_EXTRA_CA_CERTS",
  // Set by jest, by coverage tools and by npm for this process only.
  "NODE_OPTIONS",
  "NODE_ENV",
  "JEST_WORKER_ID",
  "npm_command",
  "npm_lifecycle_event",
  "TERRAFORM_BINARY_NAME",
];

/** Returns what a child process may inherit: PATH, locale and the like. */
export function inheritedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) => !DROPPED.includes(name) && !DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
