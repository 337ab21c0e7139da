import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evaluated } from "../../lib/files/project-files";
import { configEvaluation } from "../../lib/programs/evaluate-config";
import { filesBelow, scratch } from "../support/scratch";

function evaluated(text: string, folder = scratch()): Promise<Evaluated> {
  const environment = { PATH: process.env["PATH"], TEAM: "core" };
  const file = { path: "infra/state.config.ts", realPath: join(folder, "state.config.ts") };
  return configEvaluation(environment)(file, text, "stateConfig");
}

it("a config is run in its folder, with the environment, as if its file had that text", async () => {
  const folder = scratch();
  mkdirSync(join(folder, "teams"));
  writeFileSync(join(folder, "state.config.ts"), "throw new Error('what is in the file is not run');");
  writeFileSync(join(folder, "teams", "names.ts"), 'export const names: readonly string[] = ["a", "b"];');
  const before = filesBelow(folder);
  const text = `import type { StateConfig } from "./lib";
import { names } from "./teams/names";
console.log("chatter");
export const stateConfig = { consumers: names.map((name) => ({ name, team: process.env.TEAM })), here: __filename, gone: undefined };
`;
  expect(await evaluated(text, folder)).toEqual({
    value: {
      consumers: [
        { name: "a", team: "core" },
        { name: "b", team: "core" },
      ],
      here: join(folder, "state.config.ts"),
    },
  });
  expect(filesBelow(folder)).toEqual(before);
});

it.each([
  ["that throws", 'throw new Error("no such team");', "no such team"],
  ["that exports none", "export const other = 1;", "it exports no stateConfig"],
  ["that imports what is not there", 'import "./nowhere"; export const stateConfig = {};', "./nowhere"],
])("a config %s is a problem that says so", async (_what, text, said) => {
  const temporary = scratch();
  jest.replaceProperty(process, "env", { ...process.env, TMPDIR: temporary });
  const result = await evaluated(text);
  jest.restoreAllMocks();
  expect(result).toMatchObject({ problem: { code: "config-failed", path: "infra/state.config.ts" } });
  expect("problem" in result ? result.problem.message : "").toContain(said);
  expect(readdirSync(temporary)).toEqual([]);
});
