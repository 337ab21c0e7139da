import { policyProblems } from "../lib/home/home-policies";
import { resolveStateHome } from "../lib/home/resolve";
import type { StateConfig } from "../lib/config/state-config";
import { goldenFiles } from "./support/golden";

function role(name: string): string {
  return `arn:aws:iam::123456789012:role/${name}`;
}

const config: StateConfig = {
  bucket: {
    name: "acme-tfstate",
    region: "eu-central-1",
    account: "123456789012",
    bootstrapKey: "home/bootstrap.tfstate",
  },
  legacyTable: "terraform-locks",
  managedPolicies: "attached",
  consumers: [
    { name: "demo", type: "cdktf" },
    {
      name: "network",
      type: "cdktf",
      workspaceKeyPrefix: "network/workspaces",
      readerRole: { roleArn: role("network-reader"), externalId: "acme:network", sessionName: "outputs" },
      access: {
        reader: [role("everybody")],
        planner: [role("ci/plan")],
        applier: [role("ci/apply"), role("ops")],
        "workspace-admin": [role("network-admin")],
        unlocker: [role("on-call")],
      },
    },
    { name: "dns", assumeRole: { roleArn: "arn:aws:iam::210987654321:role/dns-state" } },
    // Two that share Terraform's default prefix: their keys do not end in each other.
    { name: "shop", key: "shop/terraform.tfstate", workspaceKeyPrefix: "env:" },
    { name: "billing", key: "billing/terraform.tfstate", workspaceKeyPrefix: "env:" },
    {
      name: "leaving",
      locking: "both",
      workspaceKeyPrefix: "leaving/ws",
      access: { "workspace-admin": [role("ops")] },
    },
    { name: "staying", locking: "dynamodb", access: { planner: [role("ci/plan")], unlocker: [role("on-call")] } },
    { name: "A-b", key: "teams/a/Prod (1)/é.tfstate" },
    { name: "a_b" },
    { name: "ab" },
    { name: "data", key: "data.tfstate", access: { applier: [role("ci/apply")] } },
    { name: "logs", key: "platform/logs/state", access: { reader: [role("everybody")] } },
  ],
};

const home = resolveStateHome(config);
const files = goldenFiles(home);

describe("twelve consumers of every kind", () => {
  it("has no problem that AWS would find", async () => {
    expect(await policyProblems(home)).toEqual([]);
  });

  it("makes these files and no others", () => {
    expect(files.map(([path]) => path)).toMatchSnapshot();
  });

  it.each(files)("%s", (_path, content) => {
    expect(content).toMatchSnapshot();
  });
});
