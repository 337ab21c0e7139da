import { asStarted, ownCommand } from "../../lib/text/own-command";

it.each([
  ["by its name", {}, "/usr/local/bin/statelock", "statelock"],
  ["through npx", { npm_command: "exec" }, "/home/ann/.npm/_npx/1f/node_modules/.bin/statelock", "npx statelock"],
  ["through npx in a clone", { npm_command: "exec" }, "/work/statelock/bin/statelock.js", "npx statelock"],
  ["by a project's own script", { npm_command: "run-script" }, "/app/node_modules/.bin/statelock", "npx statelock"],
  ["by the path of a project's copy", {}, "C:\\app\\node_modules\\.bin\\statelock", "npx statelock"],
  ["by npm run statelock", { npm_lifecycle_event: "statelock" }, "/clone/bin/statelock.js", "npm run statelock --"],
])("knows how it was started: %s", (_how, environment, script, command) => {
  expect(ownCommand(environment, script)).toBe(command);
});

it("prints a command in backticks as the reader started the program, and leaves its name alone", () => {
  const text = "Statelock wrote statelock.migration.json. Run `statelock synth`, or `statelock init`.";
  expect(asStarted(text, "npx statelock")).toBe(
    "Statelock wrote statelock.migration.json. Run `npx statelock synth`, or `npx statelock init`.",
  );
});
