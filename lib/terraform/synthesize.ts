import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../parse-json";
import { UserError, type Problem } from "../problem";
import { runProcess } from "./run-process";

/** How a project is synthesized. */
export interface SynthesizeOptions {
  /** The folder of cdktf.json. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the project's own app, as `cdktf synth` would, but without the CDKTF CLI: that one does not start on Node 24.
 * @throws UserError with what the app printed when it fails
 */
export async function synthesize({ project, env }: SynthesizeOptions): Promise<void> {
  const command = appCommand(project);
  const result = await runProcess("sh", ["-c", command], { cwd: project, env });
  if (result.code === 0) return;
  throw new UserError([
    {
      code: "synth-failed",
      path: "state.config.ts",
      message: `must synthesize, but \`${command}\` ended with exit code ${String(result.code)}:\n\n    ${(result.stderr.trim() || result.stdout.trim()).split("\n").join("\n    ")}\n`,
      fix: "Mend what it says, then run the command again.",
    },
  ]);
}

/**
 * The command that synthesizes the project.
 * @throws UserError where the folder is no project
 */
export function appCommand(project: string): string {
  const path = join(project, "cdktf.json");
  const app = existsSync(path) ? appOf(readFileSync(path, "utf8")) : undefined;
  if (app === undefined) throw new UserError([noProject(path)], "unknown");
  return app;
}

function appOf(text: string): string | undefined {
  const settings = parseJson(text) as { readonly app?: unknown } | null | undefined;
  const app = settings?.app;
  return typeof app === "string" && app !== "" ? app : undefined;
}

function noProject(path: string): Problem {
  return {
    code: "no-project",
    path,
    message: 'must be a cdktf.json with an "app", got none',
    fix: "Run the command in the folder that holds state.config.ts, or name that folder with --project.",
  };
}
