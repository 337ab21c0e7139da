import { Pet } from "@cdktf/provider-random/lib/pet";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { Lazy, TerraformOutput, TerraformStack, Testing, Token } from "cdktf";
import { S3LockBackend, type S3LockBackendProps } from "../../lib/backend/s3-lock-backend";
import { KEY_ARN, places, problemsOf, role, text } from "../support/home";
import { synthStacks, type StackJson } from "../support/synth";

const PLACE = { bucket: "acme-tfstate", key: "app/terraform.tfstate", region: "eu-central-1" };

/** What a stack with this backend is synthesized to. */
function backendOf(props: S3LockBackendProps): unknown {
  const stack = new TerraformStack(Testing.app(), "app");
  new S3LockBackend(stack, props);
  return (JSON.parse(Testing.synth(stack, true)) as StackJson).terraform.backend["s3"];
}

/** The problems of props as JavaScript may give them. */
function problems(props: Readonly<Record<string, unknown>>): ReturnType<typeof problemsOf> {
  return problemsOf(() => backendOf({ ...PLACE, ...props }));
}

it("without a word it locks natively", () => {
  expect(backendOf(PLACE)).toEqual({ ...PLACE, use_lockfile: true });
});

it("every other prop of cdktf's backend goes through under Terraform's name", () => {
  const props: S3LockBackendProps = {
    ...PLACE,
    encrypt: true,
    kmsKeyId: KEY_ARN,
    workspaceKeyPrefix: "app/ws",
    dynamodbTable: "locks",
    assumeRole: { roleArn: role("state"), sessionName: "ci" },
    maxRetries: 9,
    usePathStyle: true,
    endpoints: { s3: "http://127.0.0.1:1" },
  };
  expect(backendOf(props)).toEqual({
    ...PLACE,
    encrypt: true,
    kms_key_id: KEY_ARN,
    workspace_key_prefix: "app/ws",
    dynamodb_table: "locks",
    assume_role: { role_arn: role("state"), session_name: "ci" },
    max_retries: 9,
    use_path_style: true,
    endpoints: { s3: "http://127.0.0.1:1" },
    use_lockfile: true,
  });
});

it("tags keep the case of their keys, and a reader's backend has no tags", () => {
  const tags = { lockTags: { CostCenter: "x" }, stateTags: { "a b": "teamName" } };
  expect(backendOf({ ...PLACE, ...tags })).toEqual({
    ...{ ...PLACE, use_lockfile: true },
    ...{ lock_tags: tags.lockTags, state_tags: tags.stateTags },
  });
});

it("the role of readers is not the backend's", () => {
  expect(JSON.stringify(backendOf({ ...PLACE, readerRole: { roleArn: role("reader") } }))).not.toContain("reader");
});

it("a root that still locks in DynamoDB alone has no use_lockfile at all", () => {
  expect(backendOf({ ...PLACE, useLockfile: false, dynamodbTable: "locks" })).toEqual({
    ...PLACE,
    dynamodb_table: "locks",
  });
});

describe("what a JavaScript caller can give wrongly", () => {
  it("is refused, all of it at once, with the next step", () => {
    expect(text(problems({ key: "a//b", roleArn: "x", useLockfile: "true", kmsKeyId: "x" }))).toMatchInlineSnapshot(`
      "[state-key] app.backend.key must not hold "//", got "a//b"
        -> Use one slash: Terraform lists and writes different paths for two.
      [backend-argument] app.backend.roleArn must not be set, got "x": Terraform refuses it or warns about it
        -> Use assumeRole.roleArn.
      [use-lockfile] app.backend.useLockfile must be true or false, got "true"
        -> Remove it: the default is true.
      [backend-encryption] app.backend.encrypt must be true with kmsKeyId, got undefined: Terraform would ignore the key
        -> Set both, or neither to use the bucket's default."
    `);
  });

  it.each([
    ...["roleArn", "externalId", "sessionName", "assumeRolePolicy", "assumeRolePolicyArns", "assumeRoleTags"],
    ...["assumeRoleTransitiveTagKeys", "useLegacyWorkflow", "endpoint", "iamEndpoint", "stsEndpoint"],
    ...["dynamodbEndpoint", "forcePathStyle", "sharedCredentialsFile"],
  ])("%s is refused: Terraform removed or deprecated it", (name) => {
    expect(places(problems({ [name]: "x" }))).toEqual([`backend-argument app.backend.${name}`]);
  });

  it.each(["accessKey", "secretKey", "token", "sseCustomerKey", "assumeRoleWithWebIdentity"])(
    "%s is refused, and its value is not repeated",
    (name) => {
      const found = problems({ [name]: "AKIAVERYSECRET" });
      expect(places(found)).toEqual([`backend-secret app.backend.${name}`]);
      expect(text(found)).not.toContain("AKIAVERYSECRET");
    },
  );

  it.each(["true", 1, null])("useLockfile %j is refused", (useLockfile) => {
    expect(places(problems({ useLockfile }))).toEqual(["use-lockfile app.backend.useLockfile"]);
  });

  it("no lock at all is refused", () => {
    expect(text(problems({ useLockfile: false }))).toMatchInlineSnapshot(`
      "[use-lockfile] app.backend.useLockfile must be true without dynamodbTable, got false: no client would lock
        -> Remove it."
    `);
  });

  it("a KMS key without encrypt is refused, for Terraform would ignore it", () => {
    expect(places(problems({ kmsKeyId: KEY_ARN }))).toEqual(["backend-encryption app.backend.encrypt"]);
    expect(places(problems({ kmsKeyId: KEY_ARN, encrypt: false }))).toEqual(["backend-encryption app.backend.encrypt"]);
  });

  it.each([undefined, null, 1, "", "x.tflock", "env:/a"])("the key %j is refused", (key) => {
    expect(places(problems({ key }))).toEqual(["state-key app.backend.key"]);
  });

  it("an unclean prefix is refused", () => {
    expect(places(problems({ workspaceKeyPrefix: "" }))).toEqual(["workspace-prefix app.backend.workspaceKeyPrefix"]);
    expect(places(problems({ workspaceKeyPrefix: "a/" }))).toEqual(["workspace-prefix app.backend.workspaceKeyPrefix"]);
  });
});

