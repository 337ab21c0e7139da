import { shellQuoted } from "../../lib/text/shell-quoted";
import type { BucketOptions } from "./shared-options";

const FLAGS: readonly (keyof BucketOptions)[] = [
  "inventory",
  "bucket",
  "region",
  "expectedBucketOwner",
  "profile",
  "roleArn",
  "endpointUrl",
];

/** Returns the options as flags, for commands that Statelock prints. */
export function flagsText(options: BucketOptions): string {
  return FLAGS.flatMap((name) =>
    options[name] === undefined ? [] : [` --${kebab(name)} ${shellQuoted(options[name])}`],
  ).join("");
}

/** Returns the option's name on the command line. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
