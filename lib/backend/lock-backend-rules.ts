import { product } from "../engine/spoken-engine";
import { Token } from "cdktf";
import { stateKeyProblems, workspacePrefixProblems } from "../config/rules/key-rules";
import { below, found, shown, type Problem } from "../problem/problem";

/** The props as JavaScript may pass them, whatever their types are. */
type Props = Readonly<Record<string, unknown>>;

/** Argument → its replacement. Terraform 1.11 refuses the removed arguments and warns about the deprecated ones. */
const REPLACED: Readonly<Record<string, string>> = {
  roleArn: "assumeRole.roleArn",
  externalId: "assumeRole.externalId",
  sessionName: "assumeRole.sessionName",
  assumeRolePolicy: "assumeRole.policy",
  assumeRolePolicyArns: "assumeRole.policyArns",
  assumeRoleTags: "assumeRole.tags",
  assumeRoleTransitiveTagKeys: "assumeRole.transitiveTagKeys",
  useLegacyWorkflow: "no other argument: no supported engine has the workflow",
  endpoint: "endpoints.s3",
  iamEndpoint: "endpoints.iam",
  stsEndpoint: "endpoints.sts",
  dynamodbEndpoint: "endpoints.dynamodb",
  forcePathStyle: "usePathStyle",
  sharedCredentialsFile: "sharedCredentialsFiles",
};

const SECRET = ["accessKey", "secretKey", "token", "sseCustomerKey", "assumeRoleWithWebIdentity"];

/** Checks the props of a lock backend. It skips tokens, whose values only apply knows. */
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
      message: `must not be set, got ${shown(props[name])}: ${product()} refuses it or warns about it`,
      fix: `Use ${successor}.`,
    }));
}

function secretProblems(props: Props): Problem[] {
  return SECRET.filter((name) => props[name] !== undefined).map((name) => ({
    code: "backend-secret",
    path: name,
    message: "must not be set, got a value that synth would write into cdk.tf.json in plain text",
    fix: "Provide credentials through the environment, a profile or assumeRole.",
  }));
}

function lockingProblems(props: Props): Problem[] {
  return found([
    props["useLockfile"] !== true &&
      props["useLockfile"] !== false && {
        code: "use-lockfile",
        path: "useLockfile",
        message: `must be true or false, got ${shown(props["useLockfile"])}`,
        fix: "Remove it: the default is true.",
      },
    props["useLockfile"] === false &&
      props["dynamodbTable"] === undefined && {
        code: "use-lockfile",
        path: "useLockfile",
        message: "must be true without dynamodbTable, got false: no client would lock",
        fix: "Remove it.",
      },
  ]);
}

function encryptionProblems(props: Props): Problem[] {
  return found([
    props["kmsKeyId"] !== undefined &&
      props["encrypt"] !== true && {
        code: "backend-encryption",
        path: "encrypt",
        message: `must be true with kmsKeyId, got ${shown(props["encrypt"])}: ${product()} would ignore the key`,
        fix: "Set both, or neither to use the bucket's default.",
      },
  ]);
}
