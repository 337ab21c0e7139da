import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const CDKTF = dirname(require.resolve("cdktf/package.json"));

const read = (path: string): string => readFileSync(path, "utf8");

it("the page about cdktf names what the installed cdktf bundles, with its version", () => {
  const page = read(join(__dirname, "../../docs/explanation/what-cdktf-bundles.md"));
  const { bundledDependencies, dependencies } = JSON.parse(read(join(CDKTF, "package.json"))) as {
    bundledDependencies: string[];
    dependencies: Record<string, string>;
  };
  const rows = [...page.matchAll(/^\| ([a-z-]+) +\| ([\d.]+) +\| (?!CVE)/gm)].map(([, name, version]) => [
    name,
    version,
  ]);
  expect(rows).toEqual(bundledDependencies.sort().map((name) => [name, dependencies[name]]));
});
