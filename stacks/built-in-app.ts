import { loadConfig } from "../lib/programs/load-config";
import { reportRefusal, synthesizeHome } from "./synthesize-home";

/** Started by the command in a folder that holds a config and no CDKTF project: the folder is the working directory. */
loadConfig(process.cwd()).then((config) => {
  synthesizeHome(config);
}, reportRefusal);
