import type { StateConfig } from "./lib";

/**
 * The state home. Edit this file, then `npx statelock bootstrap` once and `npx cdktf synth` from then on.
 * STATELOCK_BUCKET, STATELOCK_REGION and STATELOCK_ACCOUNT override name, region and account, for CI.
 * docs/reference/config.md describes every field and its default.
 */
export const stateConfig: StateConfig = {
  bucket: {
    name: "example-tfstate-123456789012-eu-central-1",
    region: "eu-central-1",
    account: "123456789012",
    // encryption: { type: "created-key" }, // a KMS key of your own; the default is SSE-S3
    // history: { days: 90, newestVersions: 100 },
    // accessLogs: {},
    tags: { managed_by: "statelock" },
  },

  consumers: [
    // A CDKTF stack in this project: see stacks/demo-stack.ts and main.ts.
    { name: "demo", type: "cdktf" },

    // A plain Terraform root anywhere: copy one of the files from cdktf.out/backends/network/ into it.
    {
      name: "network",
      workspaceKeyPrefix: "network/workspaces",
      // access: { planner: ["arn:aws:iam::123456789012:role/ci-plan"], applier: ["arn:aws:iam::123456789012:role/ci-apply"] },
    },
  ],
};
