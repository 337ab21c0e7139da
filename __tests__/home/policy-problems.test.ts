import type { ConsumerConfig } from "../../lib/config/state-config";
import { papersOf } from "../../lib/home/papers";
import { policyProblems } from "../../lib/home/policy-problems";
import type { Problem } from "../../lib/problem/problem";
import { home, role, text, type ConfigPart } from "../support/home";
import { GITHUB, jobs, people } from "../support/roles";

function problems(part: ConfigPart): Problem[] {
  return policyProblems(papersOf(home(part)));
}

/** Consumers `c0`, `c1`, …, each with what `part` says of its name. */
function fleet(count: number, part: (name: string) => Partial<ConsumerConfig>): ConsumerConfig[] {
  return Array.from({ length: count }, (_, n) => ({ name: `c${String(n)}`, ...part(`c${String(n)}`) }));
}

const BOTH = { legacyTable: "locks", locking: "both" } as const;

it("an ordinary home has no problems", () => {
  const bucket = { encryption: { type: "created-key" }, accessLogs: {} } as const;
  expect(problems({ ...BOTH, bucket, consumers: [{ name: "a", workspaceKeyPrefix: "a/ws" }, { name: "b" }] })).toEqual(
    [],
  );
});

describe("a consumer whose key is too long for a policy", () => {
  const withKey = (characters: number): Problem[] => {
    const long = { name: "long", key: "k".repeat(characters), workspaceKeyPrefix: "w".repeat(60) };
    return problems({ ...BOTH, consumers: [{ name: "app" }, long] });
  };

  it("is reported for each level, with the length that fits", () => {
    expect(text(withKey(400))).toMatchInlineSnapshot(`
      "[policy-size] consumers[1] (planner) must make a policy of at most 6144 characters, got 6190
        -> Shorten key from 400 to 395 characters, or shorten workspaceKeyPrefix or bucket.name.
      [policy-size] consumers[1] (applier) must make a policy of at most 6144 characters, got 7304
        -> Shorten key from 400 to 310 characters, or shorten workspaceKeyPrefix or bucket.name.
      [policy-size] consumers[1] (workspace-admin) must make a policy of at most 6144 characters, got 9118
        -> Shorten key from 400 to 214 characters, or shorten workspaceKeyPrefix or bucket.name."
    `);
  });

  it("fits with exactly the reported length", () => {
    const longest = Math.min(...withKey(400).map(({ fix }) => Number(/to (\d+)/.exec(fix)?.[1])));
    expect(withKey(longest)).toEqual([]);
    expect(withKey(longest + 1)).toHaveLength(1);
  });

  it("has to shorten its prefix if no key would fit", () => {
    const long = { name: "long", key: "k", workspaceKeyPrefix: "w".repeat(900) };
    expect(text(problems({ ...BOTH, consumers: [long] }))).toContain("Shorten workspaceKeyPrefix: it is too long");
  });
});

it("an account takes 1500 managed policies: 300 consumers with five levels", () => {
  const consumers = fleet(301, (name) => ({ workspaceKeyPrefix: `${name}/ws` }));
  expect(text(problems({ consumers }))).toMatchInlineSnapshot(`
    "[policy-count] managedPolicies must create at most 1500 managed policies in an account, got 1505
      -> Set managedPolicies to "attached", or split the consumers into several homes: 5 levels of 300 consumers fit."
  `);
  expect(problems({ consumers, managedPolicies: "attached" })).toEqual([]);
});

it("a role takes ten managed policies", () => {
  const consumers = (count: number): ConsumerConfig[] =>
    fleet(count, () => ({ access: { applier: [role("team/ci")] } }));
  expect(problems({ consumers: consumers(10) })).toEqual([]);
  expect(text(problems({ consumers: consumers(11) }))).toMatchInlineSnapshot(`
    "[policy-count] consumers must attach at most 10 managed policies to a role, got 11 for "ci"
      -> Use a role for each team or consumer; one role for everything can reach everything."
  `);
});

it("an account takes 1000 roles", () => {
  const roles = { reader: people(role("a")), planner: people(role("a")), applier: people(role("b")) };
  const consumers = (count: number): ConsumerConfig[] => fleet(count, () => ({ roles }));
  expect(problems({ consumers: consumers(333), managedPolicies: "attached" })).toEqual([]);
  expect(text(problems({ consumers: consumers(334), managedPolicies: "attached" }))).toMatchInlineSnapshot(`
    "[policy-count] consumers must create at most 1000 roles in an account, got 1002
      -> Create fewer roles, name existing roles in access, or split the consumers into homes of several accounts."
  `);
});

it("a trust policy has 2048 characters, or up to 4096 if AWS raised the quota", () => {
  const trusting = (count: number, trustPolicyQuota?: number): Problem[] => {
    const subjects = Array.from({ length: count }, (_, n) => `repo:acme/app:environment:production-${String(100 + n)}`);
    const madeRoles = { ...GITHUB, ...(trustPolicyQuota === undefined ? {} : { trustPolicyQuota }) };
    return problems({ madeRoles, consumers: [{ name: "app", roles: { planner: jobs(...subjects) } }] });
  };
  expect(trusting(39)).toEqual([]);
  expect(trusting(40, 4096)).toEqual([]);
  expect(text([...trusting(40), ...trusting(90, 4096)])).toMatchInlineSnapshot(`
    "[policy-size] consumers[0].roles.planner.trust must make a policy of at most 2048 characters, got 2081
      -> Name fewer principals or subjects, or ask AWS to raise the quota (at most 4096) and set madeRoles.trustPolicyQuota: the policy is 33 characters too long.
    [policy-size] consumers[0].roles.planner.trust must make a policy of at most 4096 characters, got 4231
      -> Name fewer principals or subjects: the policy is 135 characters too long."
  `);
});

it("the guard, the created key's policy and the log bucket's policy have limits too", () => {
  const principals = Array.from({ length: 700 }, (_, n) => role(`break-glass-${String(n)}`));
  const guard = { breakGlass: principals, deployers: [role("d")] };
  const found = problems({ bucket: { encryption: { type: "created-key" }, accessLogs: {}, guard } });
  expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([
    "policy-size guard",
    "policy-size bucket.encryption",
    "policy-size bucket.accessLogs",
  ]);
});

it("a policy that is too large names the field that takes most of it", () => {
  const blocks = Array.from({ length: 1500 }, (_, n) => `8.${String(n >> 8)}.${String(n & 255)}.0/24`);
  const guard = { deployers: [role("d")], network: { sourceIps: blocks, vpcs: ["vpc-01234567"] } };
  expect(text(problems({ bucket: { guard } }))).toMatchInlineSnapshot(`
    "[policy-size] guard must make a policy of at most 20480 characters, got 25882
      -> Name fewer in bucket.guard.network.sourceIps, whose 1,500 values take 21,840 characters, or merge blocks that are next to each other: the policy is 5,402 characters too long."
  `);
});
