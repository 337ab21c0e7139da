import { backendPath, policyPath, stackPath } from "../../lib/inventory/inventory-paths";

it("paths are relative to the inventory, with slashes", () => {
  expect([policyPath("app", "reader"), backendPath("app", "backend.tf"), stackPath("app")]).toEqual([
    "policies/app.reader.json",
    "backends/app/backend.tf",
    "stacks/app",
  ]);
});
