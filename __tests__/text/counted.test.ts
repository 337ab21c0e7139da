import { counted } from "../../lib/text/counted";

it.each([
  [0, "0 roots"],
  [1, "1 root"],
  [999, "999 roots"],
  [1_204, "1,204 roots"],
  [1_234_567, "1,234,567 roots"],
])("%d of a thing is %s", (amount, text) => {
  expect(counted(amount, "root")).toBe(text);
});
