import { describeE2e } from "../support/describe-e2e";
import { missingPrerequisites } from "../../lab/machine/prerequisites";
import { useTestEngine } from "../../lab/machine/test-engine";
import { ScratchFolder } from "../support/scratch";

let place: ScratchFolder;
const before = { ...process.env };
beforeEach(() => (place = new ScratchFolder()));
afterEach(() => {
  process.env = { ...before };
});

/** Nothing on PATH but a terraform of the version given, if any. */
function onlyTerraform(version?: string): void {
  if (version) place.program("terraform", `#!/bin/sh\necho 'Terraform v${version}'\n`);
  process.env["PATH"] = `${place.directory}:/bin`;
  useTestEngine(undefined);
}

describe("missingPrerequisites", () => {
  it.each(["1.11.4", "1.15.0-rc1", "2.0.0"])("is empty with terraform %s", (version) => {
    onlyTerraform(version);
    expect(missingPrerequisites(["terraform"])).toEqual([]);
  });

  it("names what it found and what to install", () => {
    onlyTerraform("1.9.8");
    expect(missingPrerequisites(["terraform"])).toEqual([
      expect.stringMatching(
        /^terraform: the engine is Terraform 1\.9\.8\. To have it: install Terraform 1\.11 or later/,
      ),
    ]);
  });

  it("names the provider that the mirror lacks", () => {
    process.env["TF_PLUGIN_MIRROR"] = place.directory;
    delete process.env["TF_CLI_CONFIG_FILE"];
    expect(missingPrerequisites(["random-provider"])).toEqual([
      expect.stringContaining("does not hold hashicorp/random"),
    ]);
  });
});

describe("describeE2e", () => {
  /** Calls it with jest's own functions replaced, and returns what it would have declared. */
  function declared(ci: string | undefined): { kind: string; said: string; body: () => void } {
    onlyTerraform();
    process.env["CI"] = ci;
    const said: string[] = [];
    let kind = "none";
    let body = (): void => undefined;
    const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    const run = jest.spyOn(globalThis, "describe").mockImplementation((_, suite) => {
      kind = "describe";
      suite();
    });
    const test = jest.spyOn(globalThis, "it").mockImplementation((_, fn) => (body = fn as () => void));
    Object.assign(run, { skip: () => (kind = "skipped") });
    describeE2e("a suite", ["terraform"], () => undefined);
    for (const mock of [write, run, test]) mock.mockRestore();
    return { kind, said: said.join(""), body };
  }

  it("skips loudly on a machine that lacks something", () => {
    const { kind, said } = declared(undefined);
    expect(kind).toBe("skipped");
    expect(said).toMatch(/SKIPPED: a suite\n {2}terraform: there is no terraform on PATH\. To have it: install/);
  });

  it("fails in CI", () => {
    const { kind, body } = declared("true");
    expect(kind).toBe("describe");
    expect(body).toThrow("there is no terraform on PATH");
  });
});
