import fc, { runs } from "../support/fuzz";
import { plainJson, plainText } from "../../lib/text/plain-text";
import { anyText } from "../support/arbitraries";

it("escape sequences, new lines and text that runs the other way are shown, not obeyed", () => {
  expect(plainText("ci\u001b[2J\r\n@\u202ehost\u009b")).toBe("ci\\u001b[2J\\u000d\\u000a@\\u202ehost\\u009b");
  expect(plainText("größe 東京 👍")).toBe("größe 東京 👍");
  expect(plainText("x".repeat(600))).toHaveLength(500);
});

it("no text makes it through with a character that a terminal acts on", () => {
  const anything = anyText({ maxLength: 60 });
  fc.assert(
    fc.property(anything, (text) => {
      expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(JSON.parse(plainJson({ text }))).toEqual({ text });
      expect(plainJson({ text })).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
    runs(500),
  );
});
