import { restoreTable } from "../../../cli/history/restore-port";
import { tableArguments } from "../../../lib/aws/connect";

const BUCKET = { name: "acme-tfstate", region: "eu-central-1", account: "123456789012", access: { profile: "ops" } };
const ARN = "arn:aws:dynamodb:eu-west-1:222222222222:table/locks";

it("a table that is named by its ARN is locked in that region and account", () => {
  const table = restoreTable(BUCKET, ARN);
  expect(table).toEqual({ ...BUCKET, name: "locks", region: "eu-west-1", account: "222222222222" });
  expect(tableArguments(table)).toEqual({ TableName: ARN });
});

it("a table that is named alone is locked in the region and account of the bucket", () => {
  expect(restoreTable(BUCKET, "locks")).toEqual({ ...BUCKET, name: "locks" });
});

it.each(["arn:aws:s3:::acme-tfstate", "arn:aws:dynamodb:eu-west-1:222222222222:table/", "a b", ""])(
  "%j names no table, and nothing is asked",
  (text) => {
    expect(() => restoreTable(BUCKET, text)).toThrow(/--dynamodb-table must be a table's name or ARN/);
  },
);
