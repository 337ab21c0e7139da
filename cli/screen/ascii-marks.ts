/** The marks that Statelock prints, and what stands for them without Unicode. */
const ASCII: Readonly<Record<string, string>> = {
  "✔": "ok",
  "✖": "x",
  "…": "...",
  "—": "-",
  "→": "->",
  "±": "-/+",
};

/** True if the terminal shows Unicode: its locale, if it names one, is UTF-8, and it is not a console of the kernel. */
export function hasUnicode(environment: NodeJS.ProcessEnv): boolean {
  if (/^(linux|dumb)$/.test(environment["TERM"] ?? "")) return false;
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"].map((name) => environment[name]).find((value) => value);
  return locale === undefined || /utf-?8/i.test(locale);
}

/** Returns the text with marks that the terminal shows. */
export function shownMarks(text: string, environment: NodeJS.ProcessEnv): string {
  return hasUnicode(environment) ? text : text.replace(/[✔✖…—→±]/g, (mark) => ASCII[mark] ?? mark);
}
