import { shownEngine, openTofuFolders } from "../../../../lib/migrate/scan/version/root-engines";
import type { Configuration } from "../../../../lib/migrate/scan/configuration/configuration";
import type { SourceFile } from "../../../../lib/migrate/scan/source/site";

const file = (path: string, isForOpenTofu = false): SourceFile => ({
  path,
  realPath: path,
  kind: { role: "root", syntax: "hcl", tool: "terraform" },
  text: "",
  sites: [],
  requiredVersions: [],
  isForOpenTofu,
});
const OPENTOFU = 'provider "registry.opentofu.org/hashicorp/aws" {\n}\n';
const TERRAFORM = 'provider "registry.terraform.io/hashicorp/aws" {\n}\n';

const shown = (paths: string[], written: string[] = [], lock?: string, pins: Record<string, string> = {}): unknown => {
  const files = [...paths, ...written].map((path) => file(path, written.includes(path)));
  const locks = new Map(lock === undefined ? [] : [["app/.terraform.lock.hcl", lock]]);
  const root = { root: "app", source: "terraform", places: [] } as unknown as Configuration;
  return shownEngine(root, openTofuFolders(files, files, locks, new Map(Object.entries(pins))), new Set());
};

describe("a root shows OpenTofu", () => {
  it.each<[string, Parameters<typeof shown>]>([
    ["its version file", [["app/.opentofu-version"]]],
    ["a .tofu file without a backend", [["app/main.tofu"]]],
    ["what only OpenTofu reads", [[], ["app/main.tf"]]],
    ["a lock file that names OpenTofu's registry alone", [["app/main.tf"], [], OPENTOFU]],
    ["a version file above it", [["app/main.tf"], [], undefined, { ".opentofu-version": "latest" }]],
    ["OpenTofu alone in .tool-versions", [["app/main.tf"], [], undefined, { ".tool-versions": "opentofu 1.10.2" }]],
  ])("by %s", (_, given) => {
    expect(shown(...given)).toBe("tofu");
  });

  it.each<[string, Parameters<typeof shown>]>([
    ["nothing", [["app/main.tf"]]],
    ["another folder", [["other/main.tofu", "app/main.tf"]]],
    ["a lock file with both registries", [["app/main.tf"], [], OPENTOFU + TERRAFORM]],
    ["an empty lock file", [["app/main.tf"], [], "# empty\n"]],
    [
      "a version file above it, beside Terraform's lock file",
      [["app/main.tf"], [], TERRAFORM, { ".opentofu-version": "1.10.2" }],
    ],
    [
      "both engines above it",
      [["app/main.tf"], [], undefined, { ".tool-versions": "opentofu 1.10.2\nterraform 1.11.4" }],
    ],
    [
      "OpenTofu above Terraform",
      [["app/main.tf"], [], undefined, { ".opentofu-version": "1.10.2", "app/.terraform-version": "1.11.4" }],
    ],
  ])("not by %s", (_, given) => {
    expect(shown(...given)).toBeUndefined();
  });
});

it("a .tf backend beside a .tofu backend is Terraform's", () => {
  const root = { root: "app", source: "terraform", places: [] } as unknown as Configuration;
  expect(shownEngine(root, new Set(["app"]), new Set(["app"]))).toBe("terraform");
});
