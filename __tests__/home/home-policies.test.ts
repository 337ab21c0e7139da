import { LOCKINGS } from "../../lib/policy/access-level";
import { homeGuard } from "../../lib/home/home-guard";
import { consumerPolicies, managedPolicies, policyProblems } from "../../lib/home/home-policies";
import type { ConsumerConfig } from "../../lib/config/state-config";
import type { StateHome } from "../../lib/config/state-home";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import * as guard from "../../lib/policy/guard/guard-policy";
import * as key from "../../lib/policy/key-policy";
import * as logs from "../../lib/policy/log-delivery-policy";
import * as documents from "../../lib/policy/state-access-policy";
import * as trust from "../../lib/policy/trust-policy";
import type { Problem } from "../../lib/problem/problem";
import { home, places, role, text } from "../support/home";
import { GITHUB, jobs, people } from "../support/roles";

/** A policy that AWS would accept and never match. */
const HEAD: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Head", Effect: "Allow", Action: "s3:HeadObject", Resource: "arn:aws:s3:::b/k" }],
};

/** The home's only consumer. */
function only(of: StateHome): StateHome["consumers"][number] {
  const [consumer] = of.consumers;
  if (consumer === undefined) throw new Error("The test's home has no consumer.");
  return consumer;
}

describe("the policies of a consumer", () => {
  it("are one for each level that means something", () => {
    const levels = (consumer: ConsumerConfig): string[] => {
      const of = home({ consumers: [consumer] });
      return consumerPolicies(of, only(of)).map(({ level }) => level);
    };
    expect(levels({ name: "app" })).toEqual(["reader", "planner", "applier", "unlocker"]);
    expect(levels({ name: "app", workspaceKeyPrefix: "app/ws" })).toContain("workspace-admin");
  });

  it("are all created in IAM, or only those that a role has", () => {
    const consumers = [{ name: "app", access: { planner: [role("ci")] } }];
    const created = (managed: "all" | "attached"): string[] => {
      const of = home({ consumers, managedPolicies: managed });
      return managedPolicies(of, only(of)).map(({ level }) => level);
    };
    expect(created("all")).toEqual(["reader", "planner", "applier", "unlocker"]);
    expect(created("attached")).toEqual(["planner"]);
  });

  it("name the bucket, the table and the key of the home", () => {
    const of = home({ locking: "both", legacyTable: "locks", bucket: { encryption: { type: "created-key" } } });
    const json = JSON.stringify(consumerPolicies(of, only(of)));
    expect(json).toContain("arn:aws:s3:::acme-tfstate/app/terraform.tfstate");
    expect(json).toContain("arn:aws:dynamodb:eu-central-1:123456789012:table/locks");
    expect(json).toContain("alias/acme-tfstate");
  });

  it("speak of no table where the consumer does not lock in it", () => {
    const of = home({ legacyTable: "locks" });
    expect(JSON.stringify(consumerPolicies(of, only(of)))).not.toContain("dynamodb");
  });
});

it("of consumers in every phase, those name the table that lock in it, and those the lock's object that lock with it", () => {
  const of = home({ legacyTable: "locks", consumers: LOCKINGS.map((locking) => ({ name: locking, locking })) });
  const grants = of.consumers.flatMap((consumer) =>
    consumerPolicies(of, consumer).map(({ level, document }) => {
      const json = JSON.stringify(document);
      return `${consumer.name} ${level}:${json.includes("dynamodb:") ? " table" : ""}${json.includes(".tflock") ? " file" : ""}`;
    }),
  );
  expect(grants).toEqual([
    "lockfile reader:",
    "lockfile planner: file",
    "lockfile applier: file",
    "lockfile unlocker: file",
    "both reader: table",
    "both planner: table file",
    "both applier: table file",
    "both unlocker: table file",
    "dynamodb reader: table",
    "dynamodb planner: table",
    "dynamodb applier: table",
    "dynamodb unlocker: table",
  ]);
});

it("the guard is the bucket's", () => {
  expect(JSON.stringify(homeGuard(home({ bucket: { region: "cn-north-1" } })))).toContain(
    "arn:aws-cn:s3:::acme-tfstate/*",
  );
});

