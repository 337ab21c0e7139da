import { papersOf } from "../../lib/home/papers";
import type { StateHome } from "../../lib/config/state-home";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { home, KEY_ARN, role, type ConfigPart } from "../support/home";
import { lines, only, resourcesIn } from "../support/resources";
import { GITHUB, jobs } from "../support/roles";
import { synthStack, type StackJson } from "../support/synth";

function bootstrap(of: StateHome): StackJson {
  return synthStack("bootstrap", (app) => new BootstrapStack(app, "bootstrap", { papers: papersOf(of) }));
}

function resources(part: ConfigPart = {}): ReturnType<typeof resourcesIn> {
  return resourcesIn(bootstrap(home(part)));
}

describe("the default config", () => {
  it("makes the bucket, what protects it, and four policies", () => {
    expect(lines(resources())).toMatchInlineSnapshot(`
      "aws_iam_policy consumer-app_applier
      aws_iam_policy consumer-app_planner
      aws_iam_policy consumer-app_reader
      aws_iam_policy consumer-app_unlocker
      aws_s3_bucket state_bucket
      aws_s3_bucket_lifecycle_configuration state_history
      aws_s3_bucket_ownership_controls state_ownership
      aws_s3_bucket_policy state_guard
      aws_s3_bucket_public_access_block state_public-access
      aws_s3_bucket_server_side_encryption_configuration state_encryption
      aws_s3_bucket_versioning state_versioning"
    `);
  });

  it("needs Terraform 1.11, and an AWS provider from the tested one to below the next but one major version", () => {
    expect(bootstrap(home()).terraform).toMatchObject({
      required_version: ">= 1.11.0",
      required_providers: { aws: { source: "aws", version: ">= 5.100.0, < 7.0.0" } },
    });
  });

  it("works in the bucket's region and in no other account", () => {
    const { provider } = bootstrap(home({ bucket: { tags: { team: "a" } } }));
    expect(provider["aws"]).toEqual([
      { region: "eu-central-1", allowed_account_ids: ["123456789012"], default_tags: [{ tags: { team: "a" } }] },
    ]);
  });

  it("makes no role, and has no output about roles", () => {
    expect(resources().filter(({ type }) => type === "aws_iam_role")).toEqual([]);
    expect(bootstrap(home()).output).not.toHaveProperty("role_arns");
  });

  it("has outputs for the bucket's name, ARN and region, the policies, and the gaps of the guard", () => {
    expect(Object.keys(bootstrap(home()).output ?? {}).sort()).toEqual([
      "bucket_arn",
      "bucket_name",
      "bucket_region",
      "guard_gaps",
      "guard_version",
      "policy_arns",
      "statelock_version",
    ]);
    expect(Object.keys(bootstrap(home()).output?.["policy_arns"]?.value ?? {}).sort()).toEqual([
      "app.applier",
      "app.planner",
      "app.reader",
      "app.unlocker",
    ]);
  });
});

