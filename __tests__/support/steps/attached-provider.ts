import { existsSync, mkdtempSync, readdirSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registry } from "../../../lab/machine/provider-mirror";
import { requireSuccess } from "../../../lab/machine/require-success";
import { REGISTRIES } from "../../../lab/machine/test-engine";
import type { RunningCommand, Workspace } from "../../../lab/machine/workspace";
import { schemaProxy } from "./schema-proxy";

/** The AWS provider in a process of its own, for any number of runs of Terraform. */
export interface AttachedProvider {
  /** What makes Terraform use it. */
  readonly env: Readonly<Record<string, string>>;
  /** @param signal how it is told @default "SIGINT" */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const ROOT = `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
`;

/**
 * Starts the provider in the way that Terraform has for debugging one. Starting it and hashing its 600 MB is most of
 * what a plan costs, and a run of `statelock bootstrap` does that five times. Most of the remaining cost is the
 * schema of all its types, which {@link schemaProxy} trims.
 * Source: https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
 */
export async function attachedProvider(workspace: Workspace): Promise<AttachedProvider> {
  const folder = await providerFolder(workspace);
  const program = realpathSync(binary(join(folder, ".terraform", "providers")));
  let tell = (_setting: string): void => undefined;
  const told = new Promise<string>((resolve) => (tell = resolve));
  let said = "";
  const provider = workspace.start(program, ["-debug"], {
    timeoutMs: 600_000,
    onStdout: (text) => {
      said += text;
      const setting = /TF_REATTACH_PROVIDERS='(.*)'/.exec(said)?.[1];
      if (setting !== undefined) tell(setting);
    },
  });
  // The provider names Terraform's registry, whichever engine asks for it.
  const setting = (await Promise.race([told, died(provider)])).replace(REGISTRIES.terraform, registry());
  const [socket = ""] = /[^"]+(?="\}\}\}$)/.exec(setting) ?? [];
  const proxy = await schemaProxy(`${socket}-trimmed`, socket, join(folder, "trimmed-schema"));
  void provider.done.then(() => {
    proxy.close();
  });
  return {
    env: { TF_REATTACH_PROVIDERS: setting.replace(socket, `${socket}-trimmed`) },
    stop: async (signal = "SIGINT") => {
      provider.kill(signal);
      await provider.done;
    },
  };
}

/** Returns a folder in which Terraform has installed the provider, once for all test files of a run of jest. */
async function providerFolder(workspace: Workspace): Promise<string> {
  const folder = join(tmpdir(), `provider-of-${registry()}`);
  if (existsSync(folder)) return folder;
  const own = mkdtempSync(`${folder}-`);
  writeFileSync(join(own, "main.tf"), ROOT);
  requireSuccess(await workspace.terraform(["init"], { cwd: own }));
  try {
    renameSync(own, folder);
  } catch {
    // Another worker was first.
  }
  return folder;
}

async function died(provider: RunningCommand): Promise<never> {
  const { stdout, stderr } = await provider.done;
  throw new Error(`the provider ended before it could be attached: ${stdout}${stderr}`);
}

/** Terraform's own layout: <host>/<namespace>/<type>/<version>/<platform>/<binary>. */
function binary(providers: string): string {
  let path = join(providers, registry(), "hashicorp", "aws");
  for (const part of [/./, /./, /^terraform-provider-aws/]) {
    const name = readdirSync(path).find((entry) => part.test(entry));
    if (name === undefined) throw new Error(`There is no AWS provider below ${providers}`);
    path = join(path, name);
  }
  return path;
}
