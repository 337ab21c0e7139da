import type { PolicyDocument } from "../../lib/policy/policy-document";
import { gitHubActionsTrust, issuerOf, OIDC_CLAIMS, principalsTrust } from "../../lib/policy/trust-policy";
import { vocabularyFaults } from "../support/aws-vocabulary";
import { decide } from "../../lab/policy-gate/evaluator";
import { ACCOUNT, role } from "../support/home";
import { GITHUB_PROVIDER, SUBJECT } from "../support/roles";

const provider = { arn: GITHUB_PROVIDER, audience: "sts.amazonaws.com" };
const elsewhere = "arn:aws:iam::222222222222:user/ops";

it("trusts GitHub Actions for one audience and the named subjects, compared as text", () => {
  expect(gitHubActionsTrust(provider, [SUBJECT]).Statement).toMatchObject([
    {
      Effect: "Allow",
      Principal: { Federated: GITHUB_PROVIDER },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": SUBJECT,
        },
      },
    },
  ]);
});

it("the condition keys begin with the issuer of the provider, whatever its host and path", () => {
  const arn = "arn:aws-us-gov:iam::123456789012:oidc-provider/token.actions.githubusercontent.com/acme";
  const { Condition } = gitHubActionsTrust({ arn, audience: "a" }, ["x", "y"]).Statement[0] ?? {};
  expect(issuerOf(arn)).toBe("token.actions.githubusercontent.com/acme");
  expect(Condition).toEqual({
    StringEquals: {
      "token.actions.githubusercontent.com/acme:aud": "a",
      "token.actions.githubusercontent.com/acme:sub": ["x", "y"],
    },
  });
});

it("each further claim must have one of its values, and AWS knows every claim", async () => {
  const claims = { environment: ["production"], repository_id: ["1", "2"] };
  const trust = gitHubActionsTrust(provider, [SUBJECT], claims);
  expect(trust.Statement[0]?.Condition).toEqual({
    StringEquals: {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": SUBJECT,
      "token.actions.githubusercontent.com:environment": "production",
      "token.actions.githubusercontent.com:repository_id": ["1", "2"],
    },
  });
  const all = Object.fromEntries(OIDC_CLAIMS.map((claim) => [claim, ["x"]]));
  expect(await vocabularyFaults(gitHubActionsTrust(provider, [SUBJECT], all))).toEqual([]);
});

it("principals are trusted by name, so that each may be made again", () => {
  expect(principalsTrust("aws", [role("a"), role("b"), elsewhere]).Statement).toEqual([
    {
      Sid: "NamedPrincipals",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::123456789012:root", "arn:aws:iam::222222222222:root"] },
      Condition: { ArnEquals: { "aws:PrincipalArn": [role("a"), role("b"), elsewhere] } },
      Action: "sts:AssumeRole",
    },
  ]);
});

it("AWS understands both", async () => {
  expect(await vocabularyFaults(gitHubActionsTrust(provider, [SUBJECT]))).toEqual([]);
  expect(await vocabularyFaults(principalsTrust("aws", [role("a")]))).toEqual([]);
});

it("a claim of another provider, or one that no provider has, is not understood", async () => {
  const [statement] = gitHubActionsTrust(provider, [SUBJECT]).Statement;
  const keys = ["accounts.example.com:sub", "token.actions.githubusercontent.com:subject"];
  const faults = keys.map((key) =>
    vocabularyFaults({
      Version: "2012-10-17",
      Statement: statement === undefined ? [] : [{ ...statement, Condition: { StringEquals: { [key]: "x" } } }],
    }),
  );
  expect((await Promise.all(faults)).flat()).toEqual(keys.map((key) => `"${key}" is no condition key`));
});

describe("as IAM decides", () => {
  const MADE = role("statelock/made");
  const ASSUMES: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Sid: "Assume", Effect: "Allow", Action: "sts:AssumeRole", Resource: MADE }],
  };
  const trust = principalsTrust("aws", [role("ci"), elsewhere]);

  it.each([
    { who: role("ci"), own: [ASSUMES], decision: "Allowed" },
    { who: elsewhere, own: [ASSUMES], decision: "Allowed" },
    { who: role("ci"), own: [], decision: "ImplicitlyDenied" },
    { who: elsewhere, own: [], decision: "ImplicitlyDenied" },
    { who: role("other"), own: [ASSUMES], decision: "ImplicitlyDenied" },
    { who: role("team/ci"), own: [ASSUMES], decision: "ImplicitlyDenied" },
    { who: elsewhere.replace("222222222222", "333333333333"), own: [ASSUMES], decision: "ImplicitlyDenied" },
  ])("$who with $own.length policy of its own that lets it: $decision", async ({ who, own, decision }) => {
    const context = { "aws:PrincipalArn": who, "aws:PrincipalAccount": who.split(":")[4] ?? "" };
    const question = { principal: who, action: "sts:AssumeRole", resource: MADE, account: ACCOUNT, context };
    expect(await decide(question, { identity: own, resource: trust })).toBe(decision);
  });

  // The evaluator knows the claims of Google's issuer and not those of GitHub's; the condition is the same.
  const google = `arn:aws:iam::${ACCOUNT}:oidc-provider/accounts.google.com`;
  const jobs = gitHubActionsTrust({ arn: google, audience: "sts.amazonaws.com" }, [
    SUBJECT,
    "repo:acme/net:pull_request",
  ]);

  it.each([
    { aud: "sts.amazonaws.com", sub: SUBJECT, decision: "Allowed" },
    { aud: "sts.amazonaws.com", sub: "repo:acme/net:pull_request", decision: "Allowed" },
    { aud: "https://github.com/acme", sub: SUBJECT, decision: "ImplicitlyDenied" },
    { aud: "sts.amazonaws.com", sub: `${SUBJECT}-eu`, decision: "ImplicitlyDenied" },
    { aud: "sts.amazonaws.com", sub: SUBJECT.toUpperCase(), decision: "ImplicitlyDenied" },
    { aud: "sts.amazonaws.com", sub: "repo:acme/app:pull_request", decision: "ImplicitlyDenied" },
  ])("a token for $aud of $sub: $decision", async ({ aud, sub, decision }) => {
    const context = { "accounts.google.com:aud": aud, "accounts.google.com:sub": sub };
    const action = "sts:AssumeRoleWithWebIdentity";
    const question = { principal: google, action, resource: MADE, account: ACCOUNT, context };
    expect(await decide(question, { identity: [], resource: jobs })).toBe(decision);
  });
});
