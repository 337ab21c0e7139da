import { createColors } from "picocolors";
import { reportError, type Reporting } from "../../../cli/screen/report-error";
import { UserError } from "../../../lib/problem/problem";

const PROBLEM = { code: "state-key", path: "consumers[0].key", message: "must not be empty", fix: "Give a path." };

interface Shown {
  readonly lines: string[];
  readonly written: string[];
  readonly terminal: Reporting;
}

function terminal(): Shown {
  const lines: string[] = [];
  const written: string[] = [];
  const note = (text: string): void => void lines.push(text);
  const ask = (): Promise<string> => Promise.reject(new Error("asked"));
  const terminal = { colors: createColors(false), interactive: false, note, status: undefined, ask };
  return { lines, written, terminal: { terminal, write: (text) => void written.push(text) } };
}

describe("an error at the end of a command", () => {
  it("is shown with place, code and next step, and exits 1 when something was refused", () => {
    const { lines, terminal: shown } = terminal();
    expect(reportError(new UserError([PROBLEM]), shown, false)).toBe(1);
    expect(lines).toEqual(["\nconsumers[0].key must not be empty [state-key]\n  next: Give a path."]);
  });

  it("exits 2 when it could not tell", () => {
    expect(reportError(new UserError([PROBLEM], "unknown"), terminal().terminal, false)).toBe(2);
  });

  it("is a bug when it is anything else", () => {
    const { lines, terminal: shown } = terminal();
    expect(reportError(new TypeError("x is undefined"), shown, false)).toBe(2);
    expect(lines.join("\n")).toMatch(/^\nstatelock must not fail like this: TypeError: x is undefined/);
  });

  it("is an object on standard output with --json", () => {
    const { lines, written, terminal: shown } = terminal();
    reportError(new UserError([PROBLEM]), shown, true);
    expect(JSON.parse(written.join(""))).toEqual({ version: 1, problems: [PROBLEM] });
    expect(lines).toEqual([]);
  });
});
