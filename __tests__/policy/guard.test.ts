import { guardPolicy } from "../../lib/policy/guard";
import { PARTITIONS } from "../../lib/policy/partition";

test("the guard refuses plain HTTP on the bucket and on everything in it", () => {
  expect(guardPolicy({ partition: "aws", bucket: "acme-tfstate" }).Statement).toMatchInlineSnapshot(`
    [
      {
        "Action": "s3:*",
        "Condition": {
          "Bool": {
            "aws:SecureTransport": "false",
          },
        },
        "Effect": "Deny",
        "Principal": "*",
        "Resource": [
          "arn:aws:s3:::acme-tfstate",
          "arn:aws:s3:::acme-tfstate/*",
        ],
        "Sid": "DenyInsecureTransport",
      },
    ]
  `);
});

test.each(PARTITIONS)("in %s it only denies, and names the bucket of that partition", (partition) => {
  const { Statement } = guardPolicy({ partition, bucket: "acme-tfstate" });
  expect(Statement.map((statement) => statement.Effect)).not.toContain("Allow");
  expect(Statement.flatMap((statement) => statement.Resource)).toEqual([
    `arn:${partition}:s3:::acme-tfstate`,
    `arn:${partition}:s3:::acme-tfstate/*`,
  ]);
});
