import { bucketOf, openedOnce, tableOf } from "../../../cli/migrate/project/migrate-live-access";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../../../lib/migrate/live/live-target";
import { maybeSameTable, tableIdentity } from "../../../lib/policy/table-identity";
import { scanned } from "../../support/fleet";

const ARN = "arn:aws:dynamodb:eu-west-1:111111111111:table/locks";
const nobody = { profile: undefined, roleArn: undefined, asBackend: false };

async function target(
  lines: readonly string[],
  defaults: Partial<LiveDefaults> = {},
): Promise<ReturnType<typeof liveTarget>> {
  const body = ['bucket = "b"', 'key = "k"', 'region = "eu-central-1"', ...lines].join("\n");
  const { configurations } = await scanned({ "app/main.tf": `terraform {\n  backend "s3" {\n${body}\n  }\n}\n` });
  const [first] = configurations;
  if (first === undefined) throw new Error("nothing was scanned");
  return liveTarget(first, { region: undefined, account: undefined, identity: nobody, ...defaults });
}

const isTarget = (found: Awaited<ReturnType<typeof target>>): found is LiveTarget => !("code" in found);

it.each([
  ['endpoints = { s3 = "https://one.example", dynamodb = "https://two.example" }'],
  ['endpoint = "https://one.example"\ndynamodb_endpoint = "https://two.example"'],
  ['endpoint = "one.example"\ndynamodb_endpoint = "two.example"'],
])("uses the own endpoints of a root with %s, whatever --endpoint-url says", async (lines) => {
  const found = await target([lines]);
  if (!isTarget(found)) throw new Error(found.code);
  expect(bucketOf(found, { endpointUrl: "https://other.example" }).access).toMatchObject({
    endpointUrl: "https://one.example",
    tableEndpointUrl: "https://two.example",
  });
});

it("a root whose endpoint is computed is not asked", async () => {
  expect(await target(["endpoints = { s3 = var.store }"])).toMatchObject({ code: "place-unknown" });
  expect(await target(["endpoints = local.endpoints"])).toMatchObject({ code: "place-unknown" });
});

it.each([
  ['profile = "prod"'],
  ['assume_role = { role_arn = "arn:aws:iam::111111111111:role/tf" }'],
  ['role_arn = "arn:aws:iam::111111111111:role/tf"'],
  ['assume_role_with_web_identity = { role_arn = "r", web_identity_token_file = "f" }'],
  ['shared_config_files = ["~/.aws/prod"]'],
])("a root with %s is not asked with other credentials", async (line) => {
  expect(await target([line])).toMatchObject({ code: "identity-unknown", path: "app/main.tf:2" });
  const asBackend = await target([line], { identity: { ...nobody, asBackend: true } });
  const usable = /^(profile|assume_role|role_arn) /.test(line);
  expect("code" in asBackend ? asBackend.code : "asked").toBe(usable ? "asked" : "identity-unknown");
});

it.each<[string, readonly string[], object | string, object | string]>([
  ["no argument", [], {}, {}],
  ["the proxy of the environment", ['https_proxy = "http://a"'], {}, {}],
  ["another proxy", ['https_proxy = "http://b"'], "network-unknown", { network: { https_proxy: "http://b" } }],
  ["no proxy at all", ['https_proxy = ""'], "network-unknown", { network: { https_proxy: "" } }],
  ["hosts without proxy", ['no_proxy = "x"'], "network-unknown", { network: { no_proxy: "x" } }],
  ["an empty no_proxy, which the engines ignore", ['no_proxy = ""'], {}, {}],
  ["an http proxy beside the https one", ['http_proxy = "b"'], "network-unknown", { network: { http_proxy: "b" } }],
  ["a computed proxy", ["https_proxy = var.proxy"], "network-unknown", "network-unknown"],
  ["own certificates", ['custom_ca_bundle = "/ca"'], "network-unknown", { network: { custom_ca_bundle: "/ca" } }],
  ["certificates beside the root", ['custom_ca_bundle = "ca.pem"'], "network-unknown", "network-unknown"],
])("reaches a root with %s with its own settings or not at all", async (_name, lines, usual, asBackend) => {
  const told = async (own: boolean): Promise<object | string> => {
    const identity = { ...nobody, asBackend: own, network: { https_proxy: "http://a" } };
    const found = await target(lines, { identity });
    return isTarget(found) ? (found.access ?? {}) : found.code;
  };
  expect([await told(false), await told(true)]).toEqual([usual, asBackend]);
});

it("an http proxy without one for https is not used: Terraform and OpenTofu then differ", async () => {
  const found = await target(['http_proxy = "b"'], { identity: { ...nobody, asBackend: true, network: {} } });
  expect(found).toMatchObject({
    code: "network-unknown",
    fix: expect.stringContaining("without https_proxy") as string,
  });
});

it("--as-backend asks with the profile and the role of the backend, and the same --profile needs no such option", async () => {
  const lines = ['profile = "prod"', 'assume_role = { role_arn = "arn:aws:iam::111111111111:role/tf" }'];
  const found = await target(lines, { identity: { ...nobody, asBackend: true } });
  if (!isTarget(found)) throw new Error(found.code);
  expect(bucketOf(found, { profile: "mine" }).access).toMatchObject({
    profile: "prod",
    roleArn: "arn:aws:iam::111111111111:role/tf",
  });
  expect(isTarget(await target(['profile = "prod"'], { identity: { ...nobody, profile: "prod" } }))).toBe(true);
  expect(isTarget(await target(['profile = "prod"'], { identity: { ...nobody, profile: "test" } }))).toBe(false);
});

it("asks the table of such a root in the named account", async () => {
  const found = await target(['profile = "prod"', 'dynamodb_table = "locks"'], { account: "222222222222" });
  if (!isTarget(found)) throw new Error(found.code);
  expect(tableOf("locks", found, bucketOf(found, {}))).toMatchObject({ name: "locks", account: "222222222222" });
});

it("takes region and account from a table's ARN", () => {
  expect(tableOf(ARN, { account: undefined }, { region: "eu-central-1" })).toMatchObject({
    ...{ name: "locks", region: "eu-west-1", account: "111111111111" },
  });
  expect(tableIdentity("locks")).toEqual({ name: "locks", region: undefined, account: undefined });
});

it.each([
  ["locks", ARN, true],
  [ARN, ARN, true],
  [ARN, ARN.replace("eu-west-1", "eu-west-2"), false],
  [ARN, ARN.replace("111111111111", "222222222222"), false],
  ["other", ARN, false],
])("%s and %s may be one table: %s", (one, other, expected) => {
  expect(maybeSameTable(one, other)).toBe(expected);
});

it("a place is opened once for all roots that share it", () => {
  const once = openedOnce();
  const places = [{ bucket: "a" }, { bucket: "b" }, { bucket: "a" }];
  const [first, second, third] = places.map((place) => once(place, () => ({})));
  expect([first === third, first === second]).toEqual([true, false]);
});
