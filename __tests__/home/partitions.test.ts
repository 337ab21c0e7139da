import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { writeArtifacts } from "../../lib/artifacts/write-artifacts";
import type { StateConfig } from "../../lib/config/state-config";
import { papersOf } from "../../lib/home/papers";
import { policyProblems } from "../../lib/home/policy-problems";
import { resolveStateHome } from "../../lib/home/resolve-home";
import { PARTITIONS, type Partition } from "../../lib/policy/partition";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { REGION_OF } from "../support/arbitraries";
import { IN_BUCKET } from "../support/home";
import { scratch } from "../support/scratch";

/** A config that uses everything that names an ARN. */
function everything(partition: Partition): StateConfig {
  const region = REGION_OF[partition];
  const iam = (account: string, resource: string): string => `arn:${partition}:iam::${account}:${resource}`;
  const own = (name: string): string => iam("123456789012", `role/${name}`);
  return {
    bucket: {
      ...{ name: "acme-tfstate", region, account: "123456789012", accessLogs: {}, encryption: { type: "created-key" } },
      guard: {
        deployers: [own("deployer")],
        breakGlass: [own("break-glass")],
        accounts: ["222222222222"],
        organizationPolicies: true,
      },
    },
    ...{ locking: "both", legacyTable: "locks", manageLegacyTable: "protected" },
    madeRoles: {
      githubActions: { provider: iam("123456789012", "oidc-provider/token.actions.githubusercontent.com") },
      permissionsBoundary: iam("123456789012", "policy/boundary"),
    },
    consumers: [
      {
        name: "app",
        workspaceKeyPrefix: "app/ws",
        kmsKeyArn: `arn:${partition}:kms:${region}:123456789012:key/11111111-2222-4333-8444-555555555555`,
        assumeRole: { roleArn: own("state") },
        access: { reader: [own("reader")], unlocker: [own("ops")] },
        roles: {
          planner: { trust: { type: "principals", principals: [own("ci")] } },
          applier: { trust: { type: "github-actions", subjects: ["repo:acme/app:environment:live"] } },
        },
      },
      { name: "other", locking: "lockfile", access: { reader: [iam("222222222222", "role/ci")] } },
    ],
  };
}

/** Everything that synth writes, as one text. */
function written(partition: Partition): string {
  const papers = papersOf(resolveStateHome(everything(partition), IN_BUCKET));
  expect(policyProblems(papers)).toEqual([]);
  const app = new App({ outdir: mkdtempSync(join(scratch(), "out-")) });
  new BootstrapStack(app, "bootstrap", { papers });
  app.synth();
  writeArtifacts(papers, app.outdir);
  const files = readdirSync(app.outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join("\n");
}

it.each(PARTITIONS)("every ARN of a home in %s is in that partition", (partition) => {
  const arns = written(partition).match(/arn:[a-z-]*(?=:)/g) ?? [];
  expect(arns.length).toBeGreaterThan(50);
  expect([...new Set(arns)]).toEqual([`arn:${partition}`]);
});
