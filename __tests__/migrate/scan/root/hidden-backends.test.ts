import { scanned, type Fleet } from "../../../support/fleet";

const BACKEND =
  'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n    region = "eu-west-1"\n    use_lockfile = true\n  }\n}\n';
const NOTHING = 'resource "terraform_data" "a" {}\n';
const JSON_BACKEND = '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "k", "use_lockfile": true}}}}';

async function hiddenIn(fleet: Fleet): Promise<string[]> {
  const { problems } = await scanned(fleet);
  return problems.filter(({ code }) => code === "hidden-backend").map(({ path, message }) => `${path} ${message}`);
}

it.each<[string, Fleet, string]>([
  ["main.tofu", { "a/main.tf": BACKEND, "a/main.tofu": NOTHING }, "a/main.tofu .*main\\.tf:2: OpenTofu 1\\.8 "],
  ["an empty .tofu file", { "a/main.tf": BACKEND, "a/main.tofu": "" }, "a/main.tofu "],
  ["one in JSON", { "main.tf.json": JSON_BACKEND, "main.tofu.json": "{}" }, "main.tofu.json "],
  [
    "one beside .tf files without a backend",
    { "a/main.tf": BACKEND, "a/main.tofu": NOTHING, "a/other.tf": NOTHING },
    "a/main.tofu ",
  ],
])("a backend that OpenTofu does not see is reported: behind %s", async (_what, fleet, expected) => {
  expect(await hiddenIn(fleet)).toEqual([expect.stringMatching(expected)]);
});

it.each<[string, Fleet]>([
  ["a backend in a .tofu file", { "a/main.tf": BACKEND, "a/main.tofu": BACKEND }],
  ["a backend in another .tofu file", { "a/main.tf": BACKEND, "a/main.tofu": NOTHING, "a/backend.tofu": BACKEND }],
  ["a backend in a file of another name", { "a/backend.tf": BACKEND, "a/main.tf": NOTHING, "a/main.tofu": NOTHING }],
  ["a .tofu file in another folder", { "a/main.tf": BACKEND, "b/main.tofu": NOTHING }],
  ["a .tofu file of the other syntax", { "a/main.tf": BACKEND, "a/main.tofu.json": "{}" }],
  ["a cloud block that OpenTofu sees", { "a/main.tf": BACKEND, "a/main.tofu": "terraform {\n  cloud {\n  }\n}\n" }],
])("reports nothing for %s", async (_what, fleet) => {
  expect(await hiddenIn(fleet)).toEqual([]);
});

it("the .tf file is Terraform's configuration then", async () => {
  const { configurations } = await scanned({ "a/main.tf": BACKEND, "a/main.tofu": NOTHING });
  expect(configurations.map(({ engine }) => engine)).toEqual(["terraform"]);
});
