import { plainColumns } from "../../../cli/screen/plain-columns";

it("puts each row on a line of its own, in columns, without space at its end", () => {
  expect(
    plainColumns(
      ["A", "LONG"],
      [
        ["1", "x"],
        ["222", ""],
      ],
    ),
  ).toBe("A    LONG\n1    x\n222\n");
});

it("shows what would move a cursor as what it is", () => {
  expect(plainColumns(["A"], [["\u001b[2J\n"]])).toBe("A\n\\u001b[2J\\u000a\n");
});
