import { ConsumerPolicies } from "../../lib/bucket/consumer-policies";
import { ConsumerRoles } from "../../lib/bucket/consumer-roles";
import { papersOf } from "../../lib/home/papers";
import { home, role, type ConfigPart } from "../support/home";
import { lines, only, resourcesOf, type Resource } from "../support/resources";
import { GITHUB, jobs, people } from "../support/roles";

const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";

function rolesOf(part: ConfigPart): Resource[] {
  const { consumers } = papersOf(home(part));
  return resourcesOf((scope) => {
    for (const { consumer, managed } of consumers) {
      const { roles } = new ConsumerRoles(scope, `roles-${consumer.name}`, { consumer });
      new ConsumerPolicies(scope, `consumer-${consumer.name}`, { consumer, managed, madeRoles: roles });
    }
  });
}

it("without a word no role is made", () => {
  expect(rolesOf({}).filter(({ type }) => type !== "aws_iam_policy")).toEqual([]);
});

it("a role is made with its trust, its boundary and its longest session, and has its level's policy", () => {
  const planner = { ...people(role("ci")), permissionsBoundary: BOUNDARY, maxSessionSeconds: 7200 };
  const resources = rolesOf({ consumers: [{ name: "app", roles: { planner } }], managedPolicies: "attached" });
  expect(lines(resources)).toMatchInlineSnapshot(`
    "aws_iam_policy consumer-app_planner
    aws_iam_role roles-app_planner
    aws_iam_role_policy_attachment consumer-app_planner-acme-tfstateappplanner"
  `);
  const { assume_role_policy: trust, ...rest } = only("aws_iam_role", resources);
  expect(rest).toEqual({
    name: "acme-tfstate.app.planner",
    path: "/statelock/",
    description: "Terraform state of app: planner",
    max_session_duration: 7200,
    permissions_boundary: BOUNDARY,
  });
  expect(JSON.parse(trust as string)).toMatchObject({
    Statement: [{ Action: "sts:AssumeRole", Condition: { ArnEquals: { "aws:PrincipalArn": role("ci") } } }],
  });
});

it("without a boundary, the role has no boundary argument, not an empty one", () => {
  const resources = rolesOf({ madeRoles: GITHUB, consumers: [{ name: "app", roles: { planner: jobs() } }] });
  expect(only("aws_iam_role", resources)).not.toHaveProperty("permissions_boundary");
});

it("the attachment waits for the role that is made, whichever consumer it was made for", () => {
  const arn = role("statelock/acme-tfstate.app.planner");
  const resources = rolesOf({
    managedPolicies: "attached",
    madeRoles: GITHUB,
    consumers: [{ name: "app", roles: { planner: jobs() }, access: { reader: [arn, role("ci")] } }],
  });
  const attached = resources
    .filter(({ type }) => type === "aws_iam_role_policy_attachment")
    .map(({ arguments: { role: name } }) => String(name).replace(/_[0-9A-F]{8}/, ""));
  expect(attached.sort()).toEqual([
    "${aws_iam_role.roles-app_planner.name}",
    "${aws_iam_role.roles-app_planner.name}",
    "ci",
  ]);
});
