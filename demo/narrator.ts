import { colorsFor } from "../cli/screen/colors";

/** Tells the story: chapters, what is done, what it is waiting for, and a summary at the end. */
export interface Narrator {
  readonly chapter: (title: string) => void;
  readonly say: (text: string) => void;
  /** Output of a program, indented and dimmed. */
  readonly quote: (text: string) => void;
  /** A line of the summary. */
  readonly keep: (what: string, result: string) => void;
  /** A line of the summary about something that was left out. */
  readonly leaveOut: (what: string, reason: string) => void;
  readonly summary: () => void;
}

/** Tells it on standard output. */
export function narrator(environment: NodeJS.ProcessEnv): Narrator {
  const colors = colorsFor(process.stdout, environment);
  const started = Date.now();
  const kept: { readonly sign: string; readonly what: string; readonly result: string }[] = [];
  let chapters = 0;
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    chapter: (title) => {
      chapters += 1;
      print(`\n${colors.bold(`${String(chapters)}. ${title}`)}`);
    },
    say: (text) => {
      print(`   ${text}`);
    },
    quote: (text) => {
      for (const line of text.trimEnd().split("\n")) print(colors.dim(`   │ ${line}`));
    },
    keep: (what, result) => void kept.push({ sign: colors.green("✔"), what, result }),
    leaveOut: (what, reason) => void kept.push({ sign: "–", what, result: `left out: ${reason}` }),
    summary: () => {
      print(`\n${colors.bold("Summary")}`);
      const width = Math.max(...kept.map(({ what }) => what.length));
      for (const { sign, what, result } of kept) print(`   ${sign} ${what.padEnd(width)}  ${result}`);
      print(
        `   ${String(Math.round((Date.now() - started) / 1000))} s; nothing is left running, nothing is left behind.`,
      );
    },
  };
}
