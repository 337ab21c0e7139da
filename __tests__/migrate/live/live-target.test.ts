import { liveTarget } from "../../../lib/migrate/live/live-target";
import { scanned } from "../../support/fleet";

const NO_DEFAULTS = { region: undefined, account: undefined };

async function targetOf(body: string, region?: string): Promise<ReturnType<typeof liveTarget>> {
  const { configurations } = await scanned({ "app/main.tf": `terraform {\n  backend "s3" {\n${body}\n  }\n}\n` });
  const [first] = configurations;
  if (first === undefined) throw new Error("nothing was scanned");
  return liveTarget(first, { ...NO_DEFAULTS, region });
}

const PLACE = 'bucket = "b"\nkey = "k"\ndynamodb_table = "t"\n';

describe("where a root's states are", () => {
  it("is in its files, the region also in the environment", async () => {
    expect(await targetOf(`${PLACE}region = "eu-west-1"`, "us-east-1")).toMatchObject({
      bucket: "b",
      key: "k",
      table: "t",
      region: "eu-west-1",
      workspaceKeyPrefix: "env:",
    });
    expect(await targetOf(`${PLACE}workspace_key_prefix = "ws"`, "us-east-1")).toMatchObject({
      region: "us-east-1",
      workspaceKeyPrefix: "ws",
    });
  });

  it.each([
    [PLACE, "must name its region so that Statelock can read S3 and DynamoDB, got nothing in its files"],
    [
      'bucket = "b"\nregion = "r"\nuse_lockfile = true',
      "must name its key so that Statelock can read S3 and DynamoDB, got nothing in its files",
    ],
    [
      'bucket = "b"\nkey = "k"\nregion = "r"\ndynamodb_table = var.t',
      "must name its table so that Statelock can read S3 and DynamoDB, got an expression in its files",
    ],
  ])("%j is not enough", async (body, message) => {
    expect(await targetOf(body)).toMatchObject({ code: "place-unknown", path: "app/main.tf:2", message });
  });
});
