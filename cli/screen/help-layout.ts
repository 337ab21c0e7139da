import { Help, type Command, type HelpConfiguration, type Option } from "commander";
import type { Output } from "./output";
import { paragraph } from "./folded-text";

/** A help that goes to a pipe, and lines that are easy to read. */
const WIDEST = 120;

/** Below this width, a description is under its option instead of beside it. */
const NARROW = 72;

/** Returns the width of a help: never wider than the terminal. */
export function helpWidth({ columns }: Pick<Output, "columns">): number {
  return Math.min(columns, WIDEST);
}

/** How Commander lays out a help: required options in the usage, and a layout for narrow terminals. */
export const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: 20,
  commandUsage(command: Command) {
    const usage = new Help().commandUsage(command);
    const required = command.options.filter(isRequired).map(({ flags }) => flags.replace(/^-\w, /, ""));
    const all = required.length === 0 ? usage : usage.replace(" [options]", ` ${required.join(" ")} [options]`);
    return paragraph(`Usage: ${all}`, this.helpWidth ?? WIDEST, 9).slice("Usage: ".length);
  },
  optionDescription(option: Option) {
    const description = new Help().optionDescription(option);
    return isRequired(option) ? `${description} (required)` : description;
  },
  formatItem(term, termWidth, description, helper) {
    const width = this.helpWidth ?? WIDEST;
    if (width >= NARROW) return new Help().formatItem.call(helper, term, termWidth, description, helper);
    return `${paragraph(`  ${term}`, width, 4)}\n${paragraph(`      ${description}`, width, 6)}`;
  },
};

/** True for an option without which the command does not run. */
function isRequired({ mandatory }: Option): boolean {
  return mandatory;
}
