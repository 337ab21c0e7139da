import { findConfigFile, loadConfig } from "../lib/programs/load-config";
import { UserError } from "../lib/problem/problem";
import { reportRefusal, synthesizeHome } from "./synthesize-home";

/** Started by the command in a folder that holds a config and no CDKTF project: the folder is the working directory. */
let isLoaded = false;

// A config that calls process.exit, or never ends, must not look like one that was synthesized.
process.on("exit", () => {
  if (isLoaded) return;
  const path = findConfigFile(process.cwd()) ?? "state.config.ts";
  const message = "must only build values, but it ended the program, or waits for something that never happens";
  const fix = "Remove process.exit and what it waits for: Statelock loads the config for each synth.";
  reportRefusal(new UserError([{ code: "config-failed", path, message, fix }]));
});

loadConfig(process.cwd()).then(
  (config) => {
    isLoaded = true;
    synthesizeHome(config);
  },
  (error: unknown) => {
    isLoaded = true;
    reportRefusal(error);
  },
);
