import type { Command } from "commander";
import { commandTree } from "../../support/run-command";

const BUCKET = ["--region", "--expected-bucket-owner", "--profile", "--role-arn", "--endpoint-url"];
const WANTED = [...BUCKET, "--yes", "--dry-run"];

/** The options that a command has, and why it has no others. */
const COMMANDS: Readonly<Record<string, readonly [has: readonly string[], why: string]>> = {
  init: [["--region", "--profile", "--role-arn", "--yes", "--dry-run"], "asks STS alone, for the account"],
  synth: [[], "reads the config, and asks nobody"],
  bootstrap: [
    ["--profile", "--role-arn", "--yes", "--dry-run"],
    "the config names region and account, and the engine its endpoints",
  ],
  verify: [BUCKET, "changes nothing that stays: --no-probe writes nothing"],
  "locks list": [BUCKET, "changes nothing"],
  "locks show": [BUCKET, "changes nothing"],
  "locks wait": [BUCKET, "changes nothing"],
  "locks run": [BUCKET, "the command that it runs decides"],
  "locks release": [[...BUCKET, "--yes"], "`locks show` shows what it would release"],
  "history list": [BUCKET, "changes nothing"],
  "history diff": [BUCKET, "changes nothing"],
  "history restore": [WANTED, ""],
  "migrate scan": [[], "reads files alone"],
  "migrate plan": [BUCKET, "is a dry run itself"],
  "migrate status": [BUCKET, "changes nothing"],
  "migrate apply": [[...BUCKET, "--dry-run"], "asks nothing: git keeps what it changes"],
  "migrate init": [["--profile", "--role-arn", "--dry-run"], "the engine reads the rest from the backend"],
  "migrate rollback": [[...BUCKET, "--dry-run"], "asks nothing: git keeps what it changes"],
  "migrate scrub": [[...BUCKET, "--dry-run"], "asks nothing: it removes only what no client needs"],
  "migrate retire": [
    ["--region", "--profile", "--role-arn", "--yes", "--dry-run"],
    "reads a table and no bucket: --table-owner names the account",
  ],
};

function leaves(command: Command, names: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[names.join(" "), command]];
  return command.commands.flatMap((child) => leaves(child, [...names, child.name()]));
}

const commands = leaves(commandTree()).filter(([name]) => name !== "completion");

it("has an entry for every command", () => {
  expect(commands.map(([name]) => name).sort()).toEqual(Object.keys(COMMANDS).sort());
});

it.each(commands)("%s has the shared options that make sense there, each with its one spelling", (name, command) => {
  const [has, why] = COMMANDS[name] ?? [[], ""];
  const shared = command.options.filter(({ long }) => WANTED.includes(long ?? ""));
  expect(shared.map(({ long }) => long).sort()).toEqual([...has].sort());
  expect(shared.filter(({ long, short }) => (long === "--yes" ? short !== "-y" : short !== undefined))).toEqual([]);
  expect(why === "").toBe(has.length === WANTED.length);
});
