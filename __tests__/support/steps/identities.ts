import { basename, dirname } from "node:path";
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { ACCOUNT_ID, type StandIn } from "../../../lab/stand-in/stand-in";
import type { AwsClients } from "./aws-clients";

/** The credentials of an identity, as the environment holds them. */
export type Credentials = Readonly<Record<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY", string>> &
  Readonly<Record<string, string>>;

/** Identities that IAM of the stand-in has, each named by its path and name. */
export interface Identities {
  /** Returns a session of a role. */
  session(role: string, account?: string): Promise<Credentials>;
  user(name: string): Promise<Credentials>;
  readonly root: Credentials;
}

export async function makeIdentities(
  standIn: StandIn,
  { iam }: AwsClients,
  { roles, users }: { readonly roles: readonly string[]; readonly users: readonly string[] },
): Promise<Identities> {
  const placed = (text: string): { Path: string; name: string } => ({
    Path: dirname(text) === "." ? "/" : `/${dirname(text)}/`,
    name: basename(text),
  });
  for (const { Path, name } of roles.map(placed))
    await iam.send(new CreateRoleCommand({ Path, RoleName: name, AssumeRolePolicyDocument: "{}" }));
  for (const { Path, name } of users.map(placed)) await iam.send(new CreateUserCommand({ Path, UserName: name }));
  const root = { AWS_ACCESS_KEY_ID: "ROOT", AWS_SECRET_ACCESS_KEY: "test" };
  // moto has no credentials of root.
  standIn.onRequest(({ operation, accessKeyId }) =>
    operation === "GetCallerIdentity" && accessKeyId === root.AWS_ACCESS_KEY_ID
      ? { status: 200, headers: { "content-type": "text/xml" }, body: callerIsRoot() }
      : undefined,
  );
  const keys = new Map<string, Promise<Credentials>>();
  return {
    root,
    session: async (name, account = ACCOUNT_ID) => {
      const sts = new STSClient({ endpoint: standIn.url, region: "us-east-1", credentials: TEST });
      const RoleArn = `arn:aws:iam::${account}:role/${name}`;
      const { Credentials: made } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "ana" }));
      sts.destroy();
      return {
        AWS_ACCESS_KEY_ID: made?.AccessKeyId ?? "",
        AWS_SECRET_ACCESS_KEY: made?.SecretAccessKey ?? "",
        AWS_SESSION_TOKEN: made?.SessionToken ?? "",
      };
    },
    user: (name) => {
      // IAM gives a user two keys.
      const credentials = keys.get(name) ?? userCredentials(iam, name);
      keys.set(name, credentials);
      return credentials;
    },
  };
}

async function userCredentials(iam: AwsClients["iam"], name: string): Promise<Credentials> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "", AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "" };
}

const TEST = { accessKeyId: "TEST", secretAccessKey: "test" };

function callerIsRoot(): string {
  const result = `<Arn>arn:aws:iam::${ACCOUNT_ID}:root</Arn><UserId>${ACCOUNT_ID}</UserId><Account>${ACCOUNT_ID}</Account>`;
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}
