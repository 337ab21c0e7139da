import { papersOf } from "../../lib/home/papers";
import { stateConfig } from "../../examples/two-accounts/state.config";
import { backendHcl } from "../../lib/backend/backend-files";
import { consumerBackend } from "../../lib/backend/backend-settings";
import { policyProblems } from "../../lib/home/policy-problems";
import { resolveStateHome } from "../../lib/home/resolve-home";

describe("the example of two accounts", () => {
  it("is a config that Statelock accepts", () => {
    expect(policyProblems(papersOf(resolveStateHome(stateConfig)))).toEqual([]);
  });

  it("makes a backend that assumes the role that the bootstrap stack makes for it", () => {
    const home = resolveStateHome(stateConfig);
    const backends = home.consumers.map((consumer) => backendHcl(consumerBackend(home, consumer)).content);
    const made = home.consumers.flatMap(({ madeRoles }) => madeRoles);
    expect(made.map(({ level, arn }) => `${level} ${arn}`)).toEqual([
      "reader arn:aws:iam::111111111111:role/statelock/tfstate-shop-reader",
      "applier arn:aws:iam::111111111111:role/statelock/tfstate-shop",
    ]);
    expect(backends.join()).toContain('role_arn     = "arn:aws:iam::111111111111:role/statelock/tfstate-shop"');
    expect(home.consumers[0]?.readerRole?.roleArn).toBe(made[0]?.arn);
  });
});
