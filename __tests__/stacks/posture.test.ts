import { papersOf } from "../../lib/home/papers";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Testing } from "cdktf";
import type { PolicyDocument, Statement } from "../../lib/policy/policy-document";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { home, KEY_ARN, role } from "../support/home";
import { GITHUB, jobs, people } from "../support/roles";

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** A setting of the synthesized stack, under the names that scanners give it. */
interface Setting {
  readonly name: string;
  readonly ids: readonly string[];
  readonly holds: (resources: Resources) => boolean;
}

/** The one resource of a type that belongs to the state bucket. */
function of(resources: Resources, type: string, id = "state_"): Readonly<Record<string, unknown>> {
  const [, found] = Object.entries(resources[type] ?? {}).find(([name]) => name.startsWith(id)) ?? [];
  if (found === undefined) throw new Error(`there is no ${type} that begins with ${id}`);
  return found;
}

const text = (value: unknown): string => JSON.stringify(value);

/** The statements of a policy that is written in a resource's argument. */
function statementsIn(policy: unknown): readonly Statement[] {
  return (JSON.parse(String(policy)) as PolicyDocument).Statement;
}

const SETTINGS: readonly Setting[] = [
  {
    name: "all four public access blocks",
    ids: [
      "S3.2",
      "S3.3",
      "S3.8",
      "CKV_AWS_53",
      "CKV_AWS_54",
      "CKV_AWS_55",
      "CKV_AWS_56",
      "CKV2_AWS_6",
      "AWS-0086",
      "AWS-0087",
      "AWS-0091",
      "AWS-0093",
      "AWS-0094",
      "CIS 2.1.4",
      "s3_bucket_level_public_access_block",
      "s3_bucket_public_access",
      "s3_bucket_policy_public_write_access",
    ],
    holds: (resources) => {
      const block = of(resources, "aws_s3_bucket_public_access_block");
      return ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].every(
        (flag) => block[flag] === true,
      );
    },
  },
  {
    name: "a name for DNS",
    ids: ["AWS-0320"],
    holds: (resources) => /^[a-z0-9-]{3,63}$/.test(String(of(resources, "aws_s3_bucket")["bucket"])),
  },
  {
    name: "TLS only",
    ids: ["S3.5", "CIS 2.1.1", "s3_bucket_secure_transport_policy"],
    holds: (resources) => text(of(resources, "aws_s3_bucket_policy")["policy"]).includes("aws:SecureTransport"),
  },
  {
    name: "no administration from other accounts",
    ids: ["S3.6", "CKV_AWS_70", "CKV_AWS_93", "s3_bucket_cross_account_access"],
    holds: (resources) => !text(of(resources, "aws_s3_bucket_policy")["policy"]).includes('\\"Effect\\":\\"Allow\\"'),
  },
  {
    name: "ACLs off",
    ids: [
      "S3.12",
      "CKV2_AWS_65",
      "CKV_AWS_20",
      "CKV_AWS_57",
      "CKV_AWS_375",
      "CKV2_AWS_43",
      "AWS-0092",
      "s3_bucket_acl_prohibited",
      "s3_bucket_public_list_acl",
      "s3_bucket_public_write_acl",
    ],
    holds: (resources) => text(of(resources, "aws_s3_bucket_ownership_controls")).includes("BucketOwnerEnforced"),
  },
  {
    name: "versioning",
    ids: ["S3.14", "CKV_AWS_21", "AWS-0090", "s3_bucket_object_versioning"],
    holds: (resources) => text(of(resources, "aws_s3_bucket_versioning")).includes("Enabled"),
  },
  {
    name: "encryption with a KMS key, behind a bucket key",
    ids: ["S3.17", "CKV_AWS_19", "CKV_AWS_145", "AWS-0132", "s3_bucket_default_encryption", "s3_bucket_kms_encryption"],
    holds: (resources) => {
      const rule = text(of(resources, "aws_s3_bucket_server_side_encryption_configuration"));
      return rule.includes("aws:kms") && rule.includes('"bucket_key_enabled":true');
    },
  },
  {
    name: "lifecycle: old versions and broken uploads go, current objects never",
    ids: ["S3.10", "S3.13", "CKV2_AWS_61", "CKV_AWS_300", "s3_bucket_lifecycle_enabled"],
    holds: (resources) => {
      const rule = text(of(resources, "aws_s3_bucket_lifecycle_configuration"));
      return rule.includes("noncurrent_days") && rule.includes("days_after_initiation") && !rule.includes('"days":');
    },
  },
  {
    name: "server access logs",
    ids: ["S3.9", "CKV_AWS_18", "AWS-0089", "s3_bucket_server_access_logging_enabled"],
    holds: (resources) => text(of(resources, "aws_s3_bucket_logging")).includes("target_bucket"),
  },
  {
    name: "the key is enabled, is rotated, and its policy allows nothing to everybody",
    ids: [
      "KMS.4",
      "KMS.5",
      "CKV_AWS_7",
      "CKV_AWS_33",
      "CKV_AWS_227",
      "CKV2_AWS_64",
      "AWS-0065",
      "CIS 3.6",
      "kms_cmk_rotation_enabled",
      "kms_cmk_not_multi_region",
      "kms_key_not_publicly_accessible",
    ],
    holds: (resources) => {
      const { policy, ...key } = of(resources, "aws_kms_key", "key_");
      const allowed = statementsIn(policy).filter(({ Effect }) => Effect === "Allow");
      return (
        key["enable_key_rotation"] === true &&
        key["multi_region"] !== true &&
        !("is_enabled" in key) &&
        allowed.length > 0 &&
        allowed.every(({ Principal }) => !text(Principal).includes('"*"'))
      );
    },
  },
  {
    name: "nothing is destroyed by mistake",
    ids: ["KMS.3", "kms_cmk_not_deleted_unintentionally"],
    holds: (resources) =>
      [of(resources, "aws_s3_bucket"), of(resources, "aws_kms_key", "key_")].every((resource) =>
        text(resource["lifecycle"]).includes('"prevent_destroy":true'),
      ),
  },
  {
    name: "made roles trust who is named, and are given what is made here",
    ids: [
      "CKV_AWS_60",
      "CKV_AWS_274",
      "CKV_AWS_275",
      "CKV_AWS_358",
      "CKV_AWS_393",
      "AWS-0342",
      "iam_role_github_oidc_trust_subject_restricted",
      "iam_aws_attached_policy_no_administrative_privileges",
    ],
    holds: (resources) => {
      const roles = Object.values(resources["aws_iam_role"] ?? {});
      const given = Object.values(resources["aws_iam_role_policy_attachment"] ?? {});
      const trusts = roles.flatMap((role) => statementsIn(role["assume_role_policy"]));
      return (
        trusts.length === 2 &&
        trusts.every(
          ({ Condition }) => /aws:PrincipalArn|:sub"/.test(text(Condition)) && !text(Condition).includes("*"),
        ) &&
        given.every((attachment) => String(attachment["policy_arn"]).startsWith("${aws_iam_policy.")) &&
        !text(resources).includes("iam:PassRole")
      );
    },
  },
  {
    name: "policies name their actions and their keys, and no policy is inline",
    ids: [
      "IAM.1",
      "IAM.21",
      "KMS.1",
      "KMS.2",
      "CKV_AWS_62",
      "CKV_AWS_63",
      "CKV_AWS_286",
      "CKV_AWS_287",
      "CKV_AWS_288",
      "CKV_AWS_289",
      "CKV_AWS_290",
      "CKV_AWS_355",
      "AWS-0345",
      "AWS-0346",
      "iam_customer_attached_policy_no_administrative_privileges",
      "iam_customer_unattached_policy_no_administrative_privileges",
      "iam_policy_allows_privilege_escalation",
      "iam_policy_no_full_access_to_kms",
      "iam_no_custom_policy_permissive_role_assumption",
    ],
    holds: (resources) =>
      resources["aws_iam_role_policy"] === undefined &&
      Object.values(resources["aws_iam_policy"] ?? {}).every(({ policy }) =>
        statementsIn(policy).every(
          ({ Action, Resource }) => !text(Action).includes("*") && !/"\*"|:key\/\*/.test(text(Resource)),
        ),
      ),
  },
];

