/** How a run of characters looks; the words are those of the style sheet below. */
type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

/** What a terminal's codes turn on: https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
const ON: Readonly<Record<number, Style>> = { 1: "bold", 2: "dim", 31: "red", 32: "green", 33: "yellow", 36: "cyan" };
const OFF: Readonly<Record<number, readonly Style[]>> = {
  22: ["bold", "dim"],
  39: ["red", "green", "yellow", "cyan"],
};

const CODE = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`);
const [CELL, LINE, MARGIN] = [8.4, 19, 16];

const STYLE_SHEET = `
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d8dee9; white-space: pre }
  .bold { font-weight: bold } .dim { fill: #8b95a7 }
  .red { fill: #ff7b72 } .green { fill: #7ee787 } .yellow { fill: #e3b341 } .cyan { fill: #79c0ff }`;

/** A picture of a terminal that shows a command and what it wrote, colour codes and all. */
export function terminalSvg(command: string, output: string): string {
  const lines = spansByLine(`${escaped(`$ ${command}`)}\n${escaped(output.trimEnd())}`);
  const columns = Math.max(...lines.map((spans) => spans.reduce((sum, { text }) => sum + width(text), 0)));
  const [wide, high] = [Math.ceil(columns * CELL) + 2 * MARGIN, lines.length * LINE + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(wide)} ${String(high)}" width="${String(wide)}" height="${String(high)}" role="img">`,
    `<title>${escaped(command)}</title>`,
    `<style>${STYLE_SHEET}\n</style>`,
    `<rect width="100%" height="100%" rx="8" fill="#161b22"/>`,
    ...lines.flatMap((spans, at) => lineText(spans, MARGIN + LINE * (at + 0.75))),
    "</svg>",
    "",
  ].join("\n");
}

function lineText(spans: readonly Span[], y: number): string[] {
  let column = 0;
  const parts = spans.map(({ text, styles }) => {
    const x = MARGIN + column * CELL;
    column += width(text);
    const look = styles.length === 0 ? "" : ` class="${styles.join(" ")}"`;
    const length = (width(text) * CELL).toFixed(1);
    return `<tspan x="${x.toFixed(1)}" textLength="${length}"${look}>${text}</tspan>`;
  });
  return parts.length === 0 ? [] : [`<text y="${y.toFixed(1)}" xml:space="preserve">${parts.join("")}</text>`];
}

/** The text of each line in runs of one look. A look lasts over the end of a line. */
function spansByLine(text: string): Span[][] {
  let styles: readonly Style[] = [];
  return text.split("\n").map((line) => {
    const [first = "", ...rest] = line.split(CODE);
    const spans: Span[] = [{ text: first, styles }];
    for (let at = 0; at < rest.length; at += 2) {
      styles = after(styles, Number(rest[at]));
      spans.push({ text: rest[at + 1] ?? "", styles });
    }
    return spans.filter((span) => span.text !== "");
  });
}

function after(styles: readonly Style[], code: number): readonly Style[] {
  const on = ON[code];
  if (on !== undefined) return [...styles.filter((style) => style !== on), on];
  const off = OFF[code];
  if (off === undefined) throw new Error(`a picture does not know the terminal's code ${String(code)}`);
  return styles.filter((style) => !off.includes(style));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** In cells: an escaped character is one. */
function width(text: string): number {
  return text.replace(/&\w+;/g, "x").length;
}
