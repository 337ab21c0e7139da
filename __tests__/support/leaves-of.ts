import type { Command } from "commander";

/** Returns the commands that run, by their names without the program's. */
export function leavesOf(command: Command, names: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[names.join(" "), command]];
  return command.commands.flatMap((child) => leavesOf(child, [...names, child.name()]));
}
