import { backendArguments } from "../../../../lib/backend/backend-arguments";
import { consumerBackend } from "../../../../lib/backend/backend-settings";
import { backendEncryption } from "../../../../lib/lock/object-encryption";
import { liveTarget } from "../../../../lib/migrate/live/live-target";
import { consumerConfigurations } from "../../../../lib/migrate/scan/consumer/config-consumers";
import { configFiles } from "../../../support/config-files";
import { scanned, type Fleet } from "../../../support/fleet";
import { ACCOUNT, home, KEY_ARN, OTHER_KEY_ARN, text, type ConfigPart } from "../../../support/home";

const NO_DEFAULTS = { region: undefined, account: undefined };

describe("a consumer is read as the backend that synth gives it", () => {
  it.each<[string, ConfigPart]>([
    ["by default", {}],
    ["with its own key and workspaces", { consumers: [{ name: "a", key: "teams/a", workspaceKeyPrefix: "w" }] }],
    ["in a bucket that says SSE-S3", { bucket: { encryption: { type: "sse-s3" } } }],
    ["in a bucket with a key that exists", { bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } }],
    [
      "with its own key of KMS",
      { consumers: [{ name: "a", kmsKeyArn: OTHER_KEY_ARN }], bucket: { encryption: { type: "created-key" } } },
    ],
    [
      "on dynamodb, where others are on both",
      { locking: "both", legacyTable: "locks", consumers: [{ name: "a", locking: "dynamodb" }] },
    ],
  ])("%s", async (_what, part) => {
    const of = home(part);
    const [consumer] = of.consumers;
    const { configurations } = await scanned(configFiles("infra", part));
    const [found] = configurations;
    if (consumer === undefined || found === undefined) throw new Error("no consumer");
    const backend = backendArguments(consumerBackend(of, consumer));
    const table = backend["dynamodb_table"];
    expect([found.phase, found.table]).toEqual([consumer.locking, table === undefined ? undefined : { value: table }]);
    expect(liveTarget(found, NO_DEFAULTS)).toEqual({
      consumer: consumer.name,
      root: `infra/state.config.ts#${consumer.name}`,
      path: expect.stringMatching(/^infra\/state\.config\.ts:\d+$/) as string,
      phase: consumer.locking,
      bucket: backend["bucket"],
      key: backend["key"],
      region: backend["region"],
      account: ACCOUNT,
      table: of.legacyTable,
      workspaceKeyPrefix: backend["workspace_key_prefix"] ?? "env:",
      encryption: backendEncryption(backend["encrypt"] === true, backend["kms_key_id"] as string | undefined),
    });
  });
});

describe("the line of a consumer", () => {
  const lineIn = (config: string): number | undefined => {
    const inventory = configFiles(".", { consumers: [{ name: "web-1" }] })["cdktf.out/inventory.json"];
    const found = consumerConfigurations({ path: "state.config.ts", realPath: "" }, config, inventory);
    return "code" in found ? undefined : found[0]?.line;
  };

  it.each([
    ['\n\n{ name: "web-1" }', 3],
    ["\r\n{ name: 'web-1' }", 2],
    ["{ name: `web-1` }", 1],
    ["consumers.map(consumer)", undefined],
    ['{ name: "web-1" }\n{ name: "c", key: "web-1" }', undefined],
    ["// 'web-1'\n{ name: \"web-1\" }", undefined],
  ])("is known if the quoted name occurs exactly once: %j", (config, line) => {
    expect(lineIn(config)).toBe(line);
  });
});

describe("a config without a readable inventory", () => {
  it.each<Fleet>([{}, { "infra/cdktf.out/inventory.json": "{}" }, { "cdktf.out/inventory.json": "{}" }])(
    "asks for synth: %j",
    async (files) => {
      const { configurations, problems } = await scanned({ "infra/state.config.ts": "", ...files });
      expect(configurations).toEqual([]);
      expect(text(problems)).toMatch(
        /^\[not-synthesized\] infra\/state\.config\.ts could not be .*\n {2}-> Run `statelock synth`/,
      );
    },
  );

  it("is not hidden by an inventory that cannot be read", async () => {
    const fleet = { "infra/state.config.ts": "", "infra/cdktf.out/inventory.json": "not JSON" };
    expect(text((await scanned(fleet)).problems)).toContain("is not an inventory of version 1");
  });
});

it("a config may be a module or JSON; of several in one folder the first counts", async () => {
  const { "state.config.ts": config = "", ...inventory } = configFiles(".", {});
  const roots = async (files: Fleet): Promise<string[]> => {
    const { configurations, problems } = await scanned({ ...files, ...inventory });
    return [...configurations.map(({ root }) => root), ...problems.map(({ code }) => code)];
  };
  expect(await roots({ "state.config.json": config })).toEqual(["state.config.json#app"]);
  expect(await roots({ "state.config.json": config, "state.config.js": config })).toEqual(["state.config.js#app"]);
});
