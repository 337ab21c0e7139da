import { leftLocks, ownedDigests, ownsState } from "../../../lib/migrate/table/owned-items";
import { digestItem, lockItem, MD5, TARGET } from "../../support/live-state";
import { OWNER, scrubbable } from "../../support/live-world";

it("a root keeps its key and the key of each workspace, and no key that looks similar", () => {
  const items = ["b/app", "b/env:/dev/app", "b/env:/a/b/app", "b/env://app", "b/other/app", "c/app", "b/env:/dev/app2"];
  expect(items.filter((item) => ownsState(TARGET, item))).toEqual(["b/app", "b/env:/dev/app"]);
  expect(ownsState({ ...TARGET, workspaceKeyPrefix: "" }, "b/dev/app")).toBe(true);
});

it("a digest differs from a lock by its attributes, and belongs to every root that keeps the state", () => {
  const found = [digestItem(MD5), lockItem("a@b")].flatMap((reading) =>
    reading.found === "item" ? [reading.item] : [],
  );
  const other = { ...TARGET, root: "live/copy" };
  expect(ownedDigests(found, [TARGET, other, { ...TARGET, key: "x" }])).toEqual([
    { lockId: "b/app-md5", digest: MD5, stateKey: "app", owners: [TARGET, other] },
  ]);
});

it("a lock is left over if a migration took it and its state has no digest; a client's lock never is", () => {
  const world = scrubbable();
  world.leave("both");
  expect(leftLocks([...world.table.held.values()], [OWNER])).toEqual([]);
  world.digest = undefined;
  expect(leftLocks([...world.table.held.values()], [OWNER])).toHaveLength(1);
  world.holdTable("a@b");
  expect(leftLocks([...world.table.held.values()], [OWNER])).toEqual([]);
});
