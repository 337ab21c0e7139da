import { homedir } from "node:os";
import { join } from "node:path";

/** Returns the paths of the AWS config file and of the shared credentials file, as the SDK and the engines choose them. */
export function awsConfigFiles(environment: NodeJS.ProcessEnv): {
  readonly config: string;
  readonly credentials: string;
} {
  const below = (name: string): string => join(environment["HOME"] ?? homedir(), ".aws", name);
  const { AWS_CONFIG_FILE: config = "", AWS_SHARED_CREDENTIALS_FILE: credentials = "" } = environment;
  return {
    config: config === "" ? below("config") : config,
    credentials: credentials === "" ? below("credentials") : credentials,
  };
}
