import type { Command } from "commander";

/** Creates a command, and only then loads its modules. */
type CommandMaker = () => Command;

/**
 * Adds the command that the arguments begin with, or every command if they begin with another word, as for the help.
 * Loading modules is most of the cost of a run, so a run loads only its own command.
 * @param args undefined for the help of a program above, which names the parent and not its commands
 */
export function addNamedCommands(
  parent: Command,
  makers: Readonly<Record<string, CommandMaker>>,
  args: readonly string[] | undefined,
): Command {
  if (args === undefined) return parent;
  const [name = ""] = args;
  const named = Object.hasOwn(makers, name) ? [makers[name]] : Object.values(makers);
  for (const make of named) if (make !== undefined) parent.addCommand(make());
  return parent;
}
