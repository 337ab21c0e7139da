import { andMore, few } from "../../lib/text/few";
import { grouped } from "../../lib/text/grouped";

describe("few", () => {
  it("cuts a list to what a person reads, and counts the others", () => {
    const [shown, others] = few(["a", "b", "c", "d", "e"], 2);
    expect(`${shown.join(", ")}${andMore(others)}`).toBe("a, b and 3 more");
  });

  it("writes a large number as every other count is written", () => {
    expect(andMore(1_204)).toBe(" and 1,204 more");
  });

  it("leaves a list that is short enough as it is", () => {
    const [shown, others] = few(["a", "b"], 2);
    expect(`${shown.join(", ")}${andMore(others)}`).toBe("a, b");
  });
});

describe("grouped", () => {
  it("returns groups and their items in the order in which they come, an undefined key too", () => {
    const groups = grouped(["b1", "a1", "", "b2"], (text) => text[0]);
    expect([...groups]).toEqual([
      ["b", ["b1", "b2"]],
      ["a", ["a1"]],
      [undefined, [""]],
    ]);
  });

  it("holds what is taken from each item", () => {
    const lengths = grouped(
      ["a", "bb", "ccc", "dd"],
      (text) => text.length % 2,
      (text) => text.length,
    );
    expect([...lengths]).toEqual([
      [1, [1, 3]],
      [0, [2, 2]],
    ]);
  });
});
