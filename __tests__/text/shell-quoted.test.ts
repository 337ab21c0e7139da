import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { shellQuoted } from "../../lib/text/shell-quoted";
import fc, { runs } from "../support/fuzz";
import { anyText } from "../support/arbitraries";

const SHELLS = ["bash", "dash", "zsh"].filter(
  (shell) => existsSync(`/bin/${shell}`) || existsSync(`/usr/bin/${shell}`),
);

/** Returns the words that a shell makes of a command line. */
function words(shell: string, quoted: readonly string[]): string[] {
  return execFileSync(shell, ["-c", `printf '%s\\0' ${quoted.join(" ")}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}

it.each([
  ["app/terraform.tfstate", "app/terraform.tfstate"],
  ["it's a key", `'it'\\''s a key'`],
  ["=ls", "'=ls'"],
  ["", "''"],
  ["50%\u001b[2J", `"$(printf '50\\045\\033\\1332J')"`],
  ["é\u009b", `"$(printf '\\303\\251\\302\\233')"`],
  ["-n\u0007", `"$(printf '\\055n\\007')"`],
  ["two\nlines\n", `"$(printf 'two\\012lines')"'\n'`],
])("%j is written as %s", (text, quoted) => {
  expect(shellQuoted(text)).toBe(quoted);
});

it.each(SHELLS)("%s reads back every word that it can hold", (shell) => {
  const nasty = fc.constantFrom(
    "$(id)",
    "`id`",
    "!!",
    "-rf",
    "a\nb\n",
    "\u001b]0;x\u0007",
    "\u202e",
    "\\",
    "%s",
    "~",
    "\n",
  );
  const word = fc.oneof(
    anyText({ maxLength: 30 }),
    fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join("")),
  );
  const plain = word.map((text) => text.replaceAll("\0", "").replace(/[\ud800-\udfff]/gu, ""));
  fc.assert(
    // To start a shell is most of what this takes.
    fc.property(fc.array(plain, { minLength: 300, maxLength: 300 }), (texts) => {
      const quoted = texts.map(shellQuoted);
      expect(words(shell, quoted)).toEqual(texts);
      expect(quoted.join("").replaceAll(/'\n+/g, "'")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    runs(2),
  );
});
