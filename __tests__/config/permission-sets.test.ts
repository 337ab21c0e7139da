import { papersOf, permissionSetPolicies } from "../../lib/home/papers";
import type { ConsumerConfig } from "../../lib/config/state-config";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { config, home, places, refusals, role, text, type ConfigPart, guardScopeOf } from "../support/home";
import { resourcesIn } from "../support/resources";
import { synthStack } from "../support/synth";

const SSO = role("aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_OnCall_0123456789abcdef");
const ADMIN = SSO.replace("OnCall", "Admin");
const ELSEWHERE = SSO.replace("123456789012", "222222222222");

function app(access: ConsumerConfig["access"] & object, part: ConfigPart = {}): ConfigPart {
  return { ...part, consumers: [{ name: "app", workspaceKeyPrefix: "app/ws", access }] };
}

describe("a role of IAM Identity Center", () => {
  it.each(["reader", "planner", "applier"] as const)("is no %s: naming it would give it nothing", (level) => {
    expect(places(refusals(config(app({ [level]: [role("ci"), SSO] }))))).toEqual([
      `permission-set consumers[0].access.${level}[1]`,
    ]);
  });

  it("is refused with the policy to reference", () => {
    expect(text(refusals(config(app({ planner: [SSO] }))))).toMatchInlineSnapshot(`
      "[permission-set] consumers[0].access.planner[0] must be a role that accepts a policy, got "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_OnCall_0123456789abcdef", which IAM Identity Center manages
        -> Remove it, and reference the customer managed policy "acme-tfstate-app-planner" with the path /statelock/ in its permission set."
    `);
    expect(text(refusals(config(app({ planner: [SSO] }, { managedPolicies: "attached" }))))).toContain(
      'in its permission set. Set managedPolicies to "all", so that the policy exists.',
    );
  });

  it("of another account is let in by the guard like any other there", () => {
    const guard = { accounts: ["222222222222"] };
    expect(refusals(config(app({ planner: [ELSEWHERE] }, { bucket: { guard } })))).toEqual([]);
    expect(guardScopeOf(home(app({ planner: [ELSEWHERE] }, { bucket: { guard } }))).external).toHaveLength(1);
  });

  describe("appears wherever the guard must know it", () => {
    const of = home(
      app({ unlocker: [SSO, role("on-call")], "workspace-admin": [ADMIN] }, { managedPolicies: "attached" }),
    );

    it("and the guard knows it", () => {
      expect(guardScopeOf(of)).toMatchObject({
        unlockers: [SSO, role("on-call")],
        workspaceAdmins: [{ role: ADMIN, states: ["app/ws/*/app/terraform.tfstate"] }],
      });
    });

    it("its policies are made and attached to the others", () => {
      const made = papersOf(of).consumers[0]?.managed;
      expect(made?.map(({ level, roles }) => [level, roles])).toEqual([
        ["workspace-admin", []],
        ["unlocker", [role("on-call")]],
      ]);
      const resources = resourcesIn(
        synthStack("bootstrap", (root) => new BootstrapStack(root, "bootstrap", { papers: papersOf(of) })),
      );
      const attached = resources.filter(({ type }) => type === "aws_iam_role_policy_attachment");
      expect(attached.map(({ arguments: { role: name } }) => name)).toEqual(["on-call"]);
    });

    it("the stack and the inventory name the policies that its permission set must reference", () => {
      expect(permissionSetPolicies(papersOf(of))).toEqual({
        "app.workspace-admin": { name: "acme-tfstate-app-workspace-admin", path: "/statelock/", roles: [ADMIN] },
        "app.unlocker": { name: "acme-tfstate-app-unlocker", path: "/statelock/", roles: [SSO] },
      });
      const { output } = synthStack(
        "bootstrap",
        (root) => new BootstrapStack(root, "bootstrap", { papers: papersOf(of) }),
      );
      expect(output?.["permission_set_policies"]?.value).toEqual(permissionSetPolicies(papersOf(of)));
      const inventory = buildInventory(papersOf(of)).consumers[0]?.policies.find(({ level }) => level === "unlocker");
      expect(inventory).toMatchObject({ roles: [role("on-call")], permissionSetRoles: [SSO] });
    });

    it("without one there is no problem", () => {
      const { output } = synthStack(
        "bootstrap",
        (root) => new BootstrapStack(root, "bootstrap", { papers: papersOf(home()) }),
      );
      expect(output).not.toHaveProperty("permission_set_policies");
      expect(buildInventory(papersOf(home())).consumers[0]?.policies[0]).not.toHaveProperty("permissionSetRoles");
    });
  });

  it("that unlocks runs no Terraform", () => {
    const guarded = app({ unlocker: [SSO], "workspace-admin": [SSO] });
    expect(places(refusals(config(guarded)))).toEqual(["guard-release consumers[0].access.unlocker[0]"]);
  });
});
