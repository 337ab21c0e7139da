import { spawnSync } from "node:child_process";
import { FLOORS, reachesFloor } from "../../lib/engine/floors";
import { findMotoServer, MOTO_ADVICE } from "./moto-install";
import { offersProvider } from "./terraform-cli-config";
import { testEngine } from "./test-engine";
import { hasTerragrunt, terragruntBinary } from "./test-terragrunt";

/** What an end-to-end test may need beyond node_modules. `terraform` is the engine under test, whichever that is. */
export type Need = "terraform" | "aws-provider" | "random-provider" | "moto-server" | "openssl" | "terragrunt";

interface Check {
  /** Undefined when all is well, else what was found. */
  readonly problem: () => string | undefined;
  readonly advice: string;
}

const CHECKS: Readonly<Record<Need, Check>> = {
  terraform: {
    problem: engineProblem,
    advice:
      "install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install) or OpenTofu 1.10.2 or later (https://opentofu.org/docs/intro/install/), and put it on PATH",
  },
  "aws-provider": provider("hashicorp/aws"),
  "random-provider": provider("hashicorp/random"),
  "moto-server": {
    problem: () => (findMotoServer() === undefined ? "there is no moto_server 5.1 or later 5 on PATH" : undefined),
    advice: `${MOTO_ADVICE}, or: npx tsx lab/machine/install-test-servers.ts`,
  },
  terragrunt: {
    problem: () => (hasTerragrunt() ? undefined : `there is no ${terragruntBinary()} on PATH`),
    advice:
      "install it (https://terragrunt.gruntwork.io/docs/getting-started/install/), or name it in STATELOCK_TEST_TERRAGRUNT",
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

function engineProblem(): string | undefined {
  const { name, binary, title, version } = testEngine();
  if (version === undefined) return `there is no ${binary} on PATH`;
  return reachesFloor(version, FLOORS.home[name]) ? undefined : `the engine is ${title ?? binary}`;
}

function provider(source: string): Check {
  return {
    problem: () => (offersProvider(source) ? undefined : `the provider mirror of this machine does not hold ${source}`),
    advice: `add it to the mirror, name another in TF_PLUGIN_MIRROR, or give a config that reaches the registry in TF_CLI_CONFIG_FILE`,
  };
}
