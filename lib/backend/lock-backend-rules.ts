import { Token } from "cdktf";
import { stateKeyProblems, workspacePrefixProblems } from "../config/rules/key-rules";
import { below, found, shown, type Problem } from "../problem/problem";

/** What the rules look at: the props as JavaScript may hand them over, whatever the types say. */
type Props = Readonly<Record<string, unknown>>;

/** Argument → what to use instead. Terraform 1.11 and later refuses the removed ones and warns about the others. */
const REPLACED: Readonly<Record<string, string>> = {
  roleArn: "assumeRole.roleArn",
  externalId: "assumeRole.externalId",
  sessionName: "assumeRole.sessionName",
  assumeRolePolicy: "assumeRole.policy",
  assumeRolePolicyArns: "assumeRole.policyArns",
  assumeRoleTags: "assumeRole.tags",
  assumeRoleTransitiveTagKeys: "assumeRole.transitiveTagKeys",
  useLegacyWorkflow: "nothing: the workflow is gone",
  endpoint: "endpoints.s3",
  iamEndpoint: "endpoints.iam",
  stsEndpoint: "endpoints.sts",
  dynamodbEndpoint: "endpoints.dynamodb",
  forcePathStyle: "usePathStyle",
  sharedCredentialsFile: "sharedCredentialsFiles",
};

const SECRET = ["accessKey", "secretKey", "token", "sseCustomerKey", "assumeRoleWithWebIdentity"];

/** Problems of the props of a lock backend. Tokens are not judged: their values are known only at apply. */
export function lockBackendProblems(props: object, stack: string): Problem[] {
  const given: Props = { ...props };
  return below(`${stack}.backend`, [
    ...textProblems(given["key"], stateKeyProblems),
    ...(given["workspaceKeyPrefix"] === undefined
      ? []
      : textProblems(given["workspaceKeyPrefix"], workspacePrefixProblems)),
    ...replacedProblems(given),
    ...secretProblems(given),
    ...lockingProblems(given),
    ...encryptionProblems(given),
  ]);
}

function textProblems(value: unknown, rule: (text: string) => Problem[]): Problem[] {
  return Token.isUnresolved(value) ? [] : rule(typeof value === "string" ? value : "");
}

function replacedProblems(props: Props): Problem[] {
  return Object.entries(REPLACED)
    .filter(([name]) => props[name] !== undefined)
    .map(([name, successor]) => ({
      code: "backend-argument",
      path: name,
      message: `must be left out, got ${shown(props[name])}: Terraform 1.11 refuses it or is about to`,
      fix: `Use ${successor}.`,
    }));
}

function secretProblems(props: Props): Problem[] {
  return SECRET.filter((name) => props[name] !== undefined).map((name) => ({
    code: "backend-secret",
    path: name,
    message: "must be left out, got a value that would be written into cdk.tf.json in clear",
    fix: "Give credentials through the environment, a profile or assumeRole.",
  }));
}

function lockingProblems(props: Props): Problem[] {
  return found([
    props["useLockfile"] !== true &&
      props["useLockfile"] !== false && {
        code: "use-lockfile",
        path: "useLockfile",
        message: `must be true or false, got ${shown(props["useLockfile"])}`,
        fix: "Leave it out: the default is true.",
      },
    props["useLockfile"] === false &&
      props["dynamodbTable"] === undefined && {
        code: "use-lockfile",
        path: "useLockfile",
        message: "must be true where no dynamodbTable is named, got false: nothing would lock",
        fix: "Leave it out.",
      },
  ]);
}

function encryptionProblems(props: Props): Problem[] {
  return found([
    props["kmsKeyId"] !== undefined &&
      props["encrypt"] !== true && {
        code: "backend-encryption",
        path: "encrypt",
        message: `must be true where kmsKeyId is given, got ${shown(props["encrypt"])}: Terraform would ignore the key`,
        fix: "Give both, or neither to use the bucket's default.",
      },
  ]);
}
