import { findConfigFile, loadConfig } from "../lib/programs/load-config";
import { UserError } from "../lib/problem/problem";
import { reportRefusal, synthesizeHome } from "./synthesize-home";

/** Started by the command in a folder that holds a config and no CDKTF project: the folder is the working directory. */
const folder = process.cwd();
let isLoaded = false;

/** Milliseconds that a config may still work on, and fail, after everything is written. */
const GRACE = 1_000;

// A config that calls process.exit, or never ends, must not look like one that was synthesized.
process.on("exit", () => {
  if (isLoaded) return;
  const path = findConfigFile(folder) ?? "state.config.ts";
  const message = "must only build values, but it ended the program, or waits for something that never happens";
  const fix = "Remove process.exit and what it waits for: Statelock loads the config for each synth.";
  reportRefusal(new UserError([{ code: "config-failed", path, message, fix }]));
});

loadConfig(folder).then(
  (config) => {
    isLoaded = true;
    process.chdir(folder); // The config may have left it.
    synthesizeHome(config);
    // A timer or a connection of the config must not keep the command waiting.
    setTimeout(() => process.exit(), GRACE).unref();
  },
  (error: unknown) => {
    isLoaded = true;
    reportRefusal(error);
  },
);
