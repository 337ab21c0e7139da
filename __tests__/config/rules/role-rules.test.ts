import fc from "../../support/fuzz";
import type { AccessLevel } from "../../../lib/policy/access-level";
import type { ConsumerConfig, MadeRolesConfig, OidcClaims, RoleConfig } from "../../../lib/config/state-config";
import { config, places, refusals, role, text, type ConfigPart } from "../../support/home";
import { GITHUB, GITHUB_PROVIDER, jobs, people, SUBJECT } from "../../support/roles";

function app(roles: ConsumerConfig["roles"] & object, part: Partial<ConsumerConfig> = {}): ConfigPart {
  return { madeRoles: GITHUB, consumers: [{ name: "app", roles, ...part }] };
}
const problems = (part: ConfigPart): string[] => places(refusals(config(part)));
const said = (part: ConfigPart): string => text(refusals(config(part)));
const ofRole = (given: RoleConfig): string => said(app({ planner: given }));
const shared = (madeRoles: MadeRolesConfig): string => said({ madeRoles });

it("roles of every kind are fine", () => {
  const boundary = "arn:aws:iam::123456789012:policy/team/boundary";
  const roles: Partial<Record<AccessLevel, RoleConfig>> = {
    reader: { ...people("arn:aws:iam::222222222222:user/x", role("ci")), maxSessionSeconds: 43200 },
    planner: { ...jobs("repo:acme/app:pull_request"), name: "app-plan", permissionsBoundary: boundary },
    applier: { ...jobs(), permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess", maxSessionSeconds: 3600 },
    "workspace-admin": jobs(),
    unlocker: people(role("aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_OnCall_0123456789abcdef")),
  };
  expect(problems(app(roles, { workspaceKeyPrefix: "app/ws" }))).toEqual([]);
  const madeRoles = { ...GITHUB, permissionsBoundary: boundary, trustPolicyQuota: 4096 };
  expect(problems({ ...app(roles, { workspaceKeyPrefix: "app/ws" }), madeRoles })).toEqual([]);
});

describe("a subject", () => {
  it.each([
    "repo:acme/app:environment:production",
    "repo:acme/app:ref:refs/heads/main",
    "repo:acme/app:ref:refs/tags/v1.0",
    "repo:acme/app:pull_request",
    "repo:acme@12345/app@67890:environment:production",
    "repo:acme-12345/app-67890:ref:refs/heads/main",
    "repo:acme/app:environment:Production EU",
    "repo:acme/app:environment:prod:job_workflow_ref:acme/flows/.github/workflows/tf.yml@refs/heads/main",
    "job_workflow_ref:acme/flows/.github/workflows/tf.yml@refs/heads/main:repo:acme/app",
    "repository_owner:acme:repository_id:67890:environment:production",
    "repository:acme/app:ref:refs/heads/main",
    "repo:acme/app",
  ])("is %j", (subject) => {
    expect(ofRole(jobs(subject))).toBe("");
  });

  describe.each([
    "repo:acme/app:pull_request",
    "repo:acme@1/app@2:pull_request",
    "repo:acme/app",
    "repository_id:1",
    "repo:acme/app:ref:refs/pull/1/merge",
    "repo:acme/app:pull_request:workflow:plan",
    "repo:acme/app:job_workflow_ref:acme/app/.github/workflows/a.yml@refs/pull/1/merge",
    "repo:acme/app:environment:prod:workflow_ref:acme/app/.github/workflows/a.yml@refs/pull/1/merge",
    // A pull request's job can call a reusable workflow of the main branch, and has the other claims as well.
    "job_workflow_ref:acme/flows/.github/workflows/tf.yml@refs/heads/main:repo:acme/app",
    "repository_owner:acme:repo:acme/app",
    "repo:acme/app:workflow:apply",
    "repo:acme/app:actor:octocat",
    "repo:acme/app:ref_type:branch",
    "repo:acme/app:event_name:pull_request",
    "repo:acme/app:event_name:pull_request_target",
    "repo:acme/app:base_ref:main",
    "repo:acme/app:environment:prod:event_name:merge_group",
    "repo:acme/app:ref:refs/heads/gh-readonly-queue/main/pr-1-0123456789abcdef",
    "repo:acme/app:head_ref:main:environment:prod",
  ])("that a pull request gets, %j,", (subject) => {
    const found = (level: AccessLevel, trust: RoleConfig = jobs(subject)): string[] =>
      problems(app({ [level]: trust }, { workspaceKeyPrefix: "app/ws" }));

    it.each(["applier", "workspace-admin", "unlocker"] as const)(
      "is none for a(n) %s, unless it is allowed",
      (level) => {
        expect(found(level)).toEqual([`oidc-pull-request consumers[0].roles.${level}.trust.subjects[0]`]);
        const allowed = { trust: { type: "github-actions", subjects: [subject], allowPullRequests: true } } as const;
        expect(found(level, allowed)).toEqual([]);
      },
    );

    it.each(["reader", "planner"] as const)("is one for a %s", (level) => {
      expect(found(level)).toEqual([]);
    });
  });

  it.each([
    "repo:acme/app:environment:production",
    "repo:acme/app:ref:refs/heads/main",
    "repo:acme/app:ref:refs/tags/v1",
    "repository_owner:acme:repository_id:67890:environment:production",
    "repo:acme/app:workflow_ref:acme/app/.github/workflows/a.yml@refs/heads/main",
  ])("that no pull request gets is one for an applier: %j", (subject) => {
    expect(problems(app({ applier: jobs(subject) }))).toEqual([]);
  });

  it.each([
    "repo:acme/*",
    "*:pull_request",
    "repo:acme/app:environment:*",
    "repo:*/app:environment:production",
    "repo:acme/app:*",
    "repo:acme/app:ref:refs/heads/*",
    "repo:acme/ap?:pull_request",
    "*",
    "repo:acme/app:environment:${aws:PrincipalTag/env}",
  ])("holds no wildcard: %j", (subject) => {
    expect(ofRole(jobs(subject))).toMatch(
      /^\[oidc-subject\] .* must name one repository .*\n {2}-> Write out each subject/,
    );
  });

  it.each([
    "",
    "acme/app",
    "repo:acme",
    "repo:acme/app:",
    "repo:acme/app:main",
    "repo:acme/app:refs/heads/main",
    "ref:refs/heads/main",
    "repository_owner:acme",
    "job_workflow_ref:acme/flows/.github/workflows/tf.yml@refs/heads/main",
    "environment:production",
    "repo:acme/app/more:pull_request",
    " repo:acme/app:pull_request",
    "repo:acme/app:environment:a\nb",
    "https://token.actions.githubusercontent.com",
  ])("has a form that GitHub writes, and names the repository: refuses %j", (subject) => {
    expect(ofRole(jobs(subject))).toContain(
      "[oidc-subject] consumers[0].roles.planner.trust.subjects[0] must be a subj",
    );
  });

  it("is named once, and there is one", () => {
    expect(problems(app({ planner: jobs(SUBJECT, SUBJECT) }))).toEqual([
      "duplicate-principal consumers[0].roles.planner.trust.subjects[1]",
    ]);
    expect(problems(app({ planner: { trust: { type: "github-actions", subjects: [] } } }))).toEqual([
      "oidc-subject consumers[0].roles.planner.trust.subjects",
    ]);
  });

  it("with a wildcard anywhere is never let through, and any text is judged", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("*", "?", "${x}"), fc.string(), (before, wildcard, after) => {
        expect(problems(app({ planner: jobs(before + wildcard + after) }))).toHaveLength(1);
        expect(problems(app({ planner: jobs(`repo:acme/app:environment:${before}${wildcard}`) }))).toHaveLength(1);
      }),
    );
  });

  it("that is let through names a repository", () => {
    const part = fc.constantFrom(..."repo: acme / app : ref: refs/heads/main repository_id: 7 x".split(" "));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const subject = parts.join("");
        const refused = problems(app({ planner: jobs(subject) })).length > 0;
        expect(refused || /(^|:)(repo:[^:/]+\/[^:/]+|repository_id:\d+)(:|$)/.test(subject)).toBe(true);
      }),
    );
  });
});

