import { refusals } from "../support/home";
import { commandTree, runStatelock } from "../support/run-command";
import { speakingOf } from "../../lib/engine/spoken-engine";
import { ENGINE_NAMES, productOf, type EngineName } from "../../lib/engine/engine";
import type { Command } from "commander";
import type { StateConfig } from "../../lib/config/state-config";
import { config } from "../support/home";

/** The names of files, folders, blocks and codes, which are the same under both engines. */
const SAME =
  /\.terraform\b|[\w./*-]*terraform(\.bootstrap)?\.tfstate\b|terraform_\w+|\bterraform-(failed|missing|version)\b|TERRAFORM_BINARY_NAME|engine of the roots: terraform, tofu|\$\{terraform\.workspace\}|type: "terraform"/g;

/** Returns the lines that name the other engine as a product or as a program. */
function wrongNames(text: string, name: EngineName): string[] {
  const other = name === "tofu" ? /\bterraform\b/i : /\b(open)?tofu\b/i;
  return text.split("\n").filter((line) => other.test(line.replace(SAME, "")));
}

const leaves = (command: Command): string[][] =>
  command.commands.length === 0
    ? [[]]
    : command.commands.flatMap((child) => leaves(child).map((rest) => [child.name(), ...rest]));

/** A config with as many mistakes as fit. */
const WRONG: StateConfig = {
  ...config(),
  bucket: { ...config().bucket, encryption: { type: "existing-key", keyArn: "alias/x" }, tags: { "${x}": "y" } },
  consumers: [
    { name: "a", key: "a//b" },
    { name: "b", key: "/b" },
    { name: "c", key: "env:/c" },
    { name: "d", key: "d/../d" },
  ],
};

describe.each(ENGINE_NAMES)("under %s", (name) => {
  it("every help text names this engine alone", async () => {
    for (const args of leaves(commandTree()).filter(([group]) => group !== "completion" && group !== "complete")) {
      const { stdout } = await runStatelock([...args, "--help"], { environment: { STATELOCK_ENGINE: name } });
      expect([args.join(" "), wrongNames(stdout, name)]).toEqual([args.join(" "), []]);
    }
  });

  it("every refusal of a config names this engine alone", () => {
    const problems = speakingOf("terraform", () => refusals({ ...WRONG, engine: name }));
    expect(problems.length).toBeGreaterThan(5);
    expect(wrongNames(JSON.stringify(problems, null, 1), name)).toEqual([]);
    expect(JSON.stringify(problems)).toContain(productOf(name));
  });
});
