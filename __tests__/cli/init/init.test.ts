import Ajv2020 from "ajv/dist/2020";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "../../../lib/config/config-schema";
import { runStatelock, type Run } from "../../support/run-command";
import { scratch } from "../../support/scratch";
import { SCHEMA_FOLDER } from "../../support/published-schemas";

const ANSWERS = ["--name", "acme-tfstate-1", "--region", "eu-central-1", "--account", "123456789012"];

/** No credentials, and no way to find any. */
const NOBODY = { AWS_EC2_METADATA_DISABLED: "true", AWS_SHARED_CREDENTIALS_FILE: "/none", AWS_CONFIG_FILE: "/none" };

describe("statelock init", () => {
  let folder: string;
  const init = (args: readonly string[], answers?: readonly string[]): Promise<Run> =>
    runStatelock(["init", ...args], { workingDirectory: folder, environment: NOBODY, ...(answers && { answers }) });
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");

  beforeEach(() => {
    folder = scratch();
    mkdirSync(folder, { recursive: true });
  });

  it("writes a config, a README and what git ignores", async () => {
    const { code, stdout } = await init([...ANSWERS, "--yes"]);
    expect([code, stdout]).toEqual([
      0,
      "Wrote:\n  state.config.ts\n  README.md\n  .gitignore\n\nNext: `statelock bootstrap`\n",
    ]);
    expect(read("state.config.ts")).toMatchInlineSnapshot(`
      "import type { StateConfig } from "statelock";

      export const stateConfig: StateConfig = {
        bucket: {
          name: "acme-tfstate-1",
          // name: "acme-tfstate-1-123456789012-eu-central-1-an", // nobody else can take this name; it needs AWS provider 6.40 or later
          region: "eu-central-1",
          account: "123456789012",
          // encryption: { type: "created-key" }, // a KMS key of your own; the default is SSE-S3
          // guard: { deployers: [] }, // ARNs of the roles that run \`statelock bootstrap\`
        },

        consumers: [
          // One entry for each Terraform root. Copy a file from cdktf.out/backends/network/ into the root.
          { name: "network" },
        ],
      };
      "
    `);
    expect(read(".gitignore")).toContain("cdktf.out/\n");
  });

  it("asks at a terminal, proposes a name, and takes the rest of the answers from options", async () => {
    const { code, stderr } = await init(["--region", "eu-central-1", "--format", "json"], ["210987654321", ""]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/12 digits: Name of the state bucket \[.*-tfstate-210987654321-eu-central-1\]: $/);
    const config = JSON.parse(read("state.config.json")) as { bucket: object };
    expect(config.bucket).toMatchObject({ region: "eu-central-1", account: "210987654321" });
    expect(new Ajv2020({ strict: true }).validate(configJsonSchema(), config)).toBe(true);
  });

  it("names every missing answer where nobody can answer", async () => {
    const { code, stderr } = await init(["--yes"]);
    expect([code, stderr.match(/--(name|region|account) must be given/g)?.length]).toEqual([2, 3]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["a config in another language", "state.config.json"],
    ["the same file", "state.config.ts"],
  ])("overwrites nothing and writes nothing: %s", async (_what, name) => {
    writeFileSync(join(folder, name), "mine");
    const { code, stderr } = await init(ANSWERS);
    expect([code, stderr]).toEqual([1, expect.stringContaining("[init-exists]")]);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it("refuses what synth would refuse", async () => {
    const { code, stderr } = await init(["--name", "Bad_Name", ...ANSWERS.slice(2)]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("[bucket-name]")]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps a README and adds to a .gitignore", async () => {
    writeFileSync(join(folder, "README.md"), "ours");
    writeFileSync(join(folder, ".gitignore"), "cdktf.out\nnode_modules");
    await init(ANSWERS);
    expect(read("README.md")).toBe("ours");
    expect(read(".gitignore")).toBe(
      "cdktf.out\nnode_modules\n.statelock/\n.terraform/\n*.tfstate\n*.tfstate.*\n*.tfplan\n",
    );
  });

  it("shows what it would write, and writes nothing, with --dry-run", async () => {
    const { stdout } = await init([...ANSWERS, "--dry-run", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "would-write",
      files: ["state.config.ts", "README.md", ".gitignore"],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("makes a whole CDKTF project of an empty folder", async () => {
    const { stdout } = await init([...ANSWERS, "--cdktf"]);
    expect(stdout).toContain("Next: `npm install`, then `npm test`, then `npx statelock bootstrap`");
    expect(
      ["main.ts", "stacks/index.ts", "__tests__/bootstrap.test.ts", ".github/workflows/state.yml"].every((file) =>
        existsSync(join(folder, file)),
      ),
    ).toBe(true);
    const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    expect(Object.values(devDependencies)).not.toContain("*");
  });

  it.each([
    ["npm install", { devDependencies: { statelock: "file:../statelock-0.1.0.tgz" } }],
    ["npm init", { name: "states", version: "1.0.0", scripts: { test: 'echo "Error: no test specified" && exit 1' } }],
  ])("makes a whole CDKTF project of a folder that holds only a package.json of %s", async (_from, manifest) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    const { stdout } = await init([...ANSWERS, "--cdktf"]);
    expect(stdout).toContain("  main.ts\n");
    const made = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
    expect(made).toMatchObject({ ...manifest, scripts: { test: "jest", types: "tsc" } });
    expect(made["devDependencies"]).toMatchObject({ statelock: expect.any(String) as string, jest: "29.7.0" });
  });

  it("takes a folder with a package of the operator's for a project, and names the packages it lacks", async () => {
    const manifest = '{"dependencies":{"cdktf":"^0.21.0","constructs":"^10.4.2"}}';
    writeFileSync(join(folder, "package.json"), manifest);
    const { stdout } = await init([...ANSWERS, "--cdktf"]);
    expect(stdout).toMatch(
      /Next: `npm install --save-dev statelock @cdktf\/provider-aws@[\d.]+`, then `npx statelock synth`, then `npx statelock bootstrap`\n$/,
    );
    expect(read("package.json")).toBe(manifest);
    expect(existsSync(join(folder, "main.ts"))).toBe(false);
  });

  it("adds a config to a CDKTF project, and shows the lines for main.ts", async () => {
    writeFileSync(join(folder, "cdktf.json"), "{}");
    const { stdout } = await init([...ANSWERS, "--cdktf"]);
    expect(readdirSync(folder).sort()).toEqual([".gitignore", "cdktf.json", "state.config.ts"]);
    expect(stdout).toContain('import { synthesizeHome } from "statelock";');
  });
});

it("the published JSON Schema of a config is current", () => {
  // npx tsx -e 'console.log(JSON.stringify(require("./lib/config/config-schema").configJsonSchema()))' > schemas/state-config.v1.schema.json
  const published: unknown = JSON.parse(readFileSync(join(SCHEMA_FOLDER, "state-config.v1.schema.json"), "utf8"));
  expect(published).toEqual(configJsonSchema());
});
