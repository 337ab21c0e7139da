import type { Progress } from "../../lib/work/progress";

/** Runs steps without a terminal, and records each as `title: last thing it said`. */
export function recordedProgress(): { readonly progress: Progress; readonly steps: string[] } {
  const steps: string[] = [];
  const progress: Progress = async (title, step) => {
    let last = "";
    const result = await step((text) => (last = text));
    steps.push(last === "" ? title : `${title}: ${last}`);
    return result;
  };
  return { progress, steps };
}
