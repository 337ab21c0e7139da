import { adoptEngineEndpoints } from "./options/engine-endpoints";
import { surviveLostOutput } from "./screen/lost-output";
import { processOutput } from "./screen/output";
import { runProgram } from "./program";
import { mustFinish } from "../lib/work/interruption";
import { processTerminal } from "./screen/terminal";

// The SDK reads the environment of this process itself.
adoptEngineEndpoints(process.env);

const surroundings = {
  platform: process.platform,
  environment: process.env,
  workingDirectory: workingDirectory(),
  terminal: processTerminal(process.env),
  output: processOutput(process.env),
  write: (text: string) => void process.stdout.write(text),
};

/** Returns the working folder; undefined if somebody has removed it. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

const endOf = surviveLostOutput(process, mustFinish);

void runProgram(process.argv, surroundings).then((code) => {
  process.exitCode = endOf(code);
});
