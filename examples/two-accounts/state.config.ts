import type { StateConfig } from "../../lib";

/**
 * States live in account 111111111111, the workloads in 222222222222. Terraform runs with credentials of the workload
 * account and assumes a role of the state account for the backend alone; roles.tf makes those roles.
 */
export const stateConfig: StateConfig = {
  bucket: { name: "acme-tfstate-111111111111-eu-central-1", region: "eu-central-1", account: "111111111111" },
  consumers: [
    {
      name: "shop",
      assumeRole: { roleArn: "arn:aws:iam::111111111111:role/tfstate-shop", sessionName: "terraform" },
      readerRole: { roleArn: "arn:aws:iam::111111111111:role/tfstate-shop-reader" },
      access: {
        applier: ["arn:aws:iam::111111111111:role/tfstate-shop"],
        reader: ["arn:aws:iam::111111111111:role/tfstate-shop-reader"],
      },
    },
  ],
};
