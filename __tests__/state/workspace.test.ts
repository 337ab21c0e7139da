import { holdsStateOf, workspaceAt } from "../../lib/state/workspace";

const KEY = "app/terraform.tfstate";

it.each([
  ["the default workspace's key", KEY, "env:", undefined],
  ["a workspace's key", `env:/dev/${KEY}`, "env:", "dev"],
  ["a name with a slash", `env:/a/b/${KEY}`, "env:", undefined],
  ["an empty name", `env://${KEY}`, "env:", undefined],
  ["no name at all", `env:/${KEY}`, "env:", undefined],
  ["another root's key", `env:/dev/other-${KEY}`, "env:", undefined],
  ["another prefix", `ws/dev/${KEY}`, "env:", undefined],
  ["a prefix with a slash", `ws/team/dev/${KEY}`, "ws/team", "dev"],
  ["the empty prefix", `dev/${KEY}`, "", "dev"],
  ["the empty prefix, and a slash in the name", `a/b/${KEY}`, "", undefined],
  ["a root without workspaces", `env:/dev/${KEY}`, undefined, undefined],
])("the workspace of %s", (_name, stateKey, workspaceKeyPrefix, expected) => {
  const location = { key: KEY, workspaceKeyPrefix };
  expect(workspaceAt(stateKey, location)).toBe(expected);
  expect(holdsStateOf(stateKey, location)).toBe(stateKey === KEY || expected !== undefined);
});
