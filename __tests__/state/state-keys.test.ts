import { posix } from "node:path";
import fc from "../support/fuzz";
import { stateKeys } from "../../lib/state/state-keys";
import { stateKey, workspaceKeyPrefix } from "../support/arbitraries";
import { iamMatches } from "../support/iam";

it("without workspaces there is one state and one lock, and nothing to list", () => {
  expect(stateKeys("app/terraform.tfstate", undefined)).toEqual({
    states: ["app/terraform.tfstate"],
    locks: ["app/terraform.tfstate.tflock"],
    workspaceList: undefined,
    workspaceStates: undefined,
  });
});

it("with workspaces the default workspace comes first, then the pattern of all others", () => {
  expect(stateKeys("app/terraform.tfstate", "env:")).toEqual({
    states: ["app/terraform.tfstate", "env:/*/app/terraform.tfstate"],
    locks: ["app/terraform.tfstate.tflock", "env:/*/app/terraform.tfstate.tflock"],
    workspaceList: "env:/",
    workspaceStates: "env:/*/app/terraform.tfstate",
  });
});

it("the pattern matches the path that Terraform makes for any workspace, and Terraform's listing finds it", () => {
  // Terraform: url.PathEscape(name) === name.
  const workspace = fc
    .string({
      unit: fc.constantFrom("a", "z", "0", "-", "_", ".", "~", "$", "&", "+", ":", "=", "@"),
      minLength: 1,
      maxLength: 90,
    })
    .filter((name) => name !== "." && name !== "..");
  fc.assert(
    fc.property(stateKey, workspaceKeyPrefix, workspace, (key, prefix, name) => {
      const keys = stateKeys(key, prefix);
      const written = posix.join(prefix, name, key);
      expect(iamMatches(keys.workspaceStates ?? "", written)).toBe(true);
      expect(iamMatches(keys.locks[1] ?? "", `${written}.tflock`)).toBe(true);
      expect(written.startsWith(keys.workspaceList ?? "")).toBe(true);
    }),
  );
});
