import { buildInventory } from "../../lib/artifacts/build-inventory";
import { papersOf } from "../../lib/home/papers";
import type { Inventory } from "../../lib/inventory/inventory";
import type { DeployedHome } from "../../lib/record/bootstrap-record";
import { checkBootstrapState, checkDeployed, type RecordReader } from "../../lib/verify/record-checks";
import { home, IN_BUCKET, KEY_ARN, type ConfigPart } from "../support/home";

const inventory = (part: ConfigPart = {}, context = IN_BUCKET): Inventory =>
  buildInventory(papersOf(home(part, context)));
const THERE = { value: { algorithm: "AES256", keyArn: undefined } };
const DEPLOYED: DeployedHome = {
  encryption: "sse-s3",
  createdKey: { alias: "alias/acme-tfstate", keyArn: KEY_ARN },
  logBucket: "acme-tfstate-logs",
  consumers: [{ name: "app", key: "app/terraform.tfstate" }],
};

describe("the bootstrap stack's state", () => {
  it.each([
    ["is where the record says", IN_BUCKET, THERE, "pass "],
    [
      "is gone",
      IN_BUCKET,
      { value: undefined },
      "fail bootstrap.state.json names s3://acme-tfstate/bootstrap/terraform.tfstate, which has no object",
    ],
    [
      "was never moved",
      {},
      { value: undefined },
      "fail s3://acme-tfstate/bootstrap/terraform.tfstate has no object: synth uses a local state",
    ],
    [
      "is there without a record",
      {},
      THERE,
      "fail s3://acme-tfstate/bootstrap/terraform.tfstate has a state, but synth saw no bootstrap.state.json: synth uses a local state",
    ],
    ["may not be read", {}, { unreadable: "403" }, "unknown 403"],
  ])("%s", (_case, context, state, expected) => {
    const { result, reason } = checkBootstrapState(inventory({}, context), state);
    expect(`${result} ${reason}`).toBe(expected);
  });
});

describe("what the record lists", () => {
  const aws = (part: Partial<RecordReader> = {}): RecordReader => ({
    keyState: () => Promise.resolve({ value: "Enabled" }),
    bucketExists: () => Promise.resolve({ value: true }),
    ...part,
  });
  const check = async (deployed: Partial<DeployedHome>, part: ConfigPart = {}, reader = aws()): Promise<string> => {
    const { result, reason } = await checkDeployed({ ...DEPLOYED, ...deployed }, inventory(part), reader);
    return `${result} ${reason}`;
  };

  it("is deployed, and the config's", async () => {
    await expect(check({})).resolves.toBe("pass ");
  });

  it.each<[string, Partial<DeployedHome>, ConfigPart, RecordReader, string]>([
    [
      "another encryption",
      { encryption: "created-key" },
      {},
      aws(),
      'the encryption "created-key" is deployed, and the config has sse-s3',
    ],
    ["a consumer less", {}, { consumers: [] }, aws(), 'the consumer "app" is deployed, and the config has none'],
    ["a consumer more", { consumers: [] }, {}, aws(), 'the consumer "app" is not deployed with app/terraform.tfstate'],
    [
      "a key that will be deleted",
      {},
      {},
      aws({ keyState: () => Promise.resolve({ value: "PendingDeletion" }) }),
      `the key ${KEY_ARN} is PendingDeletion`,
    ],
    [
      "a key that is gone",
      {},
      {},
      aws({ keyState: () => Promise.resolve({ value: undefined }) }),
      `the key ${KEY_ARN} is gone`,
    ],
    [
      "no log bucket",
      {},
      {},
      aws({ bucketExists: () => Promise.resolve({ value: undefined }) }),
      'the log bucket "acme-tfstate-logs" does not exist',
    ],
  ])("%s is found", async (_case, deployed, part, reader, reason) => {
    await expect(check(deployed, part, reader)).resolves.toBe(`fail ${reason}`);
  });

  it("is unknown if the key may not be read", async () => {
    const reader = aws({ keyState: () => Promise.resolve({ unreadable: "403" }) });
    await expect(check({}, {}, reader)).resolves.toBe("unknown 403");
  });
});
