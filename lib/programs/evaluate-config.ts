import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigTools, Evaluated } from "../files/project-files";
import { parseJson } from "../text/parse-json";
import type { Problem } from "../problem/problem";
import { runProcess } from "./run-process";

/**
 * Runs a config in a process of its own, in its folder and with this environment, as synth does; the text need not be
 * the one that is in the file, which is only read.
 */
export function configEvaluation(environment: ConfigTools["environment"]): ConfigTools["evaluate"] {
  return async ({ path, realPath }, text, name): Promise<Evaluated> => {
    const scratch = mkdtempSync(join(tmpdir(), "statelock-config-"));
    try {
      const [request, answer] = [join(scratch, "request.json"), join(scratch, "answer.json")];
      writeFileSync(request, JSON.stringify({ path: realPath, text, name }), { mode: 0o600 });
      const script = join(__dirname, "evaluate-module.js");
      const options = { cwd: dirname(realPath), env: environment };
      const { stdout, stderr } = await runProcess(process.execPath, [script, request, answer], options);
      const answered = existsSync(answer) ? parseJson(readFileSync(answer, "utf8")) : undefined;
      if (typeof answered === "object" && answered !== null && "value" in answered) return { value: answered.value };
      return { problem: notRun(path, stderr.trim() || stdout.trim() || `it exports no ${name}`) };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  };
}

function notRun(path: string, said: string): Problem {
  return {
    code: "config-failed",
    path,
    message: `must run as synth runs it, for what would change to be proven, got:\n\n    ${said.split("\n").slice(0, 20).join("\n    ")}\n`,
    fix: "Mend what it says; it was left as it is.",
  };
}
