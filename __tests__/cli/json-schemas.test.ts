import type { Command } from "commander";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JSON_SCHEMAS, publishedSchema, schemaFile } from "../../cli/json-schemas";
import { SCHEMA_FOLDER, validatorOf, validJson } from "../support/published-schemas";
import { commandTree } from "../support/run-command";
import { UPDATE } from "../support/update";

const NAMES = Object.keys(JSON_SCHEMAS);

/** Every command with this option, by its whole name. */
function commandsWith(option: string, command: Command, name: readonly string[] = []): string[] {
  const own = command.options.some(({ long }) => long === option) ? [name.join(" ")] : [];
  return [...own, ...command.commands.flatMap((child) => commandsWith(option, child, [...name, child.name()]))];
}

describe("the published JSON Schemas", () => {
  it("are there for every command that has --json, and for what has no command", () => {
    const commands = commandsWith("--json", commandTree());
    expect([...commands, "problems", "release audit", "restore audit", "table audit"].sort()).toEqual(
      [...NAMES].sort(),
    );
  });

  // UPDATE_GOLDEN=1 npx jest cli/json-schemas && npx prettier --write schemas
  it.each(NAMES)("%s: is current", (name) => {
    const path = join(SCHEMA_FOLDER, schemaFile(name));
    if (UPDATE) writeFileSync(path, JSON.stringify(publishedSchema(name)));
    expect(validatorOf(name)({})).toBe(false);
    expect(existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined).toEqual(publishedSchema(name));
  });

  it("are all that is in the folder, and each is in the documentation", () => {
    const files = readdirSync(SCHEMA_FOLDER).sort();
    expect(files).toEqual(["inventory.v1.schema.json", "state-config.v1.schema.json", ...NAMES.map(schemaFile)].sort());
    const page = readFileSync(join(SCHEMA_FOLDER, "..", "docs", "reference", "json.md"), "utf8");
    expect([...page.matchAll(/\(\.\.\/\.\.\/schemas\/([^)]+)\)/g)].map(([, file]) => file).sort()).toEqual(files);
  });

  it("allow what a later release adds, and refuse another version and what is missing", () => {
    const answer = { version: 1, problems: [{ code: "a", path: "b", message: "c", fix: "d" }] };
    expect(validJson(JSON.stringify(answer))).toEqual(answer);
    expect(publishedSchema("problems")).not.toHaveProperty("additionalProperties");
    expect(() => validJson(JSON.stringify({ ...answer, version: 2 }))).toThrow("problems.v1.schema.json");
    expect(() => validJson(JSON.stringify({ version: 1 }))).toThrow("problems.v1.schema.json");
  });
});