describe("its own state", () => {
  it("is a file in the project's root until it is in the bucket", () => {
    expect(bootstrap(home()).terraform.backend).toEqual({ local: { path: "../../../terraform.bootstrap.tfstate" } });
  });

  it("is in the bucket and locked once that is recorded", () => {
    const moved = home({}, { environment: { STATELOCK_BOOTSTRAP_STATE: "bucket" } });
    expect(bootstrap(moved).terraform.backend).toEqual({
      s3: {
        bucket: "acme-tfstate",
        key: "bootstrap/terraform.tfstate",
        region: "eu-central-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });
});

it("Terraform refuses to destroy what holds states, keys or logs", () => {
  const all = resources({ bucket: { encryption: { type: "created-key" }, accessLogs: {} } });
  const protectedOnes = all.filter((resource) => resource.arguments["lifecycle"] !== undefined);
  expect(
    protectedOnes.map(({ type, arguments: { lifecycle } }) => `${type} ${JSON.stringify(lifecycle)}`).sort(),
  ).toEqual([
    'aws_kms_key {"prevent_destroy":true}',
    'aws_s3_bucket {"prevent_destroy":true}',
    'aws_s3_bucket {"prevent_destroy":true}',
  ]);
});

describe("a name that only this account can create", () => {
  const NAME = "acme-123456789012-eu-central-1-an";
  const of = (name: string): [unknown, unknown[], unknown] => {
    const part = { bucket: { name, accessLogs: {} } } as const;
    const made = resources(part);
    const encryption = made.find(({ id, type }) => type.includes("encryption") && id.includes("state"));
    return [
      bootstrap(home(part)).terraform.required_providers["aws"]?.version,
      made
        .filter(({ type }) => type === "aws_s3_bucket")
        .map(({ arguments: { bucket, bucket_namespace: namespace } }) => [bucket, namespace]),
      encryption?.arguments["rule"],
    ];
  };

  it("asks for its namespace and its provider, and lets S3 refuse SSE-C; the log bucket has such a name too", () => {
    expect(of(NAME)).toEqual([
      ">= 6.40.0, < 7.0.0",
      [
        ["acme-logs-123456789012-eu-central-1-an", "account-regional"],
        [NAME, "account-regional"],
      ],
      [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" }, blocked_encryption_types: ["SSE-C"] }],
    ]);
  });

  it("is never asked for by another name", () => {
    expect(of("acme-123456789012-eu-central-1")).toEqual([
      ">= 5.100.0, < 7.0.0",
      [
        ["acme-123456789012-eu-central-1-logs", undefined],
        ["acme-123456789012-eu-central-1", undefined],
      ],
      [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    ]);
  });
});

describe("encryption", () => {
  const added = (part: ConfigPart): string[] => {
    const before = new Set(lines(resources()).split("\n"));
    return lines(resources(part))
      .split("\n")
      .filter((line) => !before.has(line));
  };

  it("with a created key, adds the key, its alias and an output with its ARN", () => {
    const part = { bucket: { encryption: { type: "created-key" } } } as const;
    expect(added(part)).toEqual(["aws_kms_alias key_alias", "aws_kms_key key"]);
    expect(bootstrap(home(part)).output?.["kms_key_arn"]?.value).toMatch(/^\$\{aws_kms_key\.key_\w+\.arn\}$/);
    expect(JSON.stringify(only("aws_s3_bucket_server_side_encryption_configuration", resources(part)))).toContain(
      "aws_kms_key.key",
    );
  });

  it("with an existing key adds nothing", () => {
    const part = { bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } } as const;
    expect(added(part)).toEqual([]);
    expect(JSON.stringify(only("aws_s3_bucket_server_side_encryption_configuration", resources(part)))).toContain(
      KEY_ARN,
    );
  });

  it("with a created key whose ARN is written down still makes that key: nothing is replaced", () => {
    const before = resources({ bucket: { encryption: { type: "created-key" } } });
    const after = resources({ bucket: { encryption: { type: "created-key", keyArn: KEY_ARN } } });
    // Policies name the key by its ARN from then on; that is a change in place.
    const bucketSide = (all: typeof before): typeof before =>
      all.filter(({ type }) => type !== "aws_iam_policy" && type !== "aws_s3_bucket_policy");
    expect(bucketSide(after)).toEqual(bucketSide(before));
  });
});

describe("access logs", () => {
  it("make a bucket of their own, which has to be ready before the first log", () => {
    const all = resources({ bucket: { accessLogs: {} } });
    expect(all.filter(({ id }) => id.startsWith("logs_"))).toHaveLength(7);
    expect(only("aws_s3_bucket_logging", all)["depends_on"]).toContainEqual(
      expect.stringMatching(/^aws_s3_bucket_policy\.logs_delivery_/),
    );
  });

  it("in an existing bucket make nothing but the setting", () => {
    const all = resources({ bucket: { accessLogs: { bucket: "central-logs" } } });
    expect(all.filter(({ id }) => id.startsWith("logs_"))).toEqual([]);
    expect(only("aws_s3_bucket_logging", all)).toMatchObject({ target_bucket: "central-logs" });
  });
});

describe("the legacy table", () => {
  const stack = (manageLegacyTable?: "protected" | "unprotected"): StackJson =>
    bootstrap(home({ legacyTable: "locks", ...(manageLegacyTable && { manageLegacyTable }) }));

  it("is left alone unless the stack is to manage it", () => {
    expect(lines(resourcesIn(stack()))).toBe(lines(resources()));
    expect(stack()).not.toHaveProperty("import");
  });

  it("is imported, never made, and protected", () => {
    expect(stack("protected").import).toEqual([{ id: "locks", to: "aws_dynamodb_table.legacy_table_0AF6C2EF" }]);
    expect(only("aws_dynamodb_table", resourcesIn(stack("protected")))).toEqual({
      name: "locks",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "LockID",
      attribute: [{ name: "LockID", type: "S" }],
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true },
      deletion_protection_enabled: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  it("loses its protection, and nothing else, before it goes", () => {
    expect(only("aws_dynamodb_table", resourcesIn(stack("unprotected")))).toEqual({
      ...only("aws_dynamodb_table", resourcesIn(stack("protected"))),
      deletion_protection_enabled: false,
      lifecycle: { prevent_destroy: false },
    });
  });
});

it("every consumer's policies are made and attached, whatever the consumers are called", () => {
  const access = { applier: [role("ci")] };
  const all = resources({ consumers: ["a-b", "a_b", "ab", "AB2"].map((name) => ({ name, access })) });
  expect(all.filter(({ type }) => type === "aws_iam_policy")).toHaveLength(16);
  expect(all.filter(({ type }) => type === "aws_iam_role_policy_attachment")).toHaveLength(4);
});

it("a home without consumers has no policies", () => {
  expect(lines(resources({ consumers: [] }))).not.toContain("aws_iam");
});

it("in GovCloud every ARN is of that partition", () => {
  const part = { bucket: { region: "us-gov-west-1", encryption: { type: "created-key" }, accessLogs: {} } } as const;
  const json = JSON.stringify(resources(part));
  expect(new Set(json.match(/arn:aws[a-z-]*:/g))).toEqual(new Set(["arn:aws-us-gov:"]));
});

it("has an output with the ARNs of made roles, and attaches other consumers' levels to a role", () => {
  const maker = { name: "app", roles: { planner: jobs(), applier: jobs("repo:acme/app:ref:refs/heads/main") } };
  const net = { name: "net", access: { reader: [role("statelock/acme-tfstate.app.planner")] } };
  const stack = bootstrap(home({ madeRoles: GITHUB, managedPolicies: "attached", consumers: [net, maker] }));
  expect(Object.keys(stack.output?.["role_arns"]?.value ?? {})).toEqual(["app.applier", "app.planner"]);
  const attachments = resourcesIn(stack).filter(({ type }) => type === "aws_iam_role_policy_attachment");
  expect(attachments.map(({ arguments: { role: name } }) => String(name).replace(/_[0-9A-F]{8}/, "")).sort()).toEqual([
    "${aws_iam_role.roles-app_applier.name}",
    "${aws_iam_role.roles-app_planner.name}",
    "${aws_iam_role.roles-app_planner.name}",
  ]);
});

describe("a retired key and log bucket", () => {
  const addresses = (part: ConfigPart): string[] =>
    Object.entries(bootstrap(home(part)).resource ?? {}).flatMap(([type, ofType]) =>
      Object.keys(ofType).map((name) => `${type}.${name}`),
    );
  const deployed = addresses({ bucket: { encryption: { type: "created-key" }, accessLogs: {} } });
  const of = (pattern: RegExp): string[] => deployed.filter((address) => pattern.test(address)).sort();
  const removedFrom = (part: ConfigPart): string[] => {
    const { removed = [] } = bootstrap(home(part)) as { readonly removed?: readonly { readonly from: string }[] };
    return removed.map(({ from }) => from).sort();
  };

  it("stays at its address while it is kept, and roles can read with it", () => {
    const kept = { bucket: { retiredKeys: [{ alias: "alias/acme-tfstate", management: "kept" }] } } as const;
    expect(addresses(kept)).toEqual(expect.arrayContaining(of(/^aws_kms_/)));
    expect(JSON.stringify(bootstrap(home(kept)))).toContain("ReadWithRetiredKey");
  });

  it("is forgotten, with everything around it, when it is released", () => {
    const released = {
      retiredKeys: [{ alias: "alias/acme-tfstate", management: "released" }],
      retiredLogBucket: "released",
    } as const;
    expect(removedFrom({ bucket: released })).toEqual([...of(/^aws_kms_/), ...of(/\.logs_/)].sort());
    expect(addresses({ bucket: released })).toEqual(addresses({}));
  });
});
