import { policyProblems } from "../lib/home/home-policies";
import { resolveStateHome } from "../lib/home/resolve";
import type { StateConfig } from "../lib/config/state-config";
import { goldenFiles } from "./support/golden";

const keyArn = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef";

const config: StateConfig = {
  bucket: {
    name: "acme-gov-tfstate",
    region: "us-gov-west-1",
    account: "123456789012",
    encryption: { type: "existing-key", keyArn },
    accessLogs: { bucket: "acme-gov-logs", prefix: "tfstate/" },
    eventBridge: true,
  },
  madeRoles: {
    githubActions: {
      provider: "arn:aws-us-gov:iam::123456789012:oidc-provider/token.actions.githubusercontent.com/acme",
    },
    permissionsBoundary: "arn:aws-us-gov:iam::123456789012:policy/boundary",
  },
  locking: "both",
  legacyTable: "terraform-locks",
  consumers: [
    { name: "demo", type: "cdktf" },
    {
      name: "app",
      workspaceKeyPrefix: "app/ws",
      assumeRole: { roleArn: "arn:aws-us-gov:iam::123456789012:role/app-state" },
      access: { applier: ["arn:aws-us-gov:iam::123456789012:role/app-apply"] },
      roles: {
        planner: {
          trust: {
            type: "github-actions",
            subjects: ["repo:acme@1/app@2:pull_request", "repo:acme@1/app@2:ref:refs/heads/main"],
          },
        },
        unlocker: {
          trust: { type: "principals", principals: ["arn:aws-us-gov:iam::210987654321:role/on-call"] },
          name: "app-unlock",
          permissionsBoundary: "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess",
          maxSessionSeconds: 7200,
        },
      },
    },
  ],
};

// The bootstrap stack's state is in the bucket already.
const environment = { STATELOCK_BOOTSTRAP_STATE: "bucket" };

const home = resolveStateHome(config, { environment });
const files = goldenFiles(home);

describe("GovCloud, an existing key, logs elsewhere", () => {
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
