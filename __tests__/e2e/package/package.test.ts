import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inheritedEnvironment } from "../../../lab/machine/child-environment";
import { startCommand } from "../../../lab/machine/command";
import { nodeVersions, type NodeVersion } from "../../../lab/machine/node-versions";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";
import { FULL, inFull, sampled } from "../../support/full";
import { packStatelock, type PackedStatelock } from "../../support/steps/packed-statelock";

const ANSWERS = ["--name", "acme-tfstate-1", "--region", "eu-central-1", "--account", "123456789012", "--yes"];
const PEERS = ["cdktf", "constructs", "@cdktf/provider-aws"];
const COMPILERS = ["ts-node@10.9.2", "@swc/core@1.16.22", "@swc-node/register@1.12.1"];
const TOOLS = ["typescript", "jest", "ts-jest", "tsx", "@types/node", "@types/jest"];

/** Installs packages, or what package.json names, from the registry. Returns false, loudly, without a registry. */
async function installFromNpm(folder: string, ...packages: readonly string[]): Promise<boolean> {
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages];
  const env = inheritedEnvironment(process.env);
  const { code, stderr } = await startCommand("npm", args, { cwd: folder, env, timeoutMs: 400_000 }).done;
  if (code === 0) return true;
  if (stderr.includes("ERESOLVE")) throw new Error(stderr);
  const why = stderr.trim().split("\n").at(-1) ?? "";
  process.stderr.write(`SKIPPED: ${packages.join(", ") || "cdktn"} could not be installed from npm: ${why}\n`);
  return false;
}

/** Replaces cdktf by cdktn as docs/how-to/switch-to-cdktn.md says. */
async function installCdktn(folder: string): Promise<boolean> {
  const file = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { devDependencies: Record<string, string> };
  const { devDependencies: all } = manifest;
  const kept = ["@cdktf/provider-aws", "constructs", "statelock"].map((name) => [name, all[name]] as const);
  const devDependencies = { ...Object.fromEntries(kept), cdktf: "npm:cdktn@0.24.0" };
  const overrides = { "@cdktf/provider-aws": { cdktf: "$cdktf" } };
  writeFileSync(file, JSON.stringify({ ...manifest, devDependencies, overrides }));
  return installFromNpm(folder);
}

/** Returns a synthesized stack without the version of the library, and that version. */
function stackJson(folder: string, stack: string): { readonly version: string; readonly json: unknown } {
  const text = readFileSync(join(folder, "cdktf.out", "stacks", stack, "cdk.tf.json"), "utf8");
  const json = JSON.parse(text) as { "//": { metadata: { version: string } } };
  const { version } = json["//"].metadata;
  json["//"].metadata.version = "";
  return { version, json };
}

