import { homeKeyPolicy } from "../../lib/home/home-guard";
import { papersOf } from "../../lib/home/papers";
import { resolveStateHome } from "../../lib/home/resolve-home";
import type { StateConfig } from "../../lib/config/state-config";
import type { Consumer, StateHome } from "../../lib/config/state-home";
import { ACCESS_LEVELS, type AccessLevel } from "../../lib/policy/access-level";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import { ACCOUNT_ID } from "../stand-in/stand-in";
import { OFFICE } from "../policy-gate/policy-gate";
import type { GateWorld } from "../policy-gate/world";

export const REGION = "us-east-1";
export const ORGANIZATION = "o-abcde12345";
export const TABLE = "terraform-locks";
export const FOREIGN_KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/99999999-2222-4333-8444-555555555555`;

/** Somebody else's account, and its bucket, which has got the name of the home's bucket and lets everybody in. */
export const SNIPER = "666666666666";
export const SNIPED = "sniped";

/** A unit of the organization, and an account in it. */
export const MEMBERS = `${ORGANIZATION}/r-ab12/ou-ab12-11111111/`;
export const MEMBER = "333333333333";

/** The networks of the home. */
export const NETWORK = {
  vpcEndpoints: ["vpce-0123456789abcdef0"],
  vpcs: ["vpc-0123456789abcdef0"],
  sourceIps: [`${OFFICE}/32`],
};

/** ARN of a role in the bucket's account. */
export function role(name: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
}

/** One way a consumer can be set up: the axes of the proof. */
export interface Setup {
  readonly encryption: "SSE-S3" | "KMS";
  /** Only the default workspace, workspaces below Terraform's own prefix, or below one of the consumer's. */
  readonly workspaces: "default" | "named" | "prefix";
  readonly locking: "lockfile" | "both";
  /** OpenTofu tags locks and states. @default - it does not */
  readonly tags?: true;
}

export const SETUPS: readonly Setup[] = (["SSE-S3", "KMS"] as const).flatMap((encryption) =>
  (["default", "named", "prefix"] as const).flatMap((workspaces) =>
    (["lockfile", "both"] as const).map((locking) => ({ encryption, workspaces, locking })),
  ),
);

/** A setup with what Statelock makes of it. */
export interface Scenario {
  readonly setup: Setup;
  readonly name: string;
  readonly config: StateConfig;
  readonly home: StateHome;
  readonly consumer: Consumer;
  readonly guard: PolicyDocument;
  /** The guard where unlockers are let use `terraform force-unlock`. */
  readonly guardWithForceUnlock: PolicyDocument;
  readonly keyPolicy: PolicyDocument;
  readonly policies: ReadonlyMap<AccessLevel, PolicyDocument>;
  /** The key of the bucket, whether or not the config knows its ARN. */
  readonly keyArn: string;
}

const PREFIXES = { default: undefined, named: "env:", prefix: "app/workspaces" };

/** One key of each map needs quotes in HCL, and one value is written otherwise in a header. */
const TAGS = {
  engine: "tofu",
  lockTags: { object: "lock", "Cost Center": "a/b" },
  stateTags: { object: "state", "Cost Center": "a/b" },
} as const;

/** Consumers whose keys would tempt a careless wildcard. */
const NEIGHBOURS: StateConfig["consumers"] = [
  { name: "app2", key: "app/terraform.tfstate2" },
  { name: "secrets", key: "app-secrets/terraform.tfstate" },
  { name: "nested", key: "x/app/terraform.tfstate", workspaceKeyPrefix: "app/workspaces2" },
];

export function scenario(setup: Setup): Scenario {
  const name = Object.values(setup).join("-").toLowerCase();
  const keyArn = keyArnOf(setup);
  const access = Object.fromEntries(
    ACCESS_LEVELS.filter((level) => level !== "workspace-admin" || setup.workspaces !== "default").map((level) => [
      level,
      [role(level)],
    ]),
  );
  const workspaceKeyPrefix = PREFIXES[setup.workspaces];
  const config: StateConfig = {
    bucket: {
      name: `proof-${name}`,
      region: REGION,
      account: ACCOUNT_ID,
      // With its ARN known, Terraform names the key; without, policies know it by alias and writes get the default.
      ...(setup.encryption === "KMS" && {
        encryption: { type: "created-key", ...(setup.workspaces !== "prefix" && { keyArn }) },
      }),
      guard: {
        deployers: [role("deployer")],
        breakGlass: [role("break-glass")],
        organization: ORGANIZATION,
        accounts: ["222222222222"],
        // What is off by default, in half of the scenarios.
        ...(setup.encryption === "KMS" && {
          breakGlassRequires: "mfa",
          network: NETWORK,
          organizationRole: { name: "terraform", paths: [`${MEMBERS}*`] },
        }),
      },
    },
    legacyTable: TABLE,
    locking: setup.locking,
    consumers: [
      {
        ...{ name: "app", access },
        ...(workspaceKeyPrefix !== undefined && { workspaceKeyPrefix }),
        ...(setup.tags === true && TAGS),
      },
      ...NEIGHBOURS.filter(({ workspaceKeyPrefix: taken }) => taken === undefined || setup.workspaces === "prefix"),
    ],
  };
  const home = resolveStateHome(config);
  const papers = papersOf(home);
  const [app] = papers.consumers;
  if (app === undefined) throw new Error("the scenario has no consumer");
  const lenient: StateConfig = {
    ...config,
    bucket: { ...config.bucket, guard: { ...config.bucket.guard, allow: ["unconditional-release"] } },
  };
  return {
    setup,
    name,
    config,
    home,
    consumer: app.consumer,
    guard: papers.guard,
    guardWithForceUnlock: papersOf(resolveStateHome(lenient)).guard,
    keyPolicy: homeKeyPolicy(home, papers.consumers),
    keyArn,
    policies: new Map(app.policies.map(({ level, document }) => [level, document])),
  };
}

/** Makes the scenario's bucket and key known to the gate. */
export function enter(world: GateWorld, { home, guard, keyPolicy, setup, keyArn }: Scenario): void {
  const { name, account, region } = home.bucket;
  const kms = setup.encryption === "KMS";
  world.keys.set(FOREIGN_KEY_ARN, { arn: FOREIGN_KEY_ARN, policy: DELEGATION, bucketKey: true });
  world.buckets.set(SNIPED, { name: SNIPED, account: SNIPER, region, policy: OPEN });
  world.buckets.set(name, { name, account, region, policy: guard, ...(kms && { kmsKey: keyArn }) });
  if (!kms) return;
  world.keys.set(keyArn, {
    arn: keyArn,
    alias: `alias/${name}`,
    policy: keyPolicy,
    bucketKey: setup.workspaces !== "named",
  });
}

/** A key of its own for each setup. */
function keyArnOf(setup: Setup): string {
  const number = SETUPS.findIndex((other) => JSON.stringify(other) === JSON.stringify(setup)) + 1;
  return `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/11111111-2222-4333-8444-${String(number).padStart(12, "0")}`;
}

/** The policy of a key that anybody may use whom IAM lets. */
const DELEGATION: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Delegate",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

const OPEN: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Open", Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::*" }],
};
