import { settingText } from "../../../../cli/migrate/scan/setting-text";

it("shows a value, a short expression as it is written, or that the setting is computed", () => {
  const long = `join("/", [${"var.a, ".repeat(9)}var.b])`;
  expect([undefined, { value: "v" }, { expression: "var.bucket" }].map(settingText)).toEqual(["-", "v", "var.bucket"]);
  expect([long, '...["a"].map(f)', "{\n}"].map((expression) => settingText({ expression }))).toEqual(
    Array(3).fill("(computed)"),
  );
});
