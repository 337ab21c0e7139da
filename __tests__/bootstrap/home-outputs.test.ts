import { bootstrapJson } from "../../cli/bootstrap/bootstrap-json";
import { outputLines } from "../../cli/bootstrap/output-lines";
import { homeOutputs, type HomeOutput } from "../../lib/bootstrap/home-outputs";
import type { Inventory } from "../../lib/inventory/inventory";
import { validJson } from "../support/published-schemas";
import { emptyWorld, fakePort, NO_CHANGES, stateText } from "./fake-port";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555";

async function inventoryOf(keyArn?: string): Promise<Inventory> {
  const { inventory } = await fakePort(emptyWorld()).project.synthesize("as-recorded");
  return { ...inventory, bucket: { ...inventory.bucket, encryption: { type: "created-key", keyArn } } };
}

async function outputsOf(outputs: object, keyArn?: string): Promise<HomeOutput[]> {
  return homeOutputs(stateText(1, "line-1", outputs), await inventoryOf(keyArn));
}

describe("the outputs that an operator needs", () => {
  it("have a next step each, in a fixed order", async () => {
    const outputs = await outputsOf({
      bucket_name: { value: "acme-tfstate" },
      statelock_version: { value: "0.1.0" },
      guard_version: { value: 2 },
      permission_set_policies: { value: { "web.unlocker": { name: "p", path: "/statelock/" } } },
      role_arns: { value: { "web.planner": "arn" } },
      guard_gaps: { value: ["gap one", "gap\ntwo"] },
      kms_key_arn: { value: KEY },
    });
    expect(outputLines(outputs)).toEqual([
      "kms_key_arn: run `statelock bootstrap`: it records the ARN, and backends and policies then name the key",
      `    ${KEY}`,
      "guard_gaps: what the bucket policy leaves open, each with the setting that closes it",
      "    gap one",
      "    gap\\u000atwo",
      "role_arns: let the CI of each consumer assume its role",
      "    web.planner  arn",
      "permission_set_policies: reference each policy in its permission set, by name and path",
      '    web.unlocker  {"name":"p","path":"/statelock/"}',
      "guard_version: version of the bucket policy; `statelock verify` reports a bucket with an older one",
      "    2",
      "statelock_version: version that deployed the bucket; deploy with it or a later one",
      "    0.1.0",
    ]);
  });

  it("do not ask for a key's ARN that the config names already", async () => {
    const [output] = await outputsOf({ kms_key_arn: { value: KEY } }, KEY);
    expect(output?.next).toBe("encrypts the states; backends and policies name it");
  });

  it.each([
    ["is empty", { value: {} }],
    ["is an empty list", { value: [] }],
    ["is an empty text", { value: "" }],
    ["has no value", { value: null }],
    ["is sensitive", { value: KEY, sensitive: true }],
  ])("lack one that %s", async (_case, output) => {
    const names = ["kms_key_arn", "guard_gaps", "role_arns", "permission_set_policies", "statelock_version"];
    expect(await outputsOf(Object.fromEntries(names.map((name) => [name, output])))).toEqual([]);
  });

  it("are an empty list if the state has no outputs or cannot be read", async () => {
    expect(await outputsOf({})).toEqual([]);
    expect(homeOutputs(undefined, await inventoryOf())).toEqual([]);
    expect(homeOutputs("no state", await inventoryOf())).toEqual([]);
  });

  it("are in the JSON by name, and absent if the list is empty", async () => {
    const jsonOf = (outputs: readonly HomeOutput[]): unknown => {
      const state = { location: "bucket", key: "k" } as const;
      const result = { outcome: "unchanged", bucket: "b", plan: NO_CHANGES, state, backup: undefined } as const;
      return validJson(JSON.stringify(bootstrapJson({ ...result, outputs })));
    };
    expect(jsonOf(await outputsOf({ role_arns: { value: { a: "arn" } } }))).toMatchObject({
      outputs: { role_arns: { value: { a: "arn" }, next: "let the CI of each consumer assume its role" } },
    });
    expect(jsonOf([])).not.toHaveProperty("outputs");
  });
});
