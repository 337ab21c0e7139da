import type { StateHome } from "../../lib/config/state-home";
import { synthHome } from "./synth";

/** Every file that synth writes of a home, with its path; manifest.json is cdktf's own and left out. */
export function goldenFiles(of: StateHome): [path: string, content: string][] {
  return [...synthHome(of)].filter(([path]) => path !== "manifest.json");
}
