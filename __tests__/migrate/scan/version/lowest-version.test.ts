import { lowestAllowed } from "../../../../lib/migrate/scan/version/version-floor";
import { scanned, type Fleet } from "../../../support/fleet";

const root = (key: string, version?: string): string =>
  `terraform {\n${version === undefined ? "" : `  required_version = "${version}"\n`}  backend "s3" {\n    bucket = "b"\n    key = "${key}"\n    region = "eu-west-1"\n    use_lockfile = true\n  }\n}\n`;
const version = (text: string): string => `terraform {\n  required_version = "${text}"\n}\n`;

async function lowest(fleet: Fleet): Promise<string[]> {
  const { lowest: found = [] } = await scanned(fleet);
  return found.map((each) => `${each.engine} ${each.version} ${each.path}${each.isEnough ? "" : " too old"}`);
}

it.each<[string, Fleet, string[]]>([
  ["roots without a version", { "a/main.tf": root("a") }, []],
  [
    "the lowest of several",
    {
      "a/main.tf": root("a", ">= 1.11.0"),
      "b/main.tf": root("b"),
      "b/versions.tf": version("~> 1.5"),
      "c/main.tf": root("c", ">= 1.9"),
    },
    ["terraform 1.5.0 b/versions.tf:2 too old"],
  ],
  [
    "the constraint of a root that counts",
    { "a/main.tf": root("a", ">= 1.0"), "a/versions.tf": version(">= 1.11.2, < 2") },
    ["terraform 1.11.2 a/versions.tf:2"],
  ],
  [
    "each engine of a mixed fleet",
    { "a/main.tf": root("a", ">= 1.11"), "b/main.tofu": root("b", ">= 1.8") },
    ["terraform 1.11.0 a/main.tf:2", "tofu 1.8.0 b/main.tofu:2 too old"],
  ],
  [
    "the pin of a version manager, also above the root",
    { "live/.terraform-version": "1.9.8\n", "live/a/main.tf": root("a", ">= 1.0"), "b/main.tf": root("b", "1.10.5") },
    ["terraform 1.9.8 live/.terraform-version too old"],
  ],
  [
    "the pin of OpenTofu's version manager",
    { "a/.opentofu-version": "1.10.1", "a/main.tf": root("a", ">= 1.0") },
    ["tofu 1.10.1 a/.opentofu-version too old"],
  ],
  [
    "the constraint where a pin names no version",
    { "a/.terraform-version": "latest:^1.5", "a/main.tf": root("a", "= 1.10.3") },
    ["terraform 1.10.3 a/main.tf:2"],
  ],
  [
    "the lower bound of a pin that is a constraint",
    { "a/.opentofu-version": "# tenv\n~> 1.9.0\n", "a/main.tf": root("a", ">= 1.11") },
    ["tofu 1.9.0 a/.opentofu-version too old"],
  ],
  [
    "the pin of asdf, for each engine",
    {
      ".tool-versions": "nodejs 20.1.0\nterraform 1.9.8 # old\nopentofu 1.10.5\n",
      "a/main.tf": root("a"),
      "b/main.tofu": root("b"),
    },
    ["terraform 1.9.8 .tool-versions too old", "tofu 1.10.5 .tool-versions"],
  ],
  [
    "the pin of mise",
    {
      "mise.toml": '[env]\nterraform = "x"\n[tools]\nnode = "20"\nterraform = "1.10.0"\n',
      "a/main.tf": root("a", ">= 1.11"),
    },
    ["terraform 1.10.0 mise.toml too old"],
  ],
  [
    "the constraint where mise names a release line alone",
    { "mise.toml": '[tools]\nterraform = { version = "1.10" }\n', "a/main.tf": root("a", ">= 1.11.3") },
    ["terraform 1.11.3 a/main.tf:2"],
  ],
  [
    "a module's version not at all",
    { "a/main.tf": root("a", ">= 1.11"), "m/versions.tf": version(">= 0.12") },
    ["terraform 1.11.0 a/main.tf:2"],
  ],
])("a scan names %s", async (_what, fleet, expected) => {
  expect(await lowest(fleet)).toEqual(expected);
});

it.each([
  [">= 1.5, >= 1.7, < 2", "1.7.0"],
  ["~> 1.5.2", "1.5.2"],
  ["> 1.5.2", "1.5.3"],
  ["1.6.0", "1.6.0"],
  ["< 2", undefined],
  ["!= 1.5.0", undefined],
  [">= 1.10.0, != 1.10.0, != 1.10.1", "1.10.2"],
  ["computed", undefined],
])("%s allows %s at least", (constraint, expected) => {
  expect(lowestAllowed(constraint)).toBe(expected);
});
