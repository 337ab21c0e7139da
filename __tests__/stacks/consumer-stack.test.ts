import { TerraformOutput, Testing, type DataTerraformRemoteStateS3 } from "cdktf";
import { ConsumerStack } from "../../stacks/consumer-stack";
import type { StateHome } from "../../lib/config/state-home";
import { home, KEY_ARN, problemsOf, role, text } from "../support/home";
import { synthStack, synthStacks } from "../support/synth";

class AppStack extends ConsumerStack {
  read(consumer: string): DataTerraformRemoteStateS3 {
    return this.outputsOf(consumer);
  }
}

function build(of: StateHome, id: string): () => AppStack {
  return () => new AppStack(Testing.app(), id, { home: of });
}

const HOME = home({
  consumers: [
    { name: "app", type: "cdktf" },
    { name: "network", readerRole: { roleArn: role("network-reader") } },
  ],
});

it("a stack whose id is a consumer's keeps its state under the consumer's key, encrypted and locked", () => {
  const stack = synthStack("app", (app) => new AppStack(app, "app", { home: HOME }));
  expect(stack.terraform).toEqual({
    required_version: ">= 1.11.0",
    backend: {
      s3: {
        bucket: "acme-tfstate",
        key: "app/terraform.tfstate",
        region: "eu-central-1",
        encrypt: true,
        use_lockfile: true,
      },
    },
  });
});

it("has the settings of its consumer entry in the backend", () => {
  const of = home({
    legacyTable: "locks",
    consumers: [
      {
        name: "app",
        type: "cdktf",
        key: "x/y",
        workspaceKeyPrefix: "app/ws",
        kmsKeyArn: KEY_ARN,
        locking: "both",
        assumeRole: { roleArn: role("state"), externalId: "ab", sessionName: "ci" },
      },
    ],
  });
  const stack = synthStack("app", (app) => new AppStack(app, "app", { home: of }));
  expect(stack.terraform.backend["s3"]).toMatchObject({
    key: "x/y",
    workspace_key_prefix: "app/ws",
    kms_key_id: KEY_ARN,
    use_lockfile: true,
    dynamodb_table: "locks",
    assume_role: { role_arn: role("state"), external_id: "ab", session_name: "ci" },
  });
});

it("a stack that is no consumer is refused with the entry to add", () => {
  expect(text(problemsOf(build(HOME, "billing")))).toMatchInlineSnapshot(`
    "[consumer-unknown] billing must be a consumer of type "cdktf" in state.config.ts, got "billing"; the config has app
      -> Add { name: "billing", type: "cdktf" } to consumers."
  `);
});

it("a stack whose consumer is a plain root is refused", () => {
  expect(problemsOf(build(HOME, "network"))).toHaveLength(1);
});

it("the outputs of another consumer are read with its reader's role", () => {
  const stack = synthStack("app", (app) => {
    const reader = new AppStack(app, "app", { home: HOME });
    new TerraformOutput(reader, "vpc", { value: reader.read("network").getString("vpc_id") });
    return reader;
  });
  expect(stack.data?.["terraform_remote_state"]?.["outputs-of-network"]).toMatchObject({
    config: { key: "network/terraform.tfstate", assume_role: { role_arn: role("network-reader") } },
    workspace: "default",
  });
});

it("the outputs of nobody are refused", () => {
  expect(problemsOf(() => build(HOME, "app")().read("billing"))).toMatchObject([{ code: "consumer-unknown" }]);
});

it("two stacks of one home do not share a key", () => {
  const of = home({
    consumers: [
      { name: "one", type: "cdktf" },
      { name: "two", type: "cdktf" },
    ],
  });
  const stacks = synthStacks((app) => {
    new AppStack(app, "one", { home: of });
    new AppStack(app, "two", { home: of });
  });
  expect([...stacks.values()].map(({ terraform }) => terraform.backend["s3"]?.["key"])).toEqual([
    "one/terraform.tfstate",
    "two/terraform.tfstate",
  ]);
});
