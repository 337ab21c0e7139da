import { Command } from "commander";
import type { CommandContext } from "../screen/command-context";
import type * as List from "./locks-list";
import type * as Release from "./locks-release";
import type * as Run from "./locks-run";
import type * as Show from "./locks-show";
import type * as Wait from "./locks-wait";
import { addNamedCommands } from "../options/named-commands";

/* eslint-disable @typescript-eslint/no-require-imports -- a run loads its own command alone */

/** `statelock locks …` */
export function locksCommand(context: CommandContext, args: readonly string[] | undefined): Command {
  const group = new Command("locks")
    .enablePositionalOptions()
    .description(
      "List and show locks, wait for a lock, run a command under one, release one that nobody needs any more.",
    );
  const makers = {
    list: () => (require("./locks-list") as typeof List).locksListCommand(context),
    show: () => (require("./locks-show") as typeof Show).locksShowCommand(context),
    wait: () => (require("./locks-wait") as typeof Wait).locksWaitCommand(context),
    run: () => (require("./locks-run") as typeof Run).locksRunCommand(context),
    release: () => (require("./locks-release") as typeof Release).locksReleaseCommand(context),
  };
  return addNamedCommands(group, makers, args);
}
