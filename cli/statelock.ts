import { processOutput } from "./screen/output";
import { runProgram } from "./program";
import { processTerminal } from "./screen/terminal";

const surroundings = {
  environment: process.env,
  workingDirectory: process.cwd(),
  terminal: processTerminal(process.env),
  output: processOutput(process.env),
  write: (text: string) => void process.stdout.write(text),
};

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

void runProgram(process.argv, surroundings).then((code) => {
  process.exitCode = code;
});
