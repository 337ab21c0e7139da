import { papersOf } from "../../lib/home/papers";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StateHome } from "../../lib/config/state-home";
import { policyProblems } from "../../lib/home/policy-problems";
import { filesBelow } from "../support/scratch";
import { synthHome, type StackJson } from "../support/synth";
import { UPDATE } from "../support/update";
import { GOLDEN_HOMES } from "./homes";

/** Everything that synth writes for a home, by path; without CDKTF's own manifest and notes. */
function synthesized(home: StateHome): Map<string, string> {
  const files = [...synthHome(home)].filter(([path]) => path !== "manifest.json");
  return new Map(
    files.map(([path, content]) => [path, path.endsWith("cdk.tf.json") ? withoutNotes(content) : content]),
  );
}

function withoutNotes(stack: string): string {
  const isNote = (key: string): boolean => key === "//";
  return `${JSON.stringify(JSON.parse(stack), (key, value: unknown) => (isNote(key) ? undefined : value), 2)}\n`;
}

describe.each(Object.entries(GOLDEN_HOMES))("the home %s", (name, home) => {
  const folder = join(__dirname, name);
  const written = synthesized(home);
  const expected = new Map([...written, ["files.txt", `${[...written.keys()].join("\n")}\n`]]);
  if (UPDATE) {
    for (const path of filesBelow(folder).keys()) writeFileSync(join(folder, path), expected.get(path) ?? "");
  }

  it("has no policy problem that AWS would find", () => {
    expect(policyProblems(papersOf(home))).toEqual([]);
  });

  it.each([...filesBelow(folder)])("writes %s", (path, golden) => {
    expect(expected.get(path)).toBe(golden);
  });

  it("deploys no policy that it does not also write as a file", () => {
    const files = [...written].filter(([path]) => path.startsWith("policies/"));
    const documents = new Set(files.map(([, content]) => JSON.stringify(JSON.parse(content))));
    const { resource = {} } = JSON.parse(written.get("stacks/bootstrap/cdk.tf.json") ?? "") as StackJson;
    const deployed = Object.values(resource).flatMap((ofType) => Object.entries(ofType));
    const alone = deployed.filter(([, { policy }]) => typeof policy === "string" && !documents.has(policy));
    // The bucket for access logs has a policy of its own, which no operator handles.
    expect(alone.map(([id]) => id).filter((id) => !id.startsWith("logs_delivery"))).toEqual([]);
  });
});

it("has a folder for each home, and no other", () => {
  const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map((folder) => folder.name).sort()).toEqual(Object.keys(GOLDEN_HOMES).sort());
});
