import { ACCESS_LEVELS, type AccessLevel } from "../../lib/policy/access-level";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import type { Asked } from "../policy-gate/questions";
import type { GatePrincipal } from "../policy-gate/world";
import { MEMBER, MEMBERS, ORGANIZATION, role, type Scenario } from "./scenario";

export const ACTORS = [
  "applier",
  "workspace-admin",
  "unlocker",
  "administrator",
  "break-glass",
  "deployer",
  "member",
  "stranger",
] as const;

export type Actor = (typeof ACTORS)[number];

/** IAM allows everything. */
export const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Everything", Effect: "Allow", Action: ["kms:*", "s3:*"], Resource: "*" }],
};

/** Returns the principal for an actor: a level holds its policy, IAM allows the others everything. */
export function principalOf(actor: Actor | AccessLevel, { policies }: Scenario): GatePrincipal {
  if (actor === "stranger")
    return { arn: "arn:aws:iam::999999999999:role/stranger", organization: "o-stranger1234", policies: [EVERYTHING] };
  if (actor === "member")
    return {
      ...{ arn: `arn:aws:iam::${MEMBER}:role/terraform`, organization: ORGANIZATION, policies: [EVERYTHING] },
      organizationPaths: [`${MEMBERS}ou-ab12-22222222/`],
    };
  const level = ACCESS_LEVELS.find((known) => known === actor);
  const policy = level === undefined ? EVERYTHING : policies.get(level);
  const mfa = actor === "break-glass" ? { mfa: true } : {};
  return { arn: role(actor), organization: ORGANIZATION, policies: policy === undefined ? [] : [policy], ...mfa };
}

/** A request past Terraform, and who gets it through. */
export interface Row {
  readonly name: string;
  readonly passes: readonly Actor[];
  /** What is sent; the credential is put in by the sender. */
  readonly request?: Sent;
  /** What cannot be sent here and is asked of the evaluator alone. */
  readonly simulate?: (scenario: Scenario) => readonly Simulated[];
}

/** A question whose context replaces what is usual. Undefined: AWS says nothing about it. */
export interface Simulated extends Omit<Asked["question"], "context"> {
  readonly context: Context;
}

/** Condition keys and their values. */
export type Context = Readonly<Record<string, string | string[] | undefined>>;

interface Sent {
  readonly method: string;
  /** Key below the bucket; none: the bucket itself. */
  readonly key?: (scenario: Scenario) => string;
  readonly query?: string;
  readonly headers?: (scenario: Scenario) => Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default "header" */
  readonly signed?: "header" | "query" | "form";
  /** @default true */
  readonly secure?: boolean;
  /** @default - the newest */
  readonly tlsVersion?: "1.1";
}

export const SSE = "x-amz-server-side-encryption";
export const ADMINISTRATORS: readonly Actor[] = ["administrator", "break-glass", "deployer"];
export const TRUSTED: readonly Actor[] = ["break-glass", "deployer"];
/** Everybody who may everywhere, in a bucket that lets everybody in. */
export const ANYBODY: readonly Actor[] = [...ADMINISTRATORS, "member", "stranger"];
export const TERRAFORM: readonly Actor[] = ["applier", "workspace-admin"];

export const state = ({ consumer }: Scenario): string => consumer.key;
export const lock = (scenario: Scenario): string => `${state(scenario)}.tflock`;
export const workspaceState = ({ consumer }: Scenario): string =>
  `${consumer.workspaceKeyPrefix ?? ""}/dev/${consumer.key}`;
export const neighbour = (): string => "app/terraform.tfstate2";

export const sent = (name: string, passes: readonly Actor[], request: Sent): Row => ({ name, passes, request });
export const setting = (name: string, method: string, query: string): Row => sent(name, TRUSTED, { method, query });
export const put = (name: string, passes: readonly Actor[], headers: Sent["headers"] & object): Row =>
  sent(name, passes, { method: "PUT", key: state, headers });
export const kms = (
  name: string,
  passes: readonly Actor[],
  action: string,
  via?: { readonly service?: string; readonly bucket?: string },
  unusedDays?: number,
  more: Context = {},
): Row => ({
  name,
  passes,
  simulate: ({ keyArn, home }) => [
    {
      principal: "",
      action,
      resource: keyArn,
      account: keyArn.split(":")[4] ?? "",
      context: {
        ...(via && { "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${via.bucket ?? home.bucket.name}` }),
        ...(via?.service !== undefined && { "kms:ViaService": via.service }),
        ...(unusedDays !== undefined && { "kms:TrailingDaysWithoutKeyUsage": String(unusedDays) }),
        ...more,
      },
    },
  ],
});

export const copyOf =
  (source: (scenario: Scenario) => string) =>
  (scenario: Scenario): Readonly<Record<string, string>> => ({
    "x-amz-copy-source": `/${scenario.home.bucket.name}/${source(scenario)}`,
  });

/** How Terraform and the SDKs sign. */
export const SIGNED = {
  "s3:authType": "REST-HEADER",
  "s3:signatureversion": "AWS4-HMAC-SHA256",
  "s3:TlsVersion": "1.3",
};

/** A row that no HTTP client here can send, by default about the state and in the bucket's account. */
export const past = (
  name: string,
  passes: readonly Actor[],
  action: string,
  context: Context = {},
  key: (scenario: Scenario) => string | undefined = state,
  owner?: string,
): Row => ({
  name,
  passes,
  simulate: (scenario) => {
    const { name: bucket, account: ours } = scenario.home.bucket;
    const account = owner ?? ours;
    const about = key(scenario);
    const resource = `arn:aws:s3:::${bucket}${about === undefined ? "" : `/${about}`}`;
    return [{ principal: "", action, resource, account, context: { ...SIGNED, ...context } }];
  },
});
