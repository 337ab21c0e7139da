import { ownedDigests, ownsState } from "../../lib/migrate/scrub";
import { digestItem, lockItem, MD5, TARGET } from "./live-state";

it("a root keeps its key and that of each workspace, and nothing that looks like it", () => {
  const items = ["b/app", "b/env:/dev/app", "b/env:/a/b/app", "b/env://app", "b/other/app", "c/app", "b/env:/dev/app2"];
  expect(items.filter((item) => ownsState(TARGET, item))).toEqual(["b/app", "b/env:/dev/app"]);
  expect(ownsState({ ...TARGET, workspaceKeyPrefix: "" }, "b/dev/app")).toBe(true);
});

it("digests are told from locks by what they hold, and belong to every root that keeps the state", () => {
  const found = [digestItem(MD5), lockItem("a@b")].flatMap((reading) =>
    reading.found === "item" ? [reading.item] : [],
  );
  const other = { ...TARGET, root: "live/copy" };
  expect(ownedDigests(found, [TARGET, other, { ...TARGET, key: "x" }])).toEqual([
    { lockId: "b/app-md5", digest: MD5, stateKey: "app", owners: [TARGET, other] },
  ]);
});