describe("claims beside the subject", () => {
  const claimed = (claims: OidcClaims, ...subjects: readonly string[]): RoleConfig => ({
    trust: { type: "github-actions", subjects: subjects.length === 0 ? [SUBJECT] : subjects, claims },
  });

  it.each<OidcClaims>([
    { environment: ["production", "Production EU"] },
    { job_workflow_ref: ["acme/flows/.github/workflows/tf.yml@refs/heads/main"] },
    { ref: ["refs/heads/main", "refs/tags/v1"], repository_id: ["67890"], repository_owner_id: ["12345"] },
    {},
  ])("are %j", (claims) => {
    expect(ofRole(claimed(claims))).toBe("");
  });

  it.each<[OidcClaims, string]>([
    [{ environment: [] }, "claims.environment"],
    [{ environment: ["*"] }, "claims.environment[0]"],
    [{ environment: ["prod", "prod-?"] }, "claims.environment[1]"],
    [{ ref: ["refs/heads/*"] }, "claims.ref[0]"],
    [{ ref: ["main"] }, "claims.ref[0]"],
    [{ repository_id: ["acme/app"] }, "claims.repository_id[0]"],
    [{ repository_owner_id: ["${aws:PrincipalTag/x}"] }, "claims.repository_owner_id[0]"],
    [{ job_workflow_ref: ["acme/flows/.github/workflows/tf.yml"] }, "claims.job_workflow_ref[0]"],
    [{ job_workflow_ref: ["acme/flows/.github/workflows/*@refs/heads/main"] }, "claims.job_workflow_ref[0]"],
  ])("have a form that a token has, without wildcards: %j has not", (claims, place) => {
    expect(problems(app({ planner: claimed(claims) }))).toEqual([
      `oidc-claim consumers[0].roles.planner.trust.${place}`,
    ]);
  });

  it("are known to STS for github.com and ghe.com alone", () => {
    const provider = "arn:aws:iam::123456789012:oidc-provider/github.acme.example/_services/token";
    const madeRoles = { githubActions: { provider } };
    expect(problems({ ...app({ planner: claimed({ ref: ["refs/heads/main"] }) }), madeRoles })).toEqual([
      "oidc-claim consumers[0].roles.planner.trust.claims.ref",
    ]);
  });

  it("an environment or a branch keeps pull requests out, whatever the subject; a pull request's ref does not", () => {
    const found = (claims: OidcClaims): string[] => problems(app({ applier: claimed(claims, "repo:acme/app") }));
    expect(found({ environment: ["production"] })).toEqual([]);
    expect(found({ ref: ["refs/heads/main"] })).toEqual([]);
    const refused = ["oidc-pull-request consumers[0].roles.applier.trust.subjects[0]"];
    expect(found({ ref: ["refs/heads/main", "refs/pull/1/merge"] })).toEqual(refused);
    expect(found({ repository_id: ["67890"] })).toEqual(refused);
    expect(found({ job_workflow_ref: ["acme/flows/.github/workflows/tf.yml@refs/heads/main"] })).toEqual(refused);
  });
});