describe("problems of policies", () => {
  it("are none for an ordinary home", async () => {
    const of = home({
      locking: "both",
      legacyTable: "locks",
      bucket: { encryption: { type: "created-key" }, accessLogs: {} },
      consumers: [{ name: "a", workspaceKeyPrefix: "a/ws" }, { name: "b" }],
    });
    expect(await policyProblems(of)).toEqual([]);
  });

  describe("a consumer whose key is too long for a policy", () => {
    const both = { legacyTable: "locks", locking: "both" } as const;
    const withKey = (characters: number): Promise<readonly Problem[]> => {
      const long = { name: "long", key: "k".repeat(characters), workspaceKeyPrefix: "w".repeat(60) };
      return policyProblems(home({ ...both, consumers: [{ name: "app" }, long] }));
    };

    it("says what fits, for each level", async () => {
      expect(text(await withKey(400))).toMatchInlineSnapshot(`
        "[policy-size] consumers[1] (applier) must make a policy of at most 6144 characters, got 7022
          -> Shorten key from 400 to 332 characters, or workspaceKeyPrefix or bucket.name.
        [policy-size] consumers[1] (workspace-admin) must make a policy of at most 6144 characters, got 8751
          -> Shorten key from 400 to 237 characters, or workspaceKeyPrefix or bucket.name."
      `);
    });

    it("says it exactly", async () => {
      const fits = (problems: readonly Problem[]): number =>
        Math.min(...problems.map(({ fix }) => Number(/to (\d+)/.exec(fix)?.[1])));
      const longest = fits(await withKey(400));
      expect(await withKey(longest)).toEqual([]);
      expect(await withKey(longest + 1)).toHaveLength(1);
    });

    it("blames the prefix where no key would fit", async () => {
      const long = { name: "long", key: "k", workspaceKeyPrefix: "w".repeat(900) };
      expect(text(await policyProblems(home({ ...both, consumers: [long] })))).toContain(
        "Shorten workspaceKeyPrefix: it is too long",
      );
    });
  });

  it.each([
    { what: "the guard", path: "guard", of: () => jest.spyOn(guard, "guardPolicy").mockReturnValue(HEAD) },
    {
      what: "a created key's policy",
      path: "bucket.encryption",
      of: () => jest.spyOn(key, "keyPolicy").mockReturnValue(HEAD),
    },
    {
      what: "a created log bucket's policy",
      path: "bucket.accessLogs",
      of: () => jest.spyOn(logs, "logDeliveryPolicy").mockReturnValue(HEAD),
    },
  ])("$what is checked too", async ({ path, of }) => {
    const wrong = of();
    const problems = await policyProblems(home({ bucket: { encryption: { type: "created-key" }, accessLogs: {} } }));
    wrong.mockRestore();
    expect(places(problems)).toContain(`policy-vocabulary ${path}.Statement[0]`);
  });

  it("a policy that AWS would not understand is found, whichever it is", async () => {
    const wrong = jest.spyOn(documents, "stateAccessPolicy").mockReturnValue(HEAD);
    const problems = await policyProblems(home());
    wrong.mockRestore();
    expect(places(problems)).toContain("policy-vocabulary consumers[0] (reader).Statement[0]");
  });

  it("an account takes 1500 managed policies: 300 consumers with five levels", async () => {
    const consumers = (count: number): ConsumerConfig[] =>
      Array.from({ length: count }, (_, n) => ({ name: `c${String(n)}`, workspaceKeyPrefix: `c${String(n)}/ws` }));
    expect(text(await policyProblems(home({ consumers: consumers(301) })))).toMatchInlineSnapshot(`
      "[policy-count] managedPolicies must make at most 1500 managed policies for an account, got 1505
        -> Set managedPolicies to "attached", or put consumers into several homes: 5 levels of 300 consumers fit."
    `);
    expect(await policyProblems(home({ consumers: consumers(301), managedPolicies: "attached" }))).toEqual([]);
  });

  it("a role takes ten", async () => {
    const consumers = (count: number): ConsumerConfig[] =>
      Array.from({ length: count }, (_, n) => ({ name: `c${String(n)}`, access: { applier: [role("team/ci")] } }));
    expect(await policyProblems(home({ consumers: consumers(10) }))).toEqual([]);
    expect(text(await policyProblems(home({ consumers: consumers(11) })))).toMatchInlineSnapshot(`
      "[policy-count] consumers must attach at most 10 managed policies to a role, got 11 for "ci"
        -> Use a role for each team or consumer; one role for everything can reach everything."
    `);
  });

  describe("a trust policy", () => {
    const subjects = (count: number): string[] =>
      Array.from({ length: count }, (_, n) => `repo:acme/app:environment:production-${String(100 + n)}`);
    const trusting = (count: number, trustPolicyQuota?: number): Promise<readonly Problem[]> => {
      const consumers = [{ name: "app", roles: { planner: jobs(...subjects(count)) } }];
      const quota = trustPolicyQuota === undefined ? {} : { trustPolicyQuota };
      return policyProblems(home({ madeRoles: { ...GITHUB, ...quota }, consumers }));
    };

    it("has 2048 characters, unless AWS raised the quota", async () => {
      expect(await trusting(39)).toEqual([]);
      expect(text(await trusting(40))).toMatchInlineSnapshot(`
        "[policy-size] consumers[0].roles.planner.trust must make a policy of at most 2048 characters, got 2081
          -> Name fewer who may assume it, or have AWS raise the quota (at most 4096) and say so in madeRoles.trustPolicyQuota: 33 characters are too many."
      `);
      expect(await trusting(40, 4096)).toEqual([]);
    });

    it("never has more than 4096", async () => {
      expect(text(await trusting(90, 4096))).toMatchInlineSnapshot(`
        "[policy-size] consumers[0].roles.planner.trust must make a policy of at most 4096 characters, got 4231
          -> Name fewer who may assume it: 135 characters are too many."
      `);
    });

    it("is checked as every other", async () => {
      const wrong = jest.spyOn(trust, "gitHubActionsTrust").mockReturnValue(HEAD);
      const problems = await trusting(1);
      wrong.mockRestore();
      expect(places(problems)).toContain("policy-vocabulary consumers[0].roles.planner.trust.Statement[0]");
    });
  });

  it("an account takes 1000 roles", async () => {
    const consumers = (count: number): ConsumerConfig[] =>
      Array.from({ length: count }, (_, n) => ({
        name: `c${String(n)}`,
        roles: { reader: people(role("a")), planner: people(role("a")), applier: people(role("b")) },
      }));
    const problems = await policyProblems(home({ consumers: consumers(334), managedPolicies: "attached" }));
    expect(text(problems)).toMatchInlineSnapshot(`
      "[policy-count] consumers must make at most 1000 roles for an account, got 1002
        -> Make fewer roles, name those that exist in access, or put consumers into homes of several accounts."
    `);
    expect(await policyProblems(home({ consumers: consumers(333), managedPolicies: "attached" }))).toEqual([]);
  });
});
