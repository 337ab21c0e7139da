import { backendArguments } from "../../lib/backend/backend-arguments";

const PLACE = { bucket: "b", key: "k", region: "r" };

it("arguments have Terraform's names and a fixed order, whatever the order of the settings", () => {
  const shuffled = {
    assumeRole: { sessionName: "s", externalId: "e", roleArn: "a" },
    workspaceKeyPrefix: "w",
    dynamodbTable: "t",
    useLockfile: true,
    kmsKeyId: "i",
    encrypt: true as const,
    region: "r",
    key: "k",
    bucket: "b",
  };
  expect(JSON.stringify(backendArguments(shuffled), null, 1)).toMatchInlineSnapshot(`
    "{
     "bucket": "b",
     "key": "k",
     "region": "r",
     "encrypt": true,
     "kms_key_id": "i",
     "use_lockfile": true,
     "dynamodb_table": "t",
     "workspace_key_prefix": "w",
     "assume_role": {
      "role_arn": "a",
      "external_id": "e",
      "session_name": "s"
     }
    }"
  `);
});

it("leaves out arguments that are unset or false", () => {
  const settings = {
    ...PLACE,
    useLockfile: false,
    kmsKeyId: undefined,
    assumeRole: { roleArn: "a", externalId: undefined },
  };
  expect(backendArguments(settings as never)).toEqual({
    bucket: "b",
    key: "k",
    region: "r",
    assume_role: { role_arn: "a" },
  });
});
