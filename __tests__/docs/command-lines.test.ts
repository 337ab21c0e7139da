import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3api from "@aws-sdk/client-s3";
import type { Command } from "commander";
import { scripts } from "../../package.json";
import { programOf } from "../../cli/program";
import type { CommandContext } from "../../cli/screen/command-context";
import { blockLines, readPages, shellCommands } from "../support/pages";

const PAGES = readPages().filter(({ path }) => path !== "CHANGELOG.md");

/** The real program, whose commands do nothing. */
function program(words: readonly string[] = []): Command {
  const whole = programOf({} as CommandContext, []);
  const still = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    const isWalk = words.join(" ") === "migrate" && command.name() === "migrate";
    if (command.commands.length === 0 || isWalk) command.action(() => undefined);
    command.commands.forEach(still);
  };
  still(whole);
  return whole;
}

async function mistakeIn(words: readonly string[]): Promise<string | undefined> {
  try {
    await program(words).parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    return words.includes("--help") ? undefined : (error as Error).message;
  }
}

/** What a command named in a sentence gets wrong: a word that is no command, or an option that the command has not. */
function inlineMistake(words: readonly string[]): string | undefined {
  let command = program();
  for (const word of words) {
    const next = command.commands.find((child) => child.name() === word);
    if (next === undefined && command.commands.length > 0)
      return /^[a-z]+$/.test(word) ? `no command ${word}` : undefined;
    if (next === undefined) break;
    command = next;
  }
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const known = ["--help", ...command.options.flatMap(({ long }) => long ?? [])];
  return own.filter((word) => word.startsWith("--")).find((word) => !known.includes(word));
}

const TERRAFORM: Readonly<Record<string, readonly string[]>> = {
  init: ["-reconfigure", "-migrate-state", "-backend-config", "-input"],
  plan: ["-lock", "-out"],
  apply: ["-auto-approve"],
  console: [],
  destroy: [],
  output: [],
  state: [],
  "force-unlock": [],
  workspace: [],
  version: [],
};

/** The services of the AWS command line, by the client that has the same operations. */
const AWS: Readonly<Record<string, object>> = { dynamodb, iam, kms, s3api };

const OTHERS: Readonly<Record<string, (words: readonly string[]) => boolean>> = {
  terraform: (words) => {
    const [subcommand = "", ...options] = words.filter((word) => !word.startsWith("-chdir="));
    const known = TERRAFORM[subcommand];
    return (
      known !== undefined && options.every((word) => !word.startsWith("-") || known.includes(word.split("=")[0] ?? ""))
    );
  },
  npm: ([verb = "", name = ""]) =>
    ["ci", "test", "i", "install", "pack"].includes(verb) || (verb === "run" && name in scripts),
  npx: ([tool = "", verb = ""]) => tool === "cdktf" && ["deploy", "synth", "diff", "destroy"].includes(verb),
  aws: ([service = "", operation = ""]) => {
    if (["sts", "sso", "configure"].includes(service)) return true;
    if (service === "organizations") return ["create-policy", "attach-policy"].includes(operation);
    if (service === "s3") return ["ls", "cp", "rm", "rb"].includes(operation);
    const name = `${operation.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase())}Command`;
    return name in (AWS[service] ?? {});
  },
  git: ([verb = ""]) => ["add", "commit", "pull", "diff", "apply", "clone", "push"].includes(verb),
  gh: () => true,
  jq: () => true,
  cp: () => true,
  cd: () => true,
  mv: () => true,
  export: () => true,
};

/** The commands of a page's shell blocks, and those behind a prompt in a block that shows output. */
function commandsOf(text: string): string[][] {
  const shown = blockLines(text, "text").filter((line) => line.startsWith("$ "));
  const examples = shown.map((line) => line.slice(2).replace(/ {2,}.*$/, ""));
  return [...blockLines(text, "sh"), ...examples].flatMap(shellCommands).filter((words) => words.length > 0);
}

describe("the documentation", () => {
  it.each(PAGES.map(({ path, text }) => [path, text] as const))(
    "%s shows command lines that exist",
    async (_path, text) => {
      const wrong: string[] = [];
      for (const words of commandsOf(text)) {
        const own = words[0] === "npx" && words[1] === "statelock" ? words.slice(1) : words;
        const [name = "", ...rest] = own.filter((word, at) => at > 0 || !/^[A-Z_]+=/.test(word));
        const mistake =
          name === "statelock"
            ? rest[0] === "--version"
              ? undefined
              : await mistakeIn(rest)
            : (OTHERS[name]?.(rest) ?? false)
              ? undefined
              : "unknown";
        if (mistake !== undefined) wrong.push(`${words.join(" ")}: ${mistake}`);
      }
      for (const [, inline = ""] of text.replace(/```[^]*?```/g, "").matchAll(/`(?:npx )?statelock ([^`]+)`/g)) {
        const mistake = inlineMistake(shellCommands(inline)[0] ?? []);
        if (mistake !== undefined) wrong.push(`\`statelock ${inline}\`: ${mistake}`);
      }
      expect(wrong).toEqual([]);
    },
  );

  it("would notice a wrong option, a missing argument and a wrong command", async () => {
    expect(await mistakeIn(["locks", "list", "--buckett", "b"])).toContain("unknown option");
    expect(await mistakeIn(["locks", "show"])).toContain("missing required argument");
    expect(inlineMistake(["locks", "unlock"])).toBe("no command unlock");
    expect(inlineMistake(["locks", "list", "--key"])).toBe("--key");
  });
});