it("a value that is known only later is not judged", () => {
  const late = Lazy.stringValue({ produce: () => "late/terraform.tfstate" });
  expect(Token.isUnresolved(late)).toBe(true);
  expect(backendOf({ ...PLACE, key: late, workspaceKeyPrefix: late })).toMatchObject({ key: "late/terraform.tfstate" });
});

it("has no prop for an argument that Terraform refuses, deprecates or would write in clear, and requires the region", () => {
  const given: S3LockBackendProps[] = [
    // @ts-expect-error: the region is not left to the environment
    { bucket: "b", key: "k" },
    // @ts-expect-error: removed in Terraform 1.10
    { ...PLACE, roleArn: "x" },
    // @ts-expect-error: removed in Terraform 1.10
    { ...PLACE, sessionName: "x" },
    // @ts-expect-error: removed in Terraform 1.8
    { ...PLACE, useLegacyWorkflow: true },
    // @ts-expect-error: deprecated in Terraform
    { ...PLACE, endpoint: "x" },
    // @ts-expect-error: deprecated in Terraform
    { ...PLACE, forcePathStyle: true },
    // @ts-expect-error: would be written in clear
    { ...PLACE, accessKey: "x" },
    // @ts-expect-error: would be written in clear
    { ...PLACE, secretKey: "x" },
    // @ts-expect-error: would be written in clear
    { ...PLACE, token: "x" },
    // @ts-expect-error: would be written in clear
    { ...PLACE, sseCustomerKey: "x" },
    // @ts-expect-error: a token among its fields
    { ...PLACE, assumeRoleWithWebIdentity: { roleArn: "x" } },
    // @ts-expect-error: must be a boolean
    { ...PLACE, useLockfile: "true" },
  ];
  // The compiler has checked the list above; here each entry is refused at run time too, but for the missing region.
  expect(given.slice(1).map((props) => problemsOf(() => backendOf(props)).length)).toEqual(Array(11).fill(1));
});

describe("a reference from another stack", () => {
  const WRITER: S3LockBackendProps = {
    ...PLACE,
    encrypt: true,
    kmsKeyId: KEY_ARN,
    dynamodbTable: "locks",
    acl: "bucket-owner-full-control",
    profile: "state",
    assumeRole: { roleArn: role("writer") },
  };

  function remoteState(props: S3LockBackendProps): unknown {
    const stacks = synthStacks((app) => {
      const writer = new TerraformStack(app, "writer");
      new S3LockBackend(writer, props);
      new RandomProvider(writer, "random");
      const pet = new Pet(writer, "pet");
      const reader = new TerraformStack(app, "reader");
      new S3LockBackend(reader, { ...PLACE, key: "reader/terraform.tfstate" });
      new TerraformOutput(reader, "copy", { value: pet.id });
    });
    return Object.values(stacks.get("reader")?.data?.["terraform_remote_state"] ?? {})[0];
  }

  it("becomes remote state without lock, encryption, ACL or the writer's role, of the workspace default", () => {
    expect(remoteState(WRITER)).toEqual({
      backend: "s3",
      config: { ...PLACE, profile: "state" },
      workspace: "default",
    });
  });

  it("uses the role of readers", () => {
    expect(remoteState({ ...WRITER, readerRole: { roleArn: role("reader") } })).toMatchObject({
      config: { assume_role: { role_arn: role("reader") } },
    });
  });

  it("follows the reader's workspace where the state has workspaces", () => {
    expect(remoteState({ ...WRITER, workspaceKeyPrefix: "app/ws" })).toMatchObject({
      workspace: "${terraform.workspace}",
      config: { workspace_key_prefix: "app/ws" },
    });
  });
});
