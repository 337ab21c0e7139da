import { Command } from "commander";
import type { CommandContext } from "./command-context";
import { locksListCommand } from "./locks-list";
import { locksReleaseCommand } from "./locks-release";
import { locksRunCommand } from "./locks-run";
import { locksShowCommand } from "./locks-show";
import { locksWaitCommand } from "./locks-wait";

/** `statelock locks …` */
export function locksCommand(context: CommandContext): Command {
  return new Command("locks")
    .enablePositionalOptions()
    .description("See who holds which lock, wait for one, run under one, release one that nobody needs any more.")
    .addCommand(locksListCommand(context))
    .addCommand(locksShowCommand(context))
    .addCommand(locksWaitCommand(context))
    .addCommand(locksRunCommand(context))
    .addCommand(locksReleaseCommand(context));
}
