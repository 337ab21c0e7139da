import { ConsumerPolicies } from "../../lib/bucket/consumer-policies";
import { papersOf } from "../../lib/home/papers";
import type { ConsumerConfig } from "../../lib/config/state-config";
import { home, role, type ConfigPart } from "../support/home";
import { lines, resourcesOf, type Resource } from "../support/resources";

function policiesOf(consumer: Partial<ConsumerConfig> = {}, part: ConfigPart = {}): Resource[] {
  const { consumers } = papersOf(home({ ...part, consumers: [{ name: "app", ...consumer }] }));
  return resourcesOf((scope) => {
    for (const each of consumers) new ConsumerPolicies(scope, "consumer-app", each);
  });
}

it("without a word there is a managed policy for every level, attached to nothing", () => {
  expect(lines(policiesOf())).toMatchInlineSnapshot(`
    "aws_iam_policy consumer-app_applier
    aws_iam_policy consumer-app_planner
    aws_iam_policy consumer-app_reader
    aws_iam_policy consumer-app_unlocker"
  `);
});

it("each has the name, path and document of its level", () => {
  const expected = papersOf(home()).consumers.flatMap(({ policies }) =>
    policies.map(({ level, document }) => ({
      name: `acme-tfstate-app-${level}`,
      path: "/statelock/",
      description: `Terraform state of app: ${level}`,
      policy: document,
    })),
  );
  const made = policiesOf().map((resource) => {
    const { policy, ...rest } = resource.arguments;
    return { ...rest, policy: JSON.parse(policy as string) as unknown };
  });
  expect(made).toHaveLength(4);
  expect(made).toEqual(expect.arrayContaining(expected));
});

it("is attached to each role the config names, by the role's name without its path", () => {
  const access = { planner: [role("ci/plan")], applier: [role("ci/apply"), role("admin")] };
  const attachments = policiesOf({ access })
    .filter(({ type }) => type === "aws_iam_role_policy_attachment")
    .map(({ arguments: { role: name, policy_arn: arn } }) => `${String(name)} ${String(arn)}`);
  expect(attachments.map((line) => line.replace(/_[0-9A-F]{8}/, "")).sort()).toEqual([
    "admin ${aws_iam_policy.consumer-app_applier.arn}",
    "apply ${aws_iam_policy.consumer-app_applier.arn}",
    "plan ${aws_iam_policy.consumer-app_planner.arn}",
  ]);
});

it("roles that differ in punctuation alone do not collide", () => {
  const access = { reader: [role("ci+plan"), role("ci=plan"), role("ci-plan"), role("ciplan")] };
  const attachments = policiesOf({ access }).filter(({ type }) => type === "aws_iam_role_policy_attachment");
  expect(attachments).toHaveLength(4);
});

it("makes only attached levels if the config says so", () => {
  const made = policiesOf({ access: { planner: [role("plan")] } }, { managedPolicies: "attached" });
  expect(lines(made)).toMatchInlineSnapshot(`
    "aws_iam_policy consumer-app_planner
    aws_iam_role_policy_attachment consumer-app_planner-plan"
  `);
});

it("names are never longer than IAM's 128 characters", () => {
  const longest = policiesOf(
    { name: "c".repeat(48), workspaceKeyPrefix: "ws" },
    { bucket: { name: "b".repeat(63) } },
  ).map((resource) => String(resource.arguments["name"]).length);
  expect(Math.max(...longest)).toBe(128);
});
