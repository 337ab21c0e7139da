import { meantRoots } from "../../../lib/migrate/scan/select-roots";
import { configFiles } from "../../support/config-files";
import { scanned, type Fleet } from "../../support/fleet";

const CONSUMERS = { consumers: [{ name: "a" }, { name: "live" }] };
const STACK = '{"terraform": {"backend": {"s3": {"bucket": "acme-tfstate", "key": "a/terraform.tfstate"}}}}';
const ROOT = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n  }\n}\n';

const FLEET: Fleet = {
  ...configFiles("home", CONSUMERS),
  "home/cdktf.out/stacks/a/cdk.tf.json": STACK,
  "live/main.tf": ROOT,
};

async function meant(given: string, folder = given, fleet = FLEET): Promise<readonly string[] | string> {
  const result = meantRoots(await scanned(fleet), given, folder);
  return "code" in result ? `${result.code}: ${result.fix}` : result;
}

it.each([
  ["a root by its folder", "./live", "live", ["live"]],
  ["a consumer by its name", "a", "a", ["home/state.config.ts#a"]],
  ["a consumer as the scan calls it", "home/state.config.ts#a", "home/state.config.ts#a", ["home/state.config.ts#a"]],
  [
    "a consumer with its stack",
    "home/cdktf.out/stacks/a/",
    "home/cdktf.out/stacks/a",
    ["home/cdktf.out/stacks/a", "home/state.config.ts#a"],
  ],
  [
    "a consumer whose stack is not there",
    "home/cdktf.out/stacks/live",
    "home/cdktf.out/stacks/live",
    ["home/state.config.ts#live"],
  ],
  ["a folder before a consumer of that name", "live", "live", ["live"]],
])("%s", async (_what, given, folder, expected) => {
  expect(await meant(given, folder)).toEqual(expected);
});

it("is refused where nothing is called that, or several consumers are", async () => {
  expect(await meant("nowhere")).toBe("unknown-root: Run `statelock migrate scan`: it lists them.");
  expect(await meant("a", "a", { ...FLEET, ...configFiles("other", CONSUMERS) })).toBe(
    "unknown-root: Name one of them: home/state.config.ts#a, other/state.config.ts#a",
  );
});
