import type { Command } from "commander";

/** Makes a command; what it loads is loaded then. */
export type CommandMaker = () => Command;

/**
 * Adds the command that the arguments begin with; every one where they begin with none, as for the help. Most of what a
 * run costs is what its command loads, so the others are left alone.
 */
export function addNamedCommands(
  parent: Command,
  makers: Readonly<Record<string, CommandMaker>>,
  [name = ""]: readonly string[],
): Command {
  const named = Object.hasOwn(makers, name) ? [makers[name]] : Object.values(makers);
  for (const make of named) if (make !== undefined) parent.addCommand(make());
  return parent;
}