describe("GitHub's provider", () => {
  it.each([
    GITHUB_PROVIDER,
    `${GITHUB_PROVIDER}/acme-enterprise`,
    "arn:aws:iam::123456789012:oidc-provider/token.actions.acme.ghe.com",
    "arn:aws:iam::123456789012:oidc-provider/github.acme.example/_services/token",
  ])("is %s", (provider) => {
    expect(shared({ githubActions: { provider } })).toBe("");
  });

  it.each([
    ["token.actions.githubusercontent.com", "oidc-provider"],
    ["arn:aws:iam::123456789012:oidc-provider/accounts.google.com", "oidc-provider"],
    ["arn:aws:iam::123456789012:oidc-provider/*", "oidc-provider"],
    ["arn:aws:iam::123456789012:saml-provider/x", "oidc-provider"],
    [GITHUB_PROVIDER.replace("123456789012", "222222222222"), "oidc-provider"],
    [GITHUB_PROVIDER.replace("arn:aws:", "arn:aws-cn:"), "partition"],
  ])("is not %s", (provider, code) => {
    expect(problems({ madeRoles: { githubActions: { provider } } })).toEqual([
      `${code} madeRoles.githubActions.provider`,
    ]);
  });

  it("must be there for a role that trusts it", () => {
    expect(said({ consumers: [{ name: "app", roles: { planner: jobs() } }] })).toMatchInlineSnapshot(`
      "[oidc-provider] consumers[0].roles.planner.trust.type must not be "github-actions" without madeRoles.githubActions, got none
        -> Add madeRoles: { githubActions: { provider: <ARN of the OIDC provider in this account> } } to the config."
    `);
  });

  const audience = (of: string): string => shared({ githubActions: { provider: GITHUB_PROVIDER, audience: of } });

  it("is asked for one audience, exactly", () => {
    expect(audience("sts.amazonaws.com.cn")).toBe("");
    expect(audience("https://github.com/acme")).toBe("");
    for (const wrong of ["", "*", "sts.*", "sts.amazonaws.com ", "a,b", "${x}", "token.actions.githubusercontent.com"])
      expect(audience(wrong)).toContain(
        "[oidc-audience] madeRoles.githubActions.audience must be one audience, exactly",
      );
    expect(audience("https://token.actions.githubusercontent.com")).toContain("[oidc-audience]");
  });
});

