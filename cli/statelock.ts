import { adoptEngineEndpoints } from "./options/engine-endpoints";
import { processOutput } from "./screen/output";
import { runProgram } from "./program";
import { mustFinish } from "../lib/work/interruption";
import { processTerminal } from "./screen/terminal";

// The SDK reads the environment of this process itself.
adoptEngineEndpoints(process.env);

const surroundings = {
  platform: process.platform,
  environment: process.env,
  workingDirectory: process.cwd(),
  terminal: processTerminal(process.env),
  output: processOutput(process.env),
  write: (text: string) => void process.stdout.write(text),
};

/** A pipe without a reader, and a terminal whose window is closed. */
const LOST = ["EPIPE", "EIO", "ENXIO"];

/**
 * A lost output never ends a run that holds a lock: the run finishes without it. Otherwise, a command whose result nobody
 * reads any more (`| head`) ends at once.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!LOST.includes(error.code ?? "")) throw error;
    if (stream === process.stdout && !mustFinish()) process.exit();
  });
}

void runProgram(process.argv, surroundings).then((code) => {
  process.exitCode = code;
});
