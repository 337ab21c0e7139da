import { counted } from "../../lib/text/counted";

it.each([
  [0, "0 roots"],
  [1, "1 root"],
  [1_204, "1,204 roots"],
])("%d of a thing is %s", (amount, text) => {
  expect(counted(amount, "root")).toBe(text);
});