it("a principal is checked as in the guard, named once, and there is one", () => {
  expect(ofRole(people("*"))).toContain("must name one principal");
  expect(problems(app({ planner: people("arn:aws-us-gov:iam::123456789012:role/a", role("a"), role("a")) }))).toEqual([
    "partition consumers[0].roles.planner.trust.principals[0]",
    "duplicate-principal consumers[0].roles.planner.trust.principals[2]",
  ]);
  expect(problems(app({ planner: people() }))).toEqual(["principal-arn consumers[0].roles.planner.trust.principals"]);
});

it.each([
  ["boundary", "must be the ARN of a managed policy"],
  [role("boundary"), "must be the ARN of a managed policy"],
  ["arn:aws:iam::123456789012:policy/*", "must be the ARN of a managed policy"],
  ["arn:aws-cn:iam::123456789012:policy/b", "[partition]"],
  ["arn:aws:iam::222222222222:policy/b", "must be a policy of the bucket's account"],
])("a boundary is not %s", (permissionsBoundary, wrong) => {
  expect(ofRole({ ...jobs(), permissionsBoundary })).toContain(wrong);
  expect(shared({ permissionsBoundary })).toContain(wrong);
});

it("a session lasts one to twelve hours", () => {
  for (const seconds of [0, -1, 900, 3599, 43201])
    expect(ofRole({ ...jobs(), maxSessionSeconds: seconds })).toContain(
      "[session-limit] consumers[0].roles.planner.max",
    );
  expect(problems(app({ planner: { ...jobs(), maxSessionSeconds: 3600.5 } }))).toEqual([
    "wrong-type consumers[0].roles.planner.maxSessionSeconds",
  ]);
});

it("the quota of a trust policy is one that AWS grants", () => {
  expect(shared({ trustPolicyQuota: 2048 })).toBe("");
  for (const quota of [0, 2047, 4097])
    expect(shared({ trustPolicyQuota: quota })).toContain(
      "[trust-quota] madeRoles.trustPolicyQuota must be 2048 to 4096",
    );
});

