import { lockOutProblems } from "../../lib/bootstrap/lock-out";
import { runBootstrap } from "../../lib/bootstrap/run-bootstrap";
import type { GuardConfig } from "../../lib/config/state-config";
import { UserError, type Problem } from "../../lib/problem/problem";
import type { Reading } from "../../lib/verify/posture";
import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import type { ReadPrincipal } from "../../lib/verify/principal-checks";
import { guardScope, mayChange } from "../support/guard";
import { emptyWorld, fakePort, options } from "./fake-port";

const role = (path: string): string => `arn:aws:iam::123456789012:role/${path}`;
const session = (name: string, account = "123456789012"): string =>
  `arn:aws:sts::${account}:assumed-role/${name}/ana@example.com`;
const SSO = "aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef";
const SSO_NAME = "AWSReservedSSO_Admin_0123456789abcdef";

/** Deploys with a guard, as an identity, where IAM has these principals. Returns the problems, and what was changed. */
async function deploy(
  guard: GuardConfig,
  identity: string,
  iam: readonly string[] | Reading<string>,
  vouched?: string,
): Promise<{ readonly problems: readonly Problem[]; readonly kind?: string; readonly changed: readonly string[] }> {
  const find = (name: string): Reading<string> =>
    "find" in iam ? { value: iam.find((arn) => arn.endsWith(`/${name}`)) } : iam;
  const world = { ...emptyWorld(), identity, guard, principals: find };
  const thrown: unknown = await runBootstrap(fakePort(world), options({ vouched })).catch((error: unknown) => error);
  const refused = thrown instanceof UserError ? thrown : undefined;
  return { problems: refused?.problems ?? [], kind: refused?.kind ?? "", changed: world.log };
}

const codes = ({ problems }: { readonly problems: readonly Problem[] }): string[] => problems.map(({ code }) => code);

it.each([
  ["a role with a path", { deployers: [role("team/platform-deploy")] }, session("platform-deploy")],
  ["a role of IAM Identity Center", { deployers: [role(SSO)] }, session(SSO_NAME)],
  [
    "a user with a path",
    { deployers: ["arn:aws:iam::123456789012:user/ci/bot"] },
    "arn:aws:iam::123456789012:user/ci/bot",
  ],
  ["break-glass", { deployers: [role("other")], breakGlass: [role("glass")] }, session("glass")],
])("%s may deploy", async (_who, guard: GuardConfig, identity) => {
  const done = await deploy(guard, identity, [...(guard.deployers ?? []), ...(guard.breakGlass ?? [])]);
  expect(done).toMatchObject({ problems: [], changed: ["apply", "move", "record", "retire"] });
});

it.each([
  ["path", role("platform-deploy"), session("platform-deploy"), ["guard-deployer", "principal-path"]],
  ["path of a user", "arn:aws:iam::123456789012:user/bot", "arn:aws:iam::123456789012:user/ci/bot", ["guard-deployer"]],
  ["case", role("team/Platform-Deploy"), session("platform-deploy"), ["guard-deployer"]],
  ["assumed role", role("team/platform-deploy"), session("other"), ["guard-deployer"]],
  [
    "user of the same name",
    role("team/platform-deploy"),
    "arn:aws:iam::123456789012:user/platform-deploy",
    ["guard-deployer"],
  ],
  ["root", role("team/platform-deploy"), "arn:aws:iam::123456789012:root", ["guard-deployer"]],
])("an identity with another %s would shut itself out", async (_what, deployer, identity, refused) => {
  const iam = [role("team/platform-deploy"), role("other")];
  const run = await deploy({ deployers: [deployer] }, identity, iam);
  expect([codes(run), run.changed]).toEqual([refused, []]);
});

describe("the check says what IAM will do", () => {
  const user = (name: string): string => `arn:aws:iam::123456789012:user/${name}`;
  const IAM = [role("team/deploy"), role(SSO), role("other"), user("ci/bot")];
  const IDENTITIES = [
    [session("deploy"), role("team/deploy")],
    [session(SSO_NAME), role(SSO)],
    [session("other"), role("other")],
    [user("ci/bot"), user("ci/bot")],
    ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"],
  ] as const;
  /** What a config may call them: as IAM does, with another path or case, as the other kind of principal. */
  const spellings = IAM.flatMap((arn) => {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const places = [role(name), role(`x/${name}`), user(name), user(`ci/${name}`)];
    return [arn, arn.replace(/[^/]+$/, name.toUpperCase()), ...places];
  });

  it.each(IDENTITIES)("about %s", async (identity, principal) => {
    const wrong: string[] = [];
    for (const deployer of [...new Set(spellings)]) {
      const scope = { ...guardScope, deployers: [deployer] };
      const guard = guardPolicy(scope);
      const read: ReadPrincipal = ({ kind, name }) => {
        const found = IAM.find(
          (arn) => arn.toLowerCase().endsWith(`/${name}`.toLowerCase()) && arn.includes(`:${kind}/`),
        );
        return Promise.resolve({ value: found });
      };
      const refused = await lockOutProblems(guard, { identity, vouched: undefined }, "123456789012", read);
      if ((refused.length === 0) !== (await mayChange(guard, principal))) wrong.push(deployer);
    }
    expect(wrong).toEqual([]);
  });
});

