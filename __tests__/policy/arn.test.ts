import fc from "../support/fuzz";
import { parseArn, roleName, s3Arn } from "../../lib/policy/arn";
import { anyText } from "../support/arbitraries";

it("an ARN is read into its parts", () => {
  expect(parseArn("arn:aws-cn:kms:cn-north-1:123456789012:key/1")).toEqual({
    partition: "aws-cn",
    service: "kms",
    region: "cn-north-1",
    account: "123456789012",
    resource: "key/1",
  });
});

it("a resource may hold colons", () => {
  expect(parseArn("arn:aws:logs:eu-central-1:123456789012:log-group:a:*")?.resource).toBe("log-group:a:*");
});

it.each(["", "arn", "arn:aws", "arn:aws:s3:::", "arn:aws::::x", "arn:aws-iso:s3:::b", "urn:aws:s3:::b", "aws:s3:::b"])(
  "%j is no ARN of a supported partition",
  (text) => {
    expect(parseArn(text)).toBeUndefined();
  },
);

it("reading never throws", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(() => parseArn(text)).not.toThrow();
    }),
  );
});

it("bucket and objects have ARNs without region and account", () => {
  expect(s3Arn("aws", "b")).toBe("arn:aws:s3:::b");
  expect(s3Arn("aws-us-gov", "b", "a/b")).toBe("arn:aws-us-gov:s3:::b/a/b");
});

it("a role's name is its ARN without the path", () => {
  expect(roleName("arn:aws:iam::123456789012:role/ci")).toBe("ci");
  expect(roleName("arn:aws:iam::123456789012:role/team/a/ci")).toBe("ci");
});