it("a trust is of a kind that there is", () => {
  expect(problems(app({ planner: { trust: { type: "saml" } as never } }))).toEqual([
    "wrong-type consumers[0].roles.planner.trust.type",
  ]);
  expect(problems(app({ planner: {} as never }))).toEqual(["missing-field consumers[0].roles.planner.trust"]);
  expect(problems(app({ owner: jobs() } as never))).toHaveLength(1);
});

describe("the name of a made role", () => {
  it("is refused where it is too long, with what to set", () => {
    const bucket = { name: "b".repeat(60) };
    expect(said({ ...app({ planner: jobs() }), bucket })).toContain(
      "Set name: the default is too long for this bucket.",
    );
    expect(problems({ ...app({ planner: { ...jobs(), name: "short" } }), bucket })).toEqual([]);
    expect(problems(app({ planner: { ...jobs(), name: "a b" } }))).toEqual([
      "role-name consumers[0].roles.planner.name",
    ]);
  });

  it("is nobody else's, whatever its case and path", () => {
    const other = (name: string): ConsumerConfig => ({ name: "other", roles: { applier: { ...jobs(), name } } });
    const one = { name: "app", roles: { planner: { ...jobs(), name: "ci" } } };
    expect(problems({ madeRoles: GITHUB, consumers: [{ ...one, access: { reader: [role("team/CI")] } }] })).toEqual([
      "role-name consumers[0].roles.planner",
    ]);
    const guard = { deployers: [role("ci")] };
    expect(problems({ madeRoles: GITHUB, consumers: [one], bucket: { guard } })).toEqual([
      "role-name consumers[0].roles.planner",
    ]);
    expect(said({ madeRoles: GITHUB, consumers: [one, other("CI")] })).toMatchInlineSnapshot(`
      "[role-name] consumers[1].roles.applier must have a unique name in the account, got "CI", and "arn:aws:iam::123456789012:role/statelock/ci" has it
        -> Set another name: IAM compares role names without path and case. Made roles have the path /statelock/."
    `);
  });

  it("may be a role's of another account, or a user's", () => {
    const consumers = [{ name: "app", roles: { planner: { ...jobs(), name: "ci" } } }];
    const guard = { deployers: ["arn:aws:iam::123456789012:user/ci"] };
    expect(problems({ madeRoles: GITHUB, consumers, bucket: { guard } })).toEqual([]);
  });
});

describe("a made role", () => {
  const arn = role("statelock/acme-tfstate.app.planner");

  it("may be given levels of other consumers, and not its own once more", () => {
    const net = { name: "net", access: { reader: [arn] } };
    expect(problems({ madeRoles: GITHUB, consumers: [{ name: "app", roles: { planner: jobs() } }, net] })).toEqual([]);
    expect(problems(app({ planner: jobs() }, { access: { planner: [arn] } }))).toEqual([
      "duplicate-role consumers[0].roles.planner",
    ]);
  });

  it("of workspace admins needs workspaces", () => {
    expect(problems(app({ "workspace-admin": jobs() }))).toEqual([
      "workspace-admin consumers[0].roles.workspace-admin",
    ]);
  });

  it("of unlockers runs no Terraform", () => {
    const unlocker = role("statelock/acme-tfstate.app.unlocker");
    const net = { name: "net", access: { applier: [unlocker] } };
    expect(problems({ madeRoles: GITHUB, consumers: [{ name: "app", roles: { unlocker: jobs() } }, net] })).toEqual([
      "guard-release consumers[0].roles.unlocker",
    ]);
  });

  it("that runs Terraform is no break-glass", () => {
    const guard = { deployers: [role("deploy")], breakGlass: [arn] };
    expect(problems({ ...app({ planner: jobs() }), bucket: { guard } })).toEqual([
      "guard-release bucket.guard.breakGlass[0]",
    ]);
  });
});
