import { scanned } from "../../../support/fleet";
import { configFiles } from "../../../support/config-files";
import { home, KEY_ARN, OTHER_KEY_ARN, type ConfigPart } from "../../../support/home";

const PART: ConfigPart = {
  bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } },
  consumers: [{ name: "a", key: "teams/a" }],
};

async function told(kmsKey: string | undefined): Promise<{ readonly problems: string[]; readonly hints: string[] }> {
  const { bucket } = home(PART);
  const rest = kmsKey === undefined ? "" : `    kms_key_id = "${kmsKey}"\n`;
  const copy = `terraform {\n  backend "s3" {\n    bucket = "${bucket.name}"\n    key = "teams/a"\n    region = "${bucket.region}"\n    encrypt = true\n    use_lockfile = true\n${rest}  }\n}\n`;
  const { problems, hints = [] } = await scanned({ ...configFiles("infra", PART), "app/backend.tf": copy });
  const places = (all: typeof problems): string[] => all.map(({ code, path }) => `${code} ${path}`);
  return { problems: places(problems), hints: places(hints) };
}

describe("a copied backend file is compared with what synth writes", () => {
  it.each([
    ["the same", KEY_ARN, [], []],
    ["another value", OTHER_KEY_ARN, ["backend-outdated app/backend.tf:2 kms_key_id"], []],
    ["no value", undefined, [], ["backend-outdated app/backend.tf:2 kms_key_id"]],
  ])("%s", async (_, kmsKey, problems, hints) => {
    expect(await told(kmsKey)).toEqual({ problems, hints });
  });
});
