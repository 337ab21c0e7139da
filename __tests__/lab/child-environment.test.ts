import { inheritedEnvironment } from "../../lab/machine/child-environment";

describe("inheritedEnvironment", () => {
  it("keeps PATH and locale, and drops what would change what a child does", () => {
    const inherited = inheritedEnvironment({
      PATH: "/bin",
      LANG: "C.UTF-8",
      AWS_PROFILE: "production",
      AWS_CA_BUNDLE: "/ca.pem",
      TF_CLI_ARGS: "-lock=false",
      TF_CLI_CONFIG_FILE: "/rc",
      STATELOCK_BUCKET: "production",
      CDKTF_LOG_LEVEL: "debug",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      NODE_OPTIONS: "--experimental-vm-modules",
      NODE_ENV: "test",
      UNSET: undefined,
    });
    expect(inherited).toEqual({ PATH: "/bin", LANG: "C.UTF-8" });
  });
});