describe("the synthesized bootstrap stack, as scanners see it", () => {
  let resources: Resources;

  beforeAll(() => {
    const app = Testing.app();
    const stack = new BootstrapStack(app, "bootstrap", {
      papers: papersOf(
        home({
          madeRoles: GITHUB,
          consumers: [{ name: "app", roles: { planner: jobs(), unlocker: people(role("on-call")) } }],
          bucket: {
            encryption: { type: "created-key", keyArn: KEY_ARN },
            accessLogs: {},
            guard: { deployers: [role("deploy")], breakGlass: [role("break-glass")] },
          },
        }),
      ),
    });
    resources = (JSON.parse(Testing.synth(stack)) as { resource: Resources }).resource;
  });

  it.each(SETTINGS.map((setting) => [setting.name, setting] as const))("%s", (_name, { holds }) => {
    expect(holds(resources)).toBe(true);
  });

  it("docs/reference/posture.md lists each setting with the same identifiers", () => {
    const page = readFileSync(join(__dirname, "..", "..", "docs", "reference", "posture.md"), "utf8");
    const rows = [...page.matchAll(/^\| ([^|]+?) +\| (.+?) +\|$/gm)].map(
      ([, name, ids]) => `${name ?? ""}: ${ids ?? ""}`,
    );
    for (const { name, ids } of SETTINGS) expect(rows).toContain(`${name}: ${ids.join(", ")}`);
  });
});
