import { spawnSync } from "node:child_process";
import { inheritedEnvironment } from "./child-environment";
import { findMotoServer, MOTO_ADVICE } from "./moto-install";
import { offersProvider } from "./terraform-cli-config";

/** What an end-to-end test may need beyond node_modules. */
export type Need = "terraform" | "aws-provider" | "random-provider" | "moto-server" | "openssl";

interface Check {
  /** Undefined when all is well, else what was found. */
  readonly problem: () => string | undefined;
  readonly advice: string;
}

const CHECKS: Readonly<Record<Need, Check>> = {
  terraform: {
    problem: terraformProblem,
    advice: "install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install) and put it on PATH",
  },
  "aws-provider": provider("hashicorp/aws"),
  "random-provider": provider("hashicorp/random"),
  "moto-server": {
    problem: () => (findMotoServer() === undefined ? "there is no moto_server 5.1 or later 5 on PATH" : undefined),
    advice: `${MOTO_ADVICE}, or: npx tsx lab/machine/install-moto-server.ts`,
  },
  openssl: {
    problem: () => (spawnSync("openssl", ["version"]).error ? "there is no openssl on PATH" : undefined),
    advice: "install it with the package manager of the system",
  },
};

/** One line for each need that is not met, saying what to install. Empty: go ahead. */
export function missingPrerequisites(needs: readonly Need[]): string[] {
  return needs.flatMap((need) => {
    const problem = CHECKS[need].problem();
    return problem === undefined ? [] : [`${need}: ${problem}. To have it: ${CHECKS[need].advice}`];
  });
}

function terraformProblem(): string | undefined {
  const env = { ...inheritedEnvironment(process.env), CHECKPOINT_DISABLE: "1" };
  const answer = spawnSync("terraform", ["version", "-json"], { env, encoding: "utf8", timeout: 180_000 });
  if (answer.error) return "there is no terraform on PATH";
  const version = /"terraform_version":\s*"([^"]+)"/.exec(answer.stdout)?.[1];
  return version !== undefined && hasNativeLock(version)
    ? undefined
    : `terraform is ${version ?? "of unknown version"}`;
}

/** Native S3 locking is stable since 1.11. */
function hasNativeLock(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 11);
}

function provider(source: string): Check {
  return {
    problem: () => (offersProvider(source) ? undefined : `the provider mirror of this machine does not hold ${source}`),
    advice: `add it to the mirror, name another in TF_PLUGIN_MIRROR, or give a config that reaches the registry in TF_CLI_CONFIG_FILE`,
  };
}
