import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { plainFileText, refuseLinksBelow } from "../../lib/files/plain-file";
import { refuseForeignCode } from "../../lib/files/stack-folder";
import { ScratchFolder } from "../support/scratch";
import { problemsOf } from "../support/home";

const codesOf = (work: () => unknown): string[] => problemsOf(work).map(({ code }) => code);

it("reads a file and a link to one, and nothing where nothing is", () => {
  const at = new ScratchFolder();
  symlinkSync(at.write("a", "text"), at.path("b"));
  expect(["a", "b", "c"].map((name) => plainFileText(at.path(name)))).toEqual(["text", "text", undefined]);
});

it.each([
  ["a pipe", (path: string) => execFileSync("mkfifo", [path])],
  [
    "a device",
    (path: string) => {
      symlinkSync("/dev/zero", path);
    },
  ],
  [
    "a folder",
    (path: string) => {
      mkdirSync(path);
    },
  ],
  [
    "a file of gigabytes",
    (path: string) => {
      writeFileSync(path, "");
      truncateSync(path, 3 * 2 ** 30);
    },
  ],
])("does not read %s, which might never end or not fit", (_what, make) => {
  const path = new ScratchFolder().path("x");
  make(path);
  expect(codesOf(() => plainFileText(path))).toEqual(["not-a-file"]);
});

const linked = (link: string): string[] => {
  const at = new ScratchFolder();
  at.write("elsewhere/file");
  at.write("out/stacks/bootstrap/cdk.tf.json");
  mkdirSync(dirname(at.path("out", link)), { recursive: true });
  symlinkSync(at.path("elsewhere"), at.path("out", link));
  return codesOf(() => {
    refuseLinksBelow(at.path("out"));
  });
};

it.each([
  "manifest.json",
  "backends",
  "stacks/other",
  "stacks/bootstrap/statelock.tfplan",
  "stacks/bootstrap/.terraform",
  "stacks/bootstrap/.terraform/terraform.tfstate",
  "stacks/bootstrap/.terraform/providers/registry.terraform.io",
])("refuses the link %s in the output of synth", (link) => {
  expect(linked(link)).toEqual(["linked-place"]);
});

it("accepts the links that Terraform makes to its plugin cache, and refuses output that is a link itself", () => {
  const cached = "stacks/bootstrap/.terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64";
  expect(linked(cached)).toEqual([]);
  const at = new ScratchFolder();
  symlinkSync(at.path(), at.path("out"));
  expect(
    codesOf(() => {
      refuseLinksBelow(at.path("out"));
    }),
  ).toEqual(["linked-place"]);
});

const foreign = (file: string, isTracked = false): string[] => {
  const at = new ScratchFolder();
  at.write("stack/cdk.tf.json");
  at.write(`stack/${file}`);
  return codesOf(() => {
    refuseForeignCode(at.path("stack"), ["cdk.tf.json", "imports.tf.json"], () => isTracked);
  });
};

it.each([
  "evil.tf",
  "cdk_override.tf.json",
  "evil.tofu",
  "cdk.tf",
  "terraform.tfvars",
  "x.auto.tfvars.json",
  "terraform.d/plugins/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws",
])("refuses %s beside the stack, which the engine would read", (file) => {
  expect(foreign(file)).toEqual(["foreign-code"]);
});

it.each([["imports.tf.json"], [".terraform.lock.hcl"], ["assets/a/main.tf"], [".terraform/environment"]])(
  "accepts %s",
  (file) => {
    expect(foreign(file)).toEqual([]);
  },
);

it("refuses plugins and settings that git tracks", () => {
  expect(foreign(".terraform/providers/x", true)).toEqual(["foreign-code"]);
});
