import { cpSync } from "node:fs";
import { join } from "node:path";
import { describeE2e } from "../../support/describe-e2e";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";

describeE2e("the examples", ["terraform"], () => {
  let workspace: Workspace;

  beforeAll(() => {
    workspace = createWorkspace();
    cpSync(join(PROJECT_ROOT, "examples"), workspace.directory, { recursive: true });
  });

  afterAll(() => workspace.remove());

  it("plain-root is formatted and valid", async () => {
    const cwd = workspace.path("plain-root");
    const codes = [
      await workspace.terraform(["fmt", "-check"], { cwd }),
      await workspace.terraform(["init", "-backend=false"], { cwd }),
      await workspace.terraform(["validate"], { cwd }),
    ].map(({ code }) => code);
    expect(codes).toEqual([0, 0, 0]);
  });
});
