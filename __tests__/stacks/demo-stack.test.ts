import { DemoStack } from "../../stacks/demo-stack";
import { home } from "../support/home";
import { lines, only, resourcesIn } from "../support/resources";
import { synthStack } from "../support/synth";

const STACK = synthStack(
  "demo",
  (app) => new DemoStack(app, "demo", { home: home({ consumers: [{ name: "demo", type: "cdktf" }] }) }),
);

it("the smallest consumer is a name of two words, with the output server_name", () => {
  expect(lines(resourcesIn(STACK))).toBe("random_pet server");
  expect(only("random_pet", resourcesIn(STACK))).toEqual({ length: 2 });
  expect(STACK.output?.["server_name"]?.value).toBe("${random_pet.server.id}");
});

it("needs the random provider only, and is locked like any consumer", () => {
  expect(Object.keys(STACK.terraform.required_providers)).toEqual(["random"]);
  expect(STACK.terraform.backend["s3"]).toMatchObject({ key: "demo/terraform.tfstate", use_lockfile: true });
});
