import { createColors } from "picocolors";
import type { CommandContext } from "../../../../cli/screen/command-context";
import { noteProblems, scanProject } from "../../../../cli/migrate/project/migrate-project";
import type { UserError } from "../../../../lib/problem/problem";
import { scratch } from "../../../support/scratch";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

function context(workingDirectory = "/"): { readonly context: CommandContext; readonly noted: () => string } {
  let text = "";
  const terminal = { colors: createColors(false), note: (line: string): unknown => (text += `${line}\n`) };
  return { context: { terminal, workingDirectory, environment: {} } as unknown as CommandContext, noted: () => text };
}

const cause = (path: string) => ({ code: "no-credentials", path, message: "must be asked", fix: "Log in." });

describe("problems as text", () => {
  it("show one cause once, with its places", () => {
    const { context: given, noted } = context();
    noteProblems(given, [cause("a"), cause("b"), { ...cause("x"), code: "other" }, cause("c"), cause("a")]);
    expect(noted()).toBe(
      [
        "\na must be asked [no-credentials]\n  next: Log in.\n  the same in 2 other places: b, c",
        "\nx must be asked [other]\n  next: Log in.\n",
      ].join("\n"),
    );
  });

  it("leave what is too long to --json", () => {
    const { context: given, noted } = context();
    noteProblems(
      given,
      Array.from({ length: 25 }, (_, at) => ({ ...cause("a"), message: String(at) })),
    );
    expect(noted()).toContain("… and 5 more: --json names them.");
  });
});

describe("a scan", () => {
  it("of a folder without any S3 backend is a problem", async () => {
    const { scan } = await scanProject(context(scratch()).context, []);
    expect(scan.problems).toMatchObject([{ code: "no-backend", path: "." }]);
  });

  it("of a file names the folder that it is in; of nothing says so", async () => {
    const folder = scratch();
    mkdirSync(join(folder, "infra"));
    writeFileSync(join(folder, "infra", "main.tf"), "");
    const refused = await scanProject(context(folder).context, ["infra/main.tf", "infar"]).catch(
      (error: unknown) => error,
    );
    expect((refused as UserError).problems.map(({ path, message, fix }) => [path, message, fix])).toEqual([
      ["infra/main.tf", "must be a folder, got a file", "Name the folder that holds it: infra"],
      ["infar", "must be a folder, got nothing", "Name the folders to scan, or no folder for the working directory."],
    ]);
  });
});
