import { TerraformOutput, TerraformStack } from "cdktf";
import { consumerOutputs, readerWorkspace } from "../../lib/backend/remote-state";
import { S3LockBackend } from "../../lib/backend/s3-lock-backend";
import { findConsumer } from "../../lib/home/find-consumer";
import type { ConsumerConfig } from "../../lib/config/state-config";
import { home, KEY_ARN, role } from "../support/home";
import { synthStack } from "../support/synth";

/** What a stack gets that reads the outputs of `network`. */
function remoteState(network: Partial<ConsumerConfig>): unknown {
  const of = home({ locking: "both", legacyTable: "locks", consumers: [{ name: "network", ...network }] });
  const stack = synthStack("reader", (app) => {
    const reader = new TerraformStack(app, "reader");
    new S3LockBackend(reader, { bucket: "acme-tfstate", key: "reader/s", region: "eu-central-1" });
    const outputs = consumerOutputs(reader, "network", of, findConsumer(of, "network"));
    new TerraformOutput(reader, "vpc", { value: outputs.getString("vpc_id") });
    return reader;
  });
  expect(stack.output?.["vpc"]?.value).toBe("${data.terraform_remote_state.network.outputs.vpc_id}");
  return stack.data?.["terraform_remote_state"]?.["network"];
}

it("reading another's outputs takes no lock, names no deprecated argument and creates no workspace", () => {
  expect(remoteState({ kmsKeyArn: KEY_ARN, assumeRole: { roleArn: role("writer") } })).toMatchInlineSnapshot(`
    {
      "backend": "s3",
      "config": {
        "bucket": "acme-tfstate",
        "key": "network/terraform.tfstate",
        "region": "eu-central-1",
      },
      "workspace": "default",
    }
  `);
});

it("the reader's role is used where there is one, and the reader's workspace where there are workspaces", () => {
  expect(
    remoteState({ workspaceKeyPrefix: "network/ws", readerRole: { roleArn: role("reader"), externalId: "ab" } }),
  ).toEqual({
    backend: "s3",
    config: {
      bucket: "acme-tfstate",
      key: "network/terraform.tfstate",
      region: "eu-central-1",
      workspace_key_prefix: "network/ws",
      assume_role: { role_arn: role("reader"), external_id: "ab" },
    },
    workspace: "${terraform.workspace}",
  });
});

it("without workspaces the workspace is default by name", () => {
  expect([readerWorkspace(undefined), readerWorkspace("ws")]).toEqual(["default", "${terraform.workspace}"]);
});
