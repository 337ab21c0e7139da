import { partitionOf, s3ViaService } from "../../lib/policy/partition";

const AWS = [
  ...["af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"],
  ...["ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ...["ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1"],
  ...["eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1"],
  ...["mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
];

it.each(AWS)("%s lies in aws", (region) => {
  expect(partitionOf(region)).toBe("aws");
});

it.each(["cn-north-1", "cn-northwest-1"])("%s lies in aws-cn", (region) => {
  expect(partitionOf(region)).toBe("aws-cn");
});

it.each(["us-gov-east-1", "us-gov-west-1"])("%s lies in aws-us-gov", (region) => {
  expect(partitionOf(region)).toBe("aws-us-gov");
});

it.each(["eusc-de-east-1", "eusc-de-east-2"])("%s lies in aws-eusc", (region) => {
  expect(partitionOf(region)).toBe("aws-eusc");
});

it.each([
  ...["us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isob-west-1", "eu-isoe-west-1", "us-isof-south-1"],
  "us-isof-east-1",
])("%s is in a partition that is not supported", (region) => {
  expect(partitionOf(region)).toBeUndefined();
});

it.each(["", "eu-central", "eu_central_1", "EU-CENTRAL-1", "eu-central-1a", " eu-central-1", "eu-central-1\n", "*"])(
  "%j is no region",
  (region) => {
    expect(partitionOf(region)).toBeUndefined();
  },
);

it("a region that opens tomorrow works", () => {
  expect(partitionOf("eu-east-1")).toBe("aws");
});

it("S3 calls KMS under one name, and under two where endpoints have another suffix", () => {
  expect(s3ViaService("eu-central-1")).toEqual(["s3.eu-central-1.amazonaws.com"]);
  expect(s3ViaService("us-gov-west-1")).toEqual(["s3.us-gov-west-1.amazonaws.com"]);
  expect(s3ViaService("cn-north-1")).toEqual(["s3.cn-north-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"]);
  expect(s3ViaService("eusc-de-east-1")).toEqual(["s3.eusc-de-east-1.amazonaws.com", "s3.eusc-de-east-1.amazonaws.eu"]);
});
