import { requireSuccess } from "../../../lab/machine/require-success";
import type { RunningCommand, Workspace } from "../../../lab/machine/workspace";

/** Starts an apply of a root whose variable `hold` makes it wait, and returns once it is at work under its lock. */
export async function heldApply(workspace: Workspace): Promise<RunningCommand> {
  let atWork = (): void => undefined;
  const working = new Promise<void>((resolve) => (atWork = resolve));
  const apply = workspace.start("terraform", ["apply", "-no-color", "-auto-approve", "-var=hold=true"], {
    onStdout: (text) => {
      if (text.includes("Provisioning with")) atWork();
    },
  });
  await Promise.race([working, apply.done.then(requireSuccess)]);
  return apply;
}
