import { restoreTable } from "../../../cli/history/restore-port";
import { tableArguments } from "../../../lib/aws/connect";

const BUCKET = { name: "acme-tfstate", region: "eu-central-1", account: "123456789012", access: { profile: "ops" } };
const ARN = "arn:aws:dynamodb:eu-west-1:222222222222:table/locks";

it("locks in the region and account of the table's ARN", () => {
  const table = restoreTable(BUCKET, ARN);
  expect(table).toEqual({ ...BUCKET, name: "locks", region: "eu-west-1", account: "222222222222" });
  expect(tableArguments(table)).toEqual({ TableName: ARN });
});

it("locks in the region and account of the bucket if the table has only a name", () => {
  expect(restoreTable(BUCKET, "locks")).toEqual({ ...BUCKET, name: "locks" });
});

it.each(["arn:aws:s3:::acme-tfstate", "arn:aws:dynamodb:eu-west-1:222222222222:table/", "a b", ""])(
  "%j names no table, and nothing is asked",
  (text) => {
    expect(() => restoreTable(BUCKET, text)).toThrow(/--dynamodb-table must be a table's name or ARN/);
  },
);
