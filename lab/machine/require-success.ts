import type { CommandResult } from "./command";

/** The result itself, or an error that shows what the program said: "expected 0, got 1" would not help anybody. */
export function requireSuccess(result: CommandResult): CommandResult {
  if (result.code === 0) return result;
  const said = [result.stdout, result.stderr].map((text) => text.trim().slice(-4_000)).join("\n");
  throw new Error(`"${result.command}" ended with ${String(result.code ?? result.signal)}:\n${said}`);
}
