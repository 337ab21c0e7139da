import { readFileSync } from "node:fs";
import { offersProvider, terraformCliConfig } from "../../lab/machine/terraform-cli-config";
import { findProviderMirror } from "../../lab/machine/provider-mirror";
import { ScratchFolder } from "../support/scratch";

const ARCHITECTURE = { x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch;
const PLATFORM = `${process.platform}_${ARCHITECTURE}`;
const HOST = "registry.terraform.io";

let place: ScratchFolder;
beforeEach(() => (place = new ScratchFolder()));

/** An unpacked provider, in a mirror below the scratch folder. */
const provide = (mirror: string, source: string, platform = PLATFORM) =>
  place.write(`${mirror}/${HOST}/${source}/1.2.3/${platform}/provider`);

describe("findProviderMirror", () => {
  const find = (env: NodeJS.ProcessEnv = {}) => findProviderMirror(env, place.directory);

  it.each(["opt/any-name", "opt/any-name/providers", "usr/local/share/terraform/plugins", "usr/share/x", "srv/x/y"])(
    "finds a mirror in %s",
    (folder) => {
      provide(folder, "hashicorp/aws");
      expect(find()).toEqual({ directory: place.path(folder), sources: ["hashicorp/aws"] });
    },
  );

  it("looks in the home directory first, hidden folders included", () => {
    provide("opt/x", "hashicorp/aws");
    provide("home/.mirror", "hashicorp/aws");
    provide("home/.terraform.d/plugins", "hashicorp/aws");
    const env = { HOME: place.path("home") };
    expect(find(env)?.directory).toBe(place.path("home/.terraform.d/plugins"));
  });

  it("takes the one that TF_PLUGIN_MIRROR names, whatever it holds", () => {
    provide("opt/x", "hashicorp/aws");
    provide("mine", "hashicorp/random");
    expect(find({ TF_PLUGIN_MIRROR: place.path("mine") })?.sources).toEqual(["hashicorp/random"]);
  });

  it("reads packed providers too, and passes over those for other platforms", () => {
    place.write(`opt/x/${HOST}/hashicorp/aws/terraform-provider-aws_5.100.0_${PLATFORM}.zip`);
    place.write(`opt/x/${HOST}/hashicorp/random/terraform-provider-random_3.7.2_plan9_mips.zip`);
    provide("opt/x", "hashicorp/null", "plan9_mips");
    expect(find()?.sources).toEqual(["hashicorp/aws"]);
  });

  it("passes over mirrors without the AWS provider, and returns nothing if no mirror has it", () => {
    provide("opt/x", "hashicorp/random");
    expect(find()).toBeUndefined();
  });
});

describe("terraformCliConfig", () => {
  const configFor = (env: NodeJS.ProcessEnv) => terraformCliConfig(place.path("rc"), env);

  it("takes what the mirror holds from it alone, and leaves the rest to the registry", () => {
    provide("mirror", "hashicorp/aws");
    provide("mirror", "hashicorp/null");
    const config = configFor({ TF_PLUGIN_MIRROR: place.path("mirror") });
    const sources = `["${HOST}/hashicorp/aws","${HOST}/hashicorp/null"]`;
    expect(readFileSync(config.file, "utf8")).toBe(`provider_installation {
  filesystem_mirror {
    path    = "${place.path("mirror")}"
    include = ${sources}
  }
  direct {
    exclude = ${sources}
  }
}
`);
    expect(["aws", "null", "random"].map((type) => config.offers(`hashicorp/${type}`))).toEqual([true, true, false]);
  });

  it("uses the file that TF_CLI_CONFIG_FILE names as it is, and reads its mirror", () => {
    provide("mirror", "hashicorp/random");
    const text = `provider_installation {\n  filesystem_mirror {\n    path = "${place.path("mirror")}"\n  }\n}\n`;
    const env = { TF_CLI_CONFIG_FILE: place.write("given.rc", text) };
    const config = configFor(env);
    expect(config.file).toBe(place.path("given.rc"));
    expect([config.offers("hashicorp/random"), config.offers("hashicorp/aws")]).toEqual([true, false]);
    expect(offersProvider("hashicorp/random", env)).toBe(true);
  });

  it("passes over a TF_CLI_CONFIG_FILE that does not exist", () => {
    provide("mirror", "hashicorp/aws");
    const env = { TF_CLI_CONFIG_FILE: place.path("none"), TF_PLUGIN_MIRROR: place.path("mirror") };
    expect(configFor(env).file).toBe(place.path("rc", "terraform.rc"));
  });

  it("leaves everything to the registry when the given file names no mirror", () => {
    const config = configFor({ TF_CLI_CONFIG_FILE: place.write("given.rc", "# nothing\n") });
    expect(config.offers("hashicorp/random")).toBe(true);
  });
});
