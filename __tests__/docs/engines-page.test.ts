import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FLOORS, reachesFloor, requiredVersion } from "../../lib/engine/floors";

it("the page about engines shows the floors as they are in the code", () => {
  const page = readFileSync(join(__dirname, "../../docs/reference/engines.md"), "utf8").replaceAll(/ +/g, " ");
  for (const { what, terraform = "no", tofu = "no", source } of Object.values(FLOORS)) {
    const sources = source.split(", ").map((url) => `<${url}>`);
    expect(page).toContain(`| ${what} | ${terraform} | ${tofu} | ${sources.join(" ")} |`);
  }
});

it.each([
  ["1.10.1", "1.10.2", false],
  ["1.10.2", "1.10.2", true],
  ["1.11.0-rc1", "1.11.0", true],
  ["1.9.12", "1.10.0", false],
  ["2.0.0", "1.11.0", true],
])("%s against the floor %s: %s", (version, floor, reaches) => {
  expect(reachesFloor(version, floor)).toBe(reaches);
});

it("synth requires the floor of the config's engine", () => {
  expect([requiredVersion(), requiredVersion({ engine: "terraform" }), requiredVersion({ engine: "tofu" })]).toEqual([
    ">= 1.11.0",
    ">= 1.11.0",
    ">= 1.10.2",
  ]);
  const sovereign = { partition: "aws-eusc" };
  expect([requiredVersion(sovereign), requiredVersion({ ...sovereign, engine: "tofu", lockTags: {} })]).toEqual([
    ">= 1.14.0",
    ">= 1.11.0",
  ]);
  expect(requiredVersion({ partition: "aws-us-gov" })).toBe(">= 1.11.0");
});