it("refuses a session of a role of the same name in another account", async () => {
  const world = { ...emptyWorld(), account: "999999999999", identity: session("platform-deploy", "999999999999") };
  await expect(runBootstrap(fakePort(world), options())).rejects.toThrow("wrong-account");
});

it("refuses an SSO role that the config names without its path", async () => {
  const error: unknown = await deploy({ deployers: [role(SSO_NAME)] }, session(SSO_NAME), [role(SSO)]);
  expect(codes(error as { problems: Problem[] })).toContain("principal-arn");
});

describe("where IAM does not return the role", () => {
  const guard = { deployers: [role("team/platform-deploy")] };
  const denied: Reading<string> = { unreadable: "403 AccessDenied" };

  it("ends with 2, and changes nothing", async () => {
    const run = await deploy(guard, session("platform-deploy"), denied);
    expect(run).toMatchObject({ kind: "unknown", changed: [], problems: [{ code: "guard-identity" }] });
  });

  it("deploys if the operator vouches for the path", async () => {
    const run = await deploy(guard, session("platform-deploy"), denied, role("team/platform-deploy"));
    expect(run).toMatchObject({ problems: [], changed: ["apply", "move", "record", "retire"] });
  });

  it.each([
    ["another path than the guard", role("platform-deploy"), "guard-deployer"],
    ["another role", role("team/other"), "i-am"],
    ["a session", session("platform-deploy"), "i-am"],
    ["a role of another account", "arn:aws:iam::999999999999:role/team/platform-deploy", "i-am"],
    ["no ARN", "platform-deploy", "i-am"],
  ])("refuses an operator who vouches for %s", async (_what, vouched, code) => {
    const run = await deploy(guard, session("platform-deploy"), denied, vouched);
    expect([codes(run), run.changed]).toEqual([[code], []]);
  });
});

it("believes IAM before the operator", async () => {
  const run = await deploy({ deployers: [role("ops")] }, session("ops"), [role("team/ops")], role("ops"));
  expect(codes(run)).toContain("guard-deployer");
});

describe("break-glass of which the guard requires a proof", () => {
  const guard: GuardConfig = { deployers: [role("deploy")], breakGlass: [role("glass")], breakGlassRequires: "mfa" };

  it("does not deploy, because nobody sees here whether its session has it", async () => {
    const run = await deploy(guard, session("glass"), [role("deploy"), role("glass")]);
    expect([codes(run), run.changed]).toEqual([["guard-deployer"], []]);
    expect(run.problems[0]?.path).toBe("bucket.guard.breakGlassRequires");
  });

  it("leaves it to the deployer, and in an emergency to a config without it", async () => {
    const iam = [role("deploy"), role("glass")];
    expect((await deploy(guard, session("deploy"), iam)).problems).toEqual([]);
    const { breakGlassRequires: _proof, ...emergency } = guard;
    expect((await deploy(emergency, session("glass"), iam)).problems).toEqual([]);
  });
});

it("a network keeps no deployer out", async () => {
  const guard: GuardConfig = { deployers: [role("deploy")], network: { sourceIps: ["203.0.113.0/24"] } };
  const run = await deploy(guard, session("deploy"), [role("deploy")]);
  expect(run).toMatchObject({ problems: [], changed: ["apply", "move", "record", "retire"] });
});

it("a guard that does not keep the posture shuts nobody out", async () => {
  const run = await deploy({}, "arn:aws:iam::123456789012:root", { unreadable: "403" });
  expect(run.problems).toEqual([]);
});

it("the problem names the deployers and the caller", async () => {
  const run = await deploy({ deployers: [role("deploy")] }, "arn:aws:iam::123456789012:root", [role("deploy")]);
  expect(run.problems[0]?.message).toBe(
    'must contain the identity that deploys, "arn:aws:iam::123456789012:root", got ["arn:aws:iam::123456789012:role/deploy"]',
  );
});
