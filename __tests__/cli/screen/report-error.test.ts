import { createColors } from "picocolors";
import { reportError } from "../../../cli/screen/report-error";
import { awsError } from "../../../lib/aws/aws-problem";
import { UserError } from "../../../lib/problem/problem";

const PROBLEM = { code: "state-key", path: "consumers[0].key", message: "must not be empty", fix: "Give a path." };
const EVENT = { ...PROBLEM, path: "s3://b", message: "Could not read s3://b: 403" };

/** Exit code, standard output and standard error after an error. */
function reported(error: unknown, flags: { json?: boolean; debug?: boolean } = {}): [number, string, string] {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    colors: createColors(false),
    interactive: false,
    note: (text: string) => void err.push(text),
    status: undefined,
    ask: () => Promise.reject(new Error("asked")),
  };
  const write = (text: string): void => void out.push(text);
  const code = reportError(error, {
    terminal,
    write,
    json: false,
    debug: false,
    identity: "profile staging",
    ...flags,
  });
  return [code, out.join("\n"), err.join("\n")];
}

describe("an error at the end of a command", () => {
  it.each([
    ["something was refused: 1", new UserError([PROBLEM]), 1, "consumers[0].key must not be empty [state-key]"],
    ["it could not tell: 2", new UserError([EVENT], "unknown"), 2, "Could not read s3://b: 403 [state-key]"],
    ["its text is unsafe", new UserError([{ ...PROBLEM, message: "must be\na\u001b[2J" }]), 1, "must be\na\\u001b[2J"],
    ["it is a bug: 2", new TypeError("x is undefined"), 2, "statelock must not fail like this: TypeError: x is"],
  ])("exits with the code and shows place, problem, code and next step where %s", (_case, error, code, text) => {
    const [exit, out, err] = reported(error);
    expect([exit, out, err]).toEqual([
      code,
      "",
      expect.stringContaining(`\n${text.startsWith("must") ? "consumers[0].key " : ""}${text}`),
    ]);
    expect(err).toContain("\n  next: ");
  });

  it("is an object on standard output with --json", () => {
    const [, out, err] = reported(new UserError([PROBLEM]), { json: true });
    expect([JSON.parse(out), err]).toEqual([{ version: 1, problems: [PROBLEM] }, ""]);
  });
});

describe("--debug", () => {
  const answer = { httpStatusCode: 403, requestId: "R1", extendedRequestId: "X1", attempts: 3 };
  const socket = Object.assign(new Error("read for AKIAIOSFODNN7EXAMPLE"), { code: "ECONNRESET" });
  const denied = Object.assign(new Error("Access Denied", { cause: socket }), {
    name: "AccessDenied",
    $metadata: answer,
  });

  it("adds the chain of causes with AWS request ids on standard error, without access keys", () => {
    const [, , text] = reported(awsError(denied, "s3:GetObject", "s3://b/k"), { debug: true });
    expect(text.split("\n").slice(1)).toEqual([
      "Could not read s3://b/k: 403 AccessDenied: Access Denied (request R1) [aws-call]",
      expect.stringContaining("next: Grant s3:GetObject"),
      "  with: profile staging",
      "  caused by AccessDenied: Access Denied (HTTP 403, request R1, extended request X1, 3 attempts)",
      "  caused by Error: read for (hidden) (ECONNRESET)",
    ]);
  });

  it("finds the cause of a problem that was passed on as data", () => {
    const { problems } = awsError(denied, "s3:GetObject", "s3://b/k");
    const [, out, text] = reported(new UserError([PROBLEM, ...problems]), { debug: true, json: true });
    expect(JSON.parse(out)).toEqual({ version: 1, problems: [PROBLEM, ...problems] });
    expect(text).toMatch(/^ {2}caused by AccessDenied/);
  });

  it("shows no text that JSON.parse quotes, which may be a state, and ends where a cause causes itself", () => {
    const cause: Error = new SyntaxError(`Unexpected token 's', "secret" is not valid JSON`);
    cause.cause = cause;
    const [, , text] = reported(new UserError([PROBLEM], "unknown", { cause }), { debug: true });
    expect(text.split("\n").at(-1)).toBe("  caused by SyntaxError");
  });
});
