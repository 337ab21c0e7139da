import type {
  ConsumerConfig,
  GuardConfig,
  NetworkConfig,
  RoleConfig,
  StateConfig,
} from "../../../lib/config/state-config";
import { config, places, refusals, role, text, type ConfigPart } from "../../support/home";

const OTHER = "222222222222";
const external = `arn:aws:iam::${OTHER}:role/ci`;

const problems = (guard: GuardConfig, consumers: readonly ConsumerConfig[] = [{ name: "app" }]): string[] =>
  places(refusals(config({ bucket: { guard }, consumers })));
const said = (guard: GuardConfig, consumers: readonly ConsumerConfig[] = [{ name: "app" }]): string =>
  text(refusals(config({ bucket: { guard }, consumers })));

it("a guard that names everybody it can is fine", () => {
  const guard: GuardConfig = {
    deployers: [role("platform/deploy"), "arn:aws:iam::123456789012:user/root-of-ci"],
    breakGlass: [role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef")],
    accounts: [OTHER],
    organization: "o-abcde12345",
    allow: ["presigned-downloads"],
  };
  expect(problems(guard)).toEqual([]);
});

it.each([
  ["*", "must name one principal"],
  [role("*"), "must name one principal"],
  ["123456789012", "must be the ARN of a role or user"],
  ["arn:aws:iam::123456789012:root", "must be the ARN of a role or user"],
  ["arn:aws:sts::123456789012:assumed-role/a/b", "must be the ARN of a role or user"],
  ["arn:aws-cn:iam::123456789012:role/a", "must be in the partition aws"],
  [external, "must be in the bucket's account 123456789012"],
])("no deployer and no break-glass is %s", (principal, wrong) => {
  expect(said({ deployers: [principal] })).toContain(wrong);
  expect(said({ deployers: [role("deploy")], breakGlass: [principal] })).toContain(wrong);
});

it.each(["o-short", "r-abcd", "ou-abcd-12345678", "O-ABCDE12345", "o-abcde1234*", ""])(
  "no organization is %j",
  (organization) => {
    expect(problems({ organization })).toEqual(["organization bucket.guard.organization"]);
  },
);

it("accounts are others, 12 digits each, named once", () => {
  expect(problems({ accounts: [OTHER, OTHER, "1", "123456789012"] })).toEqual([
    "duplicate-principal bucket.guard.accounts[1]",
    "account bucket.guard.accounts[2]",
    "account bucket.guard.accounts[3]",
  ]);
});

it("refuses a principal that is named twice", () => {
  expect(problems({ deployers: [role("a"), role("a")] })).toEqual(["duplicate-principal bucket.guard.deployers[1]"]);
});

it("an exception is one that there is", () => {
  expect(problems({ allow: ["everything"] as never })).toEqual(["wrong-type bucket.guard.allow[0]"]);
});

describe("a guard that would shut out its own deployer", () => {
  it("names break-glass alone", () => {
    expect(said({ breakGlass: [role("bg")] })).toMatchInlineSnapshot(`
      "[guard-lock-out] bucket.guard.deployers must name the principal that deploys the bootstrap stack if breakGlass names one, got []
        -> Name the deploying role: a guard that lets only break-glass change the bucket denies your next deploy. Or set allow: ["history-deletion", "posture-changes"]."
    `);
  });

  it("does not exist if the guard does not protect the posture", () => {
    expect(problems({ breakGlass: [role("bg")], allow: ["history-deletion", "posture-changes"] })).toEqual([]);
    expect(problems({ breakGlass: [role("bg")], allow: ["posture-changes"] })).toHaveLength(1);
    expect(problems({})).toEqual([]);
  });

  it("holds it to conditional releases", () => {
    expect(said({ deployers: [role("a")], breakGlass: [role("a")] })).toMatchInlineSnapshot(`
      "[guard-release] bucket.guard.breakGlass[0] must not run Terraform as well, got "arn:aws:iam::123456789012:role/a": the guard lets it release a lock only by the lock's ETag, and Terraform sends none, so each of its runs would leave its lock behind
        -> Use another role, or add "unconditional-release" to bucket.guard.allow. A role that runs Terraform can release its own locks without this level."
    `);
  });
});

describe("an unlocker", () => {
  const app = (access: ConsumerConfig["access"], part: Partial<ConsumerConfig> = {}): ConsumerConfig => ({
    name: "app",
    workspaceKeyPrefix: "app/ws",
    ...(access && { access }),
    ...part,
  });

  it.each(["planner", "applier", "workspace-admin"] as const)("is no %s, of any consumer", (level) => {
    const consumers = [
      app({ unlocker: [role("a")] }),
      { ...app({ [level]: [role("a")] }), name: "b", workspaceKeyPrefix: "b/ws" },
    ];
    expect(problems({}, consumers)).toEqual(["guard-release consumers[0].access.unlocker[0]"]);
    expect(problems({ allow: ["unconditional-release"] }, consumers)).toEqual([]);
  });

  it("is no deployer and no role that a backend assumes", () => {
    expect(problems({ deployers: [role("a")] }, [app({ unlocker: [role("a")] })])).toHaveLength(1);
    const assuming = app({ unlocker: [role("a")] }, { assumeRole: { roleArn: role("a") } });
    expect(problems({}, [assuming])).toHaveLength(1);
  });

  it.each(["x/ops", "Ops", "x/y/OPS"])("is no runner under another path or case: %s", (unlocker) => {
    const consumers = [app({ unlocker: [role(unlocker)], applier: [role("ops")] })];
    expect(problems({}, consumers)).toEqual(["guard-release consumers[0].access.unlocker[0]"]);
  });

  it("may read", () => {
    expect(problems({}, [app({ unlocker: [role("a")], reader: [role("a")] })])).toEqual([]);
  });
});

describe("whoever releases by ETag alone runs no Terraform, in whichever field, path and case the config names both", () => {
  const made = (name: string): RoleConfig => ({ name, trust: { type: "principals", principals: [role("ci")] } });
  const consumer = (part: Partial<ConsumerConfig>): ConfigPart => ({
    consumers: [{ name: "app", workspaceKeyPrefix: "app/ws", ...part }],
  });
  const HELD: readonly (readonly [string, (arn: string) => ConfigPart])[] = [
    ["bucket.guard.breakGlass[0]", (arn) => ({ bucket: { guard: { breakGlass: [arn] } } })],
    ["consumers[0].access.unlocker[0]", (arn) => consumer({ access: { unlocker: [arn] } })],
    ["consumers[0].roles.unlocker", (arn) => consumer({ roles: { unlocker: made(lastPart(arn)) } })],
  ];
  const RUNNERS: readonly (readonly [string, (arn: string) => ConfigPart])[] = [
    ["deployers", (arn) => ({ bucket: { guard: { deployers: [arn] } } })],
    ["assumeRole", (arn) => consumer({ assumeRole: { roleArn: arn } })],
    ...(["planner", "applier", "workspace-admin"] as const).flatMap(
      (level): (readonly [string, (arn: string) => ConfigPart])[] => [
        [`access.${level}`, (arn) => consumer({ access: { [level]: [arn] } })],
        [`roles.${level}`, (arn) => consumer({ roles: { [level]: made(lastPart(arn)) } })],
      ],
    ),
  ];
  const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
  /** The two parts as one config: the second consumer is another one. */
  const joined = (held: ConfigPart, runner: ConfigPart): StateConfig => {
    const others = (runner.consumers ?? []).map((of) => ({ ...of, name: "other", workspaceKeyPrefix: "other/ws" }));
    const guard = { deployers: [role("deploy")], ...held.bucket?.guard, ...runner.bucket?.guard };
    return config({ bucket: { guard }, consumers: [...(held.consumers ?? [{ name: "app" }]), ...others] });
  };
  const releases = (held: ConfigPart, runner: ConfigPart): string[] =>
    places(refusals(joined(held, runner))).filter((place) => place.startsWith("guard-release"));

  const pairs = HELD.flatMap(([place, held]) => RUNNERS.map(([field, runner]) => ({ place, held, field, runner })));

  it.each(pairs)("$place, and $field", ({ place, held, runner }) => {
    const spellings = [role("ops"), role("x/ops"), role("x/y/Ops"), role("OPS")];
    for (const one of spellings)
      for (const other of spellings) expect(releases(held(one), runner(other))).toEqual([`guard-release ${place}`]);
    expect(releases(held(role("ops")), runner(role("x/ops2")))).toEqual([]);
  });

  it("a user is another than the role of its name, and so is a role of another account", () => {
    const breakGlass = ["arn:aws:iam::123456789012:user/ops"];
    expect(problems({ deployers: [role("ops")], breakGlass })).toEqual([]);
    const assuming = { name: "app", assumeRole: { roleArn: `arn:aws:iam::${OTHER}:role/ops` } };
    expect(problems({}, [{ ...assuming, access: { unlocker: [role("ops")] } }])).toEqual([]);
  });
});

describe("a proof that break-glass must have", () => {
  const DEPLOYERS = { deployers: [role("deploy")] };
  const SSO = role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef");
  const USER = "arn:aws:iam::123456789012:user/oncall";

  it("is one that its sessions can have", () => {
    expect(problems({ ...DEPLOYERS, breakGlass: [role("bg"), USER], breakGlassRequires: "mfa" })).toEqual([]);
    expect(problems({ ...DEPLOYERS, breakGlass: [role("bg")], breakGlassRequires: "source-identity" })).toEqual([]);
  });

  it.each([
    ["mfa", [SSO]],
    ["source-identity", [SSO]],
    ["source-identity", [USER]],
    ["mfa", []],
  ] as const)("is not %s for %j", (breakGlassRequires, breakGlass) => {
    expect(problems({ ...DEPLOYERS, breakGlass, breakGlassRequires })).toEqual([
      "break-glass-proof bucket.guard.breakGlassRequires",
    ]);
  });

  it("says what AWS does not see", () => {
    expect(said({ ...DEPLOYERS, breakGlass: [SSO], breakGlassRequires: "mfa" })).toMatchInlineSnapshot(`
      "[break-glass-proof] bucket.guard.breakGlassRequires must not be set for a role of IAM Identity Center, got "mfa" and "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef": AWS sees no MFA in its sessions
        -> Remove it and require MFA in Identity Center, or name a role in breakGlass that people assume themselves."
    `);
  });
});

describe("a network", () => {
  const within = (network: NetworkConfig, guard: GuardConfig = { deployers: [role("deploy")] }): string[] =>
    problems({ ...guard, network });

  it("is made of endpoints, VPCs and public blocks", () => {
    const sourceIps = ["203.0.113.0/24", "198.51.100.7/32", "11.0.0.0/8", "2001:db8::/32", "2600:1f00::/24"];
    expect(within({ vpcEndpoints: ["vpce-01234567", "vpce-0123456789abcdef0"], vpcs: ["vpc-01234567"] })).toEqual([]);
    expect(within({ sourceIps })).toEqual([]);
  });

  it("without deployers would lock out everybody who is outside", () => {
    expect(within({ vpcs: ["vpc-01234567"] }, {})).toEqual(["guard-lock-out bucket.guard.network"]);
  });

  it.each([{}, { vpcs: [] }, { sourceIps: [], vpcEndpoints: [] }])("is not empty, as in %j", (network) => {
    expect(within(network)).toEqual(["network-perimeter bucket.guard.network"]);
  });

  it.each(["vpc-01234567", "vpce-0123456", "vpce-0123456789ABCDEF0", "vpce-*", "", "10.0.0.0/8"])(
    "has no endpoint %j",
    (id) => {
      expect(within({ vpcEndpoints: [id] })).toEqual(["network-perimeter bucket.guard.network.vpcEndpoints[0]"]);
    },
  );

  it("names each once", () => {
    const twice = { vpcs: ["vpc-01234567", "vpc-01234567"], sourceIps: ["203.0.113.0/24", "203.0.113.0/24"] };
    expect(within(twice)).toEqual([
      "duplicate-principal bucket.guard.network.vpcs[1]",
      "duplicate-principal bucket.guard.network.sourceIps[1]",
    ]);
  });

  it.each([
    ["203.0.113.7", "must be a CIDR block"],
    ["203.0.113.0/33", "must be a CIDR block"],
    ["203.0.113.0/024", "must be a CIDR block"],
    ["203.0.113/24", "must be a CIDR block"],
    ["2001:db8::/129", "must be a CIDR block"],
    ["vpce-01234567", "must be a CIDR block"],
    ["203.0.113.*/32", "must be a CIDR block"],
    ["", "must be a CIDR block"],
    ["10.1.0.0/16", "must be public addresses"],
    ["8.0.0.0/6", "must be public addresses"],
    ["172.31.0.0/24", "must be public addresses"],
    ["192.168.1.1/32", "must be public addresses"],
    ["100.64.0.0/10", "must be public addresses"],
    ["127.0.0.1/32", "must be public addresses"],
    ["255.255.255.255/32", "must be public addresses"],
    ["fd00::/8", "must be public addresses"],
    ["::ffff:10.0.0.1/128", "must be public addresses"],
    ["::1/128", "must be public addresses"],
    ["0.0.0.0/0", "must not hold every address"],
    ["::/0", "must not hold every address"],
    ["203.0.113.7/24", 'Use "203.0.113.0/24", or "203.0.113.7/32" for one address.'],
  ])("has no block %j", (block, wrong) => {
    expect(within({ sourceIps: [block] })).toEqual(["network-perimeter bucket.guard.network.sourceIps[0]"]);
    expect(said({ deployers: [role("deploy")], network: { sourceIps: [block] } })).toContain(wrong);
  });
});

describe("a role of many accounts", () => {
  const organization = "o-abcde12345";
  const paths = ["o-abcde12345/r-ab12/ou-ab12-11111111/*"];
  const MEMBER = "333333333333";
  const app = (key: string, part: Partial<ConsumerConfig> = {}): ConsumerConfig[] => [
    { name: "app", key, access: { applier: [`arn:aws:iam::${MEMBER}:role/terraform`] }, ...part },
  ];
  const guard: GuardConfig = { organization, organizationRole: { name: "terraform", paths } };

  it("needs no account in the config for keys below its account's ID", () => {
    expect(problems(guard, app(`${MEMBER}/app`))).toEqual([]);
    expect(problems(guard, app(`${MEMBER}/app`, { workspaceKeyPrefix: `${MEMBER}/ws` }))).toEqual([]);
  });

  it.each([
    ["another key", app("app/terraform.tfstate")],
    ["another account's key", app("444444444444/app")],
    ["another workspace prefix", app(`${MEMBER}/app`, { workspaceKeyPrefix: "app/ws" })],
    ["another role", app(`${MEMBER}/app`, { access: { applier: [`arn:aws:iam::${MEMBER}:role/other`] } })],
  ])("needs the account for %s", (_what, consumers) => {
    expect(problems(guard, consumers)).toEqual(["role-arn consumers[0].access.applier[0]"]);
  });

  it.each([
    ["", { organizationRole: { name: "terraform", paths } }],
    [".name", { organization, organizationRole: { name: "*", paths } }],
    [".name", { organization, organizationRole: { name: "role/", paths } }],
    [".paths", { organization, organizationRole: { name: "terraform", paths: [] } }],
    [".paths[0]", { organization, organizationRole: { name: "terraform", paths: ["o-zzzzz12345/r-ab12/*"] } }],
    [".paths[0]", { organization, organizationRole: { name: "terraform", paths: ["ou-ab12-11111111"] } }],
    [".paths[0]", { organization, organizationRole: { name: "terraform", paths: ["o-abcde12345/*"] } }],
    [".paths[0]", { organization, organizationRole: { name: "terraform", paths: ["o-abcde12345/r-*/"] } }],
  ])("has a wrong setting: organizationRole%s", (path, wrong) => {
    expect(problems(wrong)).toEqual([`organization-role bucket.guard.organizationRole${path}`]);
  });
});

describe("roles of another account", () => {
  const app: ConsumerConfig = { name: "app", access: { applier: [external, role("ci")] } };

  it("are let in if the config names their account, and get no attachments", () => {
    expect(problems({}, [app])).toEqual(["role-arn consumers[0].access.applier[0]"]);
    expect(problems({ organization: "o-abcde12345" }, [app])).toEqual(["role-arn consumers[0].access.applier[0]"]);
    expect(problems({ accounts: [OTHER] }, [app])).toEqual([]);
  });

  it("cannot reach the legacy table", () => {
    const given = config({
      bucket: { guard: { accounts: [OTHER] } },
      consumers: [{ ...app, locking: "both" }],
      legacyTable: "locks",
    });
    expect(places(refusals(given))).toEqual(["cross-account-table consumers[0].access.applier[0]"]);
  });
});