describe("the package", () => {
  let workspace: Workspace;
  let packed: PackedStatelock;
  let nodes: readonly NodeVersion[];

  beforeAll(async () => {
    workspace = createWorkspace();
    packed = await packStatelock(workspace);
    nodes = await nodeVersions();
  });

  afterAll(() => workspace.remove());

  /** Runs the command of the package that is installed in the folder. */
  const statelock = (node: string, folder: string, ...args: readonly string[]): Promise<CommandResult> =>
    workspace.run(node, [join(folder, "node_modules", "statelock", "bin", "statelock.js"), ...args], { cwd: folder });

  it("holds compiled code, types, schemas and the man page, and neither tests nor sources", () => {
    const top = new Set(packed.contents.map((path) => path.split("/")[0]));
    const files = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    expect([...top].sort()).toEqual([...files, "bin", "dist", "docs", "schemas"].sort());
    expect(packed.contents.filter((path) => path.startsWith("docs/"))).toEqual(["docs/reference/statelock.1"]);
    expect(packed.contents.filter((path) => /test|\.ts$/.test(path))).toEqual(["dist/index.d.ts"]);
    expect(packed.contents).toEqual(expect.arrayContaining(["dist/cli.js.map", "dist/THIRD-PARTY-LICENSES.txt"]));
    const licenses = readFileSync(join(PROJECT_ROOT, "dist", "THIRD-PARTY-LICENSES.txt"), "utf8");
    expect(licenses).not.toMatch(/^(archiver-utils|brace-expansion|glob|lodash|minimatch) /m);
  });

  it("asks for no other package", async () => {
    const folder = workspace.path("alone");
    await packed.installInto(folder);
    const {
      dependencies,
      peerDependenciesMeta,
      private: isPrivate,
    } = JSON.parse(readFileSync(join(folder, "node_modules", "statelock", "package.json"), "utf8")) as {
      dependencies?: object;
      private?: boolean;
      peerDependenciesMeta: Record<string, { optional: boolean }>;
    };
    expect([dependencies, isPrivate]).toEqual([undefined, undefined]);
    expect(Object.values(peerDependenciesMeta).every(({ optional }) => optional)).toBe(true);
  });

  it("serves somebody on call, without a config, on every Node", async () => {
    const folder = workspace.path("alone");
    for (const { program } of nodes) {
      const flags = ["--bucket", "acme-tfstate", "--region", "eu-central-1", "--endpoint-url", "http://127.0.0.1:9"];
      const { code, stderr } = await workspace.run(
        program,
        [join(folder, "node_modules", "statelock", "bin", "statelock.js"), "locks", "list", ...flags],
        { cwd: folder, env: { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" } },
      );
      expect([code, stderr]).toEqual([2, expect.stringContaining("ECONNREFUSED")]);
      expect(stderr).not.toMatch(/Warning/);
    }
  });

  it.each(["ts", "js", "json"])("serves a Terraform team, with a config in %s", async (format) => {
    const folder = workspace.path(`home-${format}`);
    await packed.installInto(folder);
    requireSuccess(await statelock(process.execPath, folder, "init", "--format", format, ...ANSWERS));
    for (const { program } of format === "ts" ? nodes : sampled(nodes, nodes.length)) {
      const { stdout, stderr } = requireSuccess(await statelock(program, folder, "synth"));
      expect([stdout, stderr]).toEqual([expect.stringContaining("Synthesized acme-tfstate-1 into cdktf.out/"), ""]);
    }
    expect(readdirSync(join(folder, "cdktf.out")).sort()).toEqual([
      "backends",
      "inventory.json",
      "manifest.json",
      "policies",
      "stacks",
    ]);
  });

  it("reads Terraform files and TypeScript with the parsers it holds, on every Node", async () => {
    const folder = workspace.path("fleet");
    await packed.installInto(folder);
    requireSuccess(await statelock(process.execPath, folder, "init", ...ANSWERS));
    requireSuccess(await statelock(process.execPath, folder, "synth"));
    workspace.write("fleet/live/main.tf", 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n  }\n}\n');
    for (const { program } of nodes) {
      const { stdout } = await statelock(program, folder, "migrate", "scan", ".", "--json");
      const { configurations } = JSON.parse(stdout) as { configurations: { root: string }[] };
      expect(configurations.map(({ root }) => root)).toEqual(["live", "state.config.ts#network"]);
    }
  });

  describe("in a CDKTF project", () => {
    let folder: string;

    beforeAll(async () => {
      folder = workspace.path("project");
      await packed.installInto(folder, [...PEERS, ...TOOLS]);
      requireSuccess(
        await statelock(process.execPath, folder, "init", "--cdktf", "--package", packed.file, ...ANSWERS),
      );
    });

    it("passes its own test", async () => {
      const jest = ["node_modules/jest/bin/jest.js", "--ci=false"];
      requireSuccess(await workspace.run(process.execPath, jest, { cwd: folder }));
      expect(readdirSync(join(folder, "__tests__", "__snapshots__"))).toEqual(["bootstrap.test.ts.snap"]);
    });

    it("is synthesized by its own app, on every Node", async () => {
      for (const { major, program } of nodes) {
        const env = { PATH: `${join(program, "..")}:${workspace.env["PATH"] ?? ""}` };
        const bin = join(folder, "node_modules", "statelock", "bin", "statelock.js");
        const ran = await workspace.run(program, [bin, "synth"], { cwd: folder, env });
        expect([major, requireSuccess(ran).stdout]).toEqual([
          major,
          expect.stringContaining("2 stacks, backend files of 2 consumers"),
        ]);
      }
    });

    it("is synthesized to the same JSON with cdktn in place of cdktf", async () => {
      const other = workspace.path("on-cdktn");
      await packed.installInto(other);
      requireSuccess(await statelock(process.execPath, other, "init", "--cdktf", "--package", packed.file, ...ANSWERS));
      if (!(await installCdktn(other))) return;
      requireSuccess(await workspace.run("npm", ["run", "synth"], { cwd: other }));
      requireSuccess(await statelock(process.execPath, folder, "synth"));
      for (const stack of ["bootstrap", "demo"]) {
        const [before, after] = [folder, other].map((each) => stackJson(each, stack));
        expect([before?.version, after?.version]).toEqual(["0.21.0", "0.24.0"]);
        expect(after?.json).toEqual(before?.json);
      }
    });

    it("can be imported by an ES module, run by tsx, and checked by tsc with the strictest settings", async () => {
      workspace.write(
        "project/names.mjs",
        'import { ConsumerStack, synthesizeHome } from "statelock";\nconsole.log(typeof ConsumerStack, typeof synthesizeHome);\n',
      );
      for (const { program } of nodes)
        expect((await workspace.run(program, ["names.mjs"], { cwd: folder })).stdout).toBe("function function\n");
      requireSuccess(
        await workspace.run(process.execPath, ["node_modules/tsx/dist/cli.mjs", "main.ts"], { cwd: folder }),
      );
      const strictest = ["--skipLibCheck", "false", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
      const commonJs = ["--module", "commonjs", "--moduleResolution", "node10"];
      for (const settings of FULL ? [[], strictest, commonJs] : [strictest]) {
        const args = ["node_modules/typescript/bin/tsc", ...settings];
        requireSuccess(await workspace.run(process.execPath, args, { cwd: folder }));
      }
    });

    inFull(() => {
      it("is run by ts-node, which checks its types, and by swc", async () => {
        workspace.write("compilers/package.json", "{}");
        if (!(await installFromNpm(workspace.path("compilers"), ...COMPILERS))) return;
        for (const compiler of ["ts-node", "@swc-node"]) {
          const register = workspace.path("compilers", "node_modules", compiler, "register");
          const outdir = workspace.path(`compiled-by-${compiler}`);
          const at = { cwd: folder, env: { CDKTF_OUTDIR: outdir } };
          requireSuccess(await workspace.run(process.execPath, ["--require", register, "main.ts"], at));
          expect(readdirSync(join(outdir, "stacks")).sort()).toEqual(["bootstrap", "demo"]);
        }
      });
    });
  });
});
