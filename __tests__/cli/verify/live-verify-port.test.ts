import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providerLock } from "../../../cli/verify/live-verify-port";
import { buildInventory } from "../../../lib/artifacts/build-inventory";
import { papersOf } from "../../../lib/home/papers";
import { home } from "../../support/home";
import { synthesizedFolder } from "../../support/synthesized-folder";

it("finds the locked providers of the bootstrap stack, and its folder as a shell takes it", () => {
  const project = synthesizedFolder(home());
  const folder = join(project, "cdktf.out");
  const opened = { inventory: buildInventory(papersOf(home())), folder } as Parameters<typeof providerLock>[0];
  const stack = join(folder, "stacks", "bootstrap");
  expect(providerLock(opened, project)).toBeUndefined();
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, ".terraform.lock.hcl"), "locked");
  expect(providerLock(opened, project)).toEqual({ text: "locked", folder: "cdktf.out/stacks/bootstrap" });
  expect(providerLock(opened, stack)).toEqual({ text: "locked", folder: "." });
  expect(providerLock({ ...opened, inventory: undefined }, project)).toBeUndefined();
  rmSync(project, { recursive: true });
});
