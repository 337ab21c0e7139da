import type { RoleConfig, StateConfig } from "../../lib";

/**
 * The states are in account 111111111111, the workloads in 222222222222. Terraform runs with credentials of the workload
 * account and assumes a role of the state account only for the backend. The bootstrap stack creates these roles. The
 * principals that they trust need sts:AssumeRole on them in a policy of their own account.
 */
export const stateConfig: StateConfig = {
  bucket: { name: "acme-tfstate-111111111111-eu-central-1", region: "eu-central-1", account: "111111111111" },
  consumers: [
    {
      name: "shop",
      roles: {
        // CI's role in the workload account may apply.
        applier: { name: "tfstate-shop", ...trusting("ci-apply") },
        // The role of the roots that read the outputs.
        reader: { name: "tfstate-shop-reader", ...trusting("ci-plan") },
      },
      assumeRole: { roleArn: "arn:aws:iam::111111111111:role/statelock/tfstate-shop", sessionName: "terraform" },
      readerRole: { roleArn: "arn:aws:iam::111111111111:role/statelock/tfstate-shop-reader" },
    },
  ],
};

function trusting(role: string): Pick<RoleConfig, "trust"> {
  return { trust: { type: "principals", principals: [`arn:aws:iam::222222222222:role/${role}`] } };
}
