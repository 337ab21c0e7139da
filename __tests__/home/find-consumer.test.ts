import { findConsumer, stackProblems } from "../../lib/home/find-consumer";
import { home, problemsOf, text } from "../support/home";

const HOME = home({ consumers: [{ name: "app", type: "cdktf" }, { name: "network" }] });

it("a consumer is found by its name, and by its type where that matters", () => {
  expect(findConsumer(HOME, "network").key).toBe("network/terraform.tfstate");
  expect(findConsumer(HOME, "app", "cdktf").name).toBe("app");
});

it("the problem for an unknown name lists the known names", () => {
  expect(text(problemsOf(() => findConsumer(HOME, "netwerk")))).toMatchInlineSnapshot(`
    "[consumer-unknown] netwerk must be a consumer in state.config.ts, got "netwerk"; the config has app, network
      -> Correct the name, or add the consumer."
  `);
});

it("the problem for a consumer of another type lists the consumers of the wanted type", () => {
  expect(text(problemsOf(() => findConsumer(HOME, "network", "cdktf")))).toMatchInlineSnapshot(`
    "[consumer-unknown] network must be a consumer of type "cdktf" in state.config.ts, got "network"; the config has app
      -> Add { name: "network", type: "cdktf" } to consumers."
  `);
  expect(text(problemsOf(() => findConsumer(home(), "app", "cdktf")))).toContain("the config has no such consumer");
});

it("every CDKTF consumer has a stack, and a plain one needs none", () => {
  expect(stackProblems(HOME, ["app"])).toEqual([]);
  expect(text(stackProblems(HOME, []))).toMatchInlineSnapshot(`
    "[consumer-stack] consumers[0] must have a stack in main.ts, got none called "app"
      -> Add a ConsumerStack with that name to main.ts, or set type: "terraform" for a root elsewhere."
  `);
});

it("every stack has a CDKTF consumer", () => {
  expect(stackProblems(HOME, ["app", "gone"]).map(({ code, path }) => [code, path])).toEqual([
    ["consumer-unknown", "gone"],
  ]);
});
