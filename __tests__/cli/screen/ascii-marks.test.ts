import { hasUnicode, shownMarks } from "../../../cli/screen/ascii-marks";

it.each([
  [{}, true],
  [{ LANG: "en_US.UTF-8" }, true],
  [{ LANG: "C.utf8" }, true],
  [{ LANG: "C" }, false],
  [{ LANG: "en_US.UTF-8", LC_CTYPE: "POSIX" }, false],
  [{ LC_ALL: "de_DE.UTF-8", LC_CTYPE: "C", LANG: "C" }, true],
  [{ LC_ALL: "", LANG: "en_US.ISO-8859-1" }, false],
  [{ LANG: "en_US.UTF-8", TERM: "linux" }, false],
  [{ LANG: "en_US.UTF-8", TERM: "dumb" }, false],
])("knows from %j whether the terminal shows Unicode", (environment, shows) => {
  expect(hasUnicode(environment)).toBe(shows);
});

it("prints ASCII marks where there is no Unicode, and leaves other text alone", () => {
  const text = "✔ done — 3 s\n✖ failed: a → b …\n? später";
  expect(shownMarks(text, { LANG: "C" })).toBe("ok done - 3 s\nx failed: a -> b ...\n? später");
  expect(shownMarks(text, {})).toBe(text);
});
