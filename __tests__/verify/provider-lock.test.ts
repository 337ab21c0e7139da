import { checkProviderLock } from "../../lib/verify/provider-lock";

const lockFile = (version: string, host = "registry.terraform.io", name = "aws"): string => `# maintained by init
provider "registry.terraform.io/hashicorp/random" {
  version     = "6.30.0"
  constraints = ">= 3.7.2, < 4.0.0"
}

provider "${host}/hashicorp/${name}" {
  version     = "${version}"
  constraints = ">= 5.100.0, < 7.0.0"
  hashes = [
    "h1:abc=",
  ]
}
`;

it.each([
  ["5.100.0", "pass"],
  ["6.21.0", "pass"],
  ["6.22.0", "fail"],
  ["6.39.1", "fail"],
  ["6.40.0", "pass"],
  ["16.30.0", "pass"],
])("the AWS provider %s: %s", (version, result) => {
  for (const host of ["registry.terraform.io", "registry.opentofu.org"])
    expect(checkProviderLock(lockFile(version, host), "stack").result).toBe(result);
});

it.each([lockFile("6.30.0", "registry.terraform.io", "awscc"), lockFile("6.30.0", "example.com"), ""])(
  "no AWS provider in %j",
  (text) => {
    expect(checkProviderLock(text, "stack").result).toBe("pass");
  },
);

it("says what happens, why, and the way on", () => {
  const { reason, fix } = checkProviderLock(lockFile("6.30.0"), "out/stacks/bootstrap");
  expect(reason).toBe(
    "the AWS provider 6.30.0 plans to change the bucket's encryption at every run: 6.22.0 to 6.39.x clear the blocked encryption types (SSE-C) that S3 sets by itself, and 6.40.0 leaves them alone",
  );
  expect(fix).toContain("terraform -chdir=out/stacks/bootstrap init -upgrade");
});
