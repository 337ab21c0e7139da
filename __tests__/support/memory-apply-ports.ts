import type { Problem } from "../../lib/problem/problem";
import type { ApplyPorts } from "../../lib/migrate/step/apply-plan";

/** Ports that apply a plan in memory, and everything that was asked of them, in order. */
export function memoryApplyPorts(
  refuses: (folder: string) => readonly Problem[] = () => [],
): ApplyPorts & { readonly calls: string[] } {
  const calls: string[] = [];
  const call = (text: string): Promise<void> => Promise.resolve(void calls.push(text));
  return {
    calls,
    replace: (folder, replacements) => {
      void call(`replace ${folder} ${String(replacements.length)}`);
      return Promise.resolve(refuses(folder));
    },
    versionControl: { unsaved: () => Promise.resolve([]), nameOf: (path) => path },
    record: {
      written: () => Promise.resolve(new Set()),
      begin: (replacements) => call(`begin ${String(replacements.length)}`),
      end: () => call("end"),
    },
    memory: {
      look: (roots) => {
        if (roots.length > 0) void call(`look ${roots.join(" ")}`);
      },
      rememberByHand: (roots) => {
        void call(`remember ${roots.join(" ")}`);
      },
      remember: (roots) => {
        void call(`remember ${roots.join(" ")}`);
      },
      forget: (roots) => {
        void call(`forget ${roots.join(" ")}`);
      },
    },
  };
}
