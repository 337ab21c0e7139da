/** How the reader starts Statelock: the beginning of every command that Statelock prints. */
export type OwnCommand = "statelock" | "npx statelock" | "npm run statelock --";

/**
 * Returns how somebody started this run. npm sets the variables for what it starts; a project's own copy is in
 * `node_modules/.bin`, which is not in a shell's PATH.
 * @param script the path of the program, as Node has it in `process.argv[1]`
 */
export function ownCommand(environment: Readonly<Record<string, string | undefined>>, script = ""): OwnCommand {
  if (/[/\\]node_modules[/\\]\.bin[/\\]/.test(script)) return "npx statelock";
  if (environment["npm_command"] === "exec") return "npx statelock";
  return environment["npm_lifecycle_event"] === "statelock" ? "npm run statelock --" : "statelock";
}

/** Returns a text for people, whose commands in backticks (`statelock …`) begin as the reader started Statelock. */
export function asStarted(text: string, command: OwnCommand): string {
  return text.replaceAll("`statelock ", `\`${command} `);
}
