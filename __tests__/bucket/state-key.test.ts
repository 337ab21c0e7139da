import { StateKey } from "../../lib/bucket/state-key";
import { home, keyPolicyOf } from "../support/home";
import { lines, only, resourcesOf } from "../support/resources";

const HOME = home({ bucket: { encryption: { type: "created-key" } } });
const POLICY = keyPolicyOf(HOME);
const RESOURCES = resourcesOf((scope) => {
  new StateKey(scope, "key", { settings: HOME.bucket, alias: "alias/acme", policy: POLICY });
});

it("a state key is a key and its alias", () => {
  expect(lines(RESOURCES)).toBe("aws_kms_alias key_alias\naws_kms_key key");
  expect(only("aws_kms_alias", RESOURCES)["name"]).toBe("alias/acme");
});

it("is rotated, takes 30 days to delete, and Terraform refuses to", () => {
  expect(only("aws_kms_key", RESOURCES)).toMatchObject({
    enable_key_rotation: true,
    deletion_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
});

it("its policy is the one it is given", () => {
  expect(JSON.parse(only("aws_kms_key", RESOURCES)["policy"] as string)).toEqual(POLICY);
});
