import fc from "../../support/fuzz";
import {
  accessLogsProblems,
  bucketNameProblems,
  historyProblems,
  placeProblems,
  tagProblems,
} from "../../../lib/config/rules/bucket-rules";
import type { Problem } from "../../../lib/problem/problem";
import type { AccessLogsConfig, BucketConfig } from "../../../lib/config/state-config";
import { config, places, text } from "../../support/home";
import { anyText } from "../../support/arbitraries";

function bucket(part: Partial<BucketConfig>): BucketConfig {
  return config({ bucket: part }).bucket;
}

describe("the bucket's name", () => {
  const nameProblems = (name: string, region = "eu-central-1"): Problem[] =>
    bucketNameProblems({ name, region, account: "123456789012" });

  it.each(["a-123456789012-eu-central-1-an", "acme-tfstate-123456789012-eu-central-1-an", "plan", "acme-plan"])(
    "may be %s in that account and region",
    (name) => {
      expect(nameProblems(name)).toEqual([]);
    },
  );

  it.each([
    ["acme-an", "acme"],
    ["acme-111111111111-eu-central-1-an", "acme"],
    ["acme-123456789012-eu-west-1-an", "acme"],
    ["acme-123456789012-us-gov-west-1-an", "acme"],
    ["acme-123456789012-an", "acme"],
    ["acme-1234-eu-central-1-an", "acme-1234-eu-central-1"],
  ])("must not be %s, of another account or region", (name, chosen) => {
    expect(text(nameProblems(name))).toBe(
      `[bucket-name] name must not end with "-an" after another account or region, got "${name}"\n  -> Use "${chosen}-123456789012-eu-central-1-an", or leave "-an" out: S3 keeps such names for the account and the region in them.`,
    );
  });

  it("is not in an account regional namespace where S3 has none, and needs a part of its own", () => {
    expect(nameProblems("acme-123456789012-me-south-1-an", "me-south-1")).toHaveLength(1);
    expect(nameProblems("-123456789012-eu-central-1-an")).toHaveLength(1);
  });

  it.each(["acme-tfstate", "abc", "1a2", "a".repeat(63), "a--b", "123456789012"])("may be %s", (name) => {
    expect(nameProblems(name)).toEqual([]);
  });

  it.each([
    ["", "ab", "a".repeat(64), "acme\n", "acmé"],
    ["Acme", "acme_tfstate", "-acme", "acme-", "acme tfstate", "acme.tfstate", "192.168.5.4", "acme/state"],
    ["xn--acme", "sthree-acme", "amzn-s3-demo-acme"],
    ["acme-s3alias", "acme--ol-s3", "acme.mrap", "acme--x-s3", "acme--table-s3"],
  ])("must not be %j, %j or %j", (...names) => {
    expect(names.filter((name) => nameProblems(name).length === 0)).toEqual([]);
  });

  it("reports every mistake in it at once", () => {
    expect(text(nameProblems("xn--Acme.tfstate--x-s3" + "x".repeat(50) + "-s3alias"))).toMatchInlineSnapshot(`
      "[bucket-name] name must have 3 to 63 characters, got 80 in "xn--Acme.tfstate--x-s3xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-s3alias"
        -> Choose a name of that length.
      [bucket-name] name must not hold a dot, got "xn--Acme.tfstate--x-s3xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-s3alias"
        -> Use hyphens: S3's TLS certificate does not cover names with dots, so requests to the bucket fail.
      [bucket-name] name must not begin with "xn--", got "xn--Acme.tfstate--x-s3xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-s3alias"
        -> Choose another name: AWS reserves that prefix.
      [bucket-name] name must not end with "-s3alias", got "xn--Acme.tfstate--x-s3xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-s3alias"
        -> Choose another name: AWS reserves that suffix."
    `);
  });

  it("is judged whatever it is", () => {
    fc.assert(
      fc.property(anyText(), (name) => {
        expect(() => nameProblems(name)).not.toThrow();
      }),
    );
  });
});

describe("region and account", () => {
  it("are fine as AWS writes them", () => {
    expect(placeProblems(bucket({}))).toEqual([]);
    expect(placeProblems(bucket({ account: "000000000001" }))).toEqual([]);
  });

  it.each([
    ["eu-centrl-1", '; did you mean "eu-central-1"?'],
    ["us-esat-1", '; did you mean "us-east-1"?'],
    ["us-gov-wesst-1", '; did you mean "us-gov-west-1"?'],
    ["eusc-de-esat-1", '; did you mean "eusc-de-east-1"?'],
    ["eu-middle-1", ""],
  ])("%s is no region that exists", (region, hint) => {
    const [problem] = placeProblems(bucket({ region }));
    expect(problem?.message).toBe(`must be a region that exists, got "${region}"${hint}`);
  });

  it.each(["eu-central-3", "nz-north-1", "ap-southeast-7", "us-gov-east-1", "cn-northwest-1", "eusc-de-east-1"])(
    "%s may be one",
    (region) => {
      expect(placeProblems(bucket({ region }))).toEqual([]);
    },
  );

  it("must be a region of a supported partition, and 12 digits", () => {
    expect(text(placeProblems(bucket({ region: "us-iso-east-1", account: "1234-5678-9012" })))).toMatchInlineSnapshot(`
      "[region] region must be a region of AWS, AWS China, AWS GovCloud or the AWS European Sovereign Cloud, got "us-iso-east-1"
        -> Use the region's code, for example "eu-central-1", "cn-north-1", "us-gov-west-1" or "eusc-de-east-1".
      [account] account must be 12 digits, got "1234-5678-9012"
        -> Write the account ID as a string with its leading zeros: \`aws sts get-caller-identity\` prints it."
    `);
  });
});

describe("history", () => {
  it("may be left out, wholly or in part", () => {
    expect([historyProblems(undefined), historyProblems({}), historyProblems({ days: 1 })].flat()).toEqual([]);
  });

  it("keeps one day and one version at least, a hundred versions at most", () => {
    expect(historyProblems({ days: 1, newestVersions: 1 })).toEqual([]);
    expect(historyProblems({ days: 36500, newestVersions: 100 })).toEqual([]);
    expect(text(historyProblems({ days: 0, newestVersions: 101 }))).toMatchInlineSnapshot(`
      "[history] history.days must be 1 or more, got 0
        -> Remove it for 90 days.
      [history] history.newestVersions must be 1 to 100, got 101
        -> Remove it for 100: S3 counts no more than 100 versions."
    `);
    expect(places(historyProblems({ days: -1, newestVersions: 0 }))).toEqual([
      "history history.days",
      "history history.newestVersions",
    ]);
  });
});

describe("access logs", () => {
  const problems = (accessLogs: AccessLogsConfig | undefined, name = "acme-tfstate"): string =>
    text(accessLogsProblems(bucket({ name, ...(accessLogs === undefined ? {} : { accessLogs }) })));

  it("are off, or go to a bucket of their own, or to one that exists", () => {
    expect(problems(undefined)).toBe("");
    expect(problems({})).toBe("");
    expect(problems({ days: 30, prefix: "state/" })).toBe("");
    expect(problems({ bucket: "central-logs", prefix: "" })).toBe("");
    expect(problems({ bucket: "central.logs" })).toBe("");
  });

  it("must not go into the bucket they are about", () => {
    expect(problems({ bucket: "acme-tfstate" })).toMatchInlineSnapshot(`
      "[access-logs] accessLogs.bucket must be another bucket, got "acme-tfstate"
        -> Remove it, and the bootstrap stack creates a bucket: a bucket that logs into itself grows without end."
    `);
  });

  it("need a name for the created bucket that is not too long", () => {
    expect(problems({}, "a".repeat(58))).toBe("");
    expect(problems({}, "a".repeat(59))).toContain("[access-logs] accessLogs must make a log bucket's name");
    expect(problems({ days: 0 })).toContain("[access-logs] accessLogs.days must be 1 or more, got 0");
    expect(problems({ days: 2_147_483_648 })).toContain("accessLogs.days must be at most 2147483647");
    expect(problems({ prefix: "a".repeat(988) })).toBe("");
    expect(problems({ prefix: "é".repeat(495) })).toContain("must be the beginning of a key, at most 988 bytes");
    expect(problems({ prefix: "\ud800" })).toContain("must be the beginning of a key");
  });

  it("must not say how long an existing bucket keeps them", () => {
    expect(problems({ bucket: "central-logs", days: 3 })).toMatchInlineSnapshot(`
      "[access-logs] accessLogs.days must not be set if accessLogs.bucket names an existing bucket, got 3
        -> Remove it: the owner of that bucket decides how long it keeps logs."
    `);
  });

  it.each(["arn:aws:s3:::central-logs", "https://central-logs.s3.amazonaws.com", "Central", ""])(
    "must not go to %j, which is no name",
    (name) => {
      expect(problems({ bucket: name })).toContain("[access-logs] accessLogs.bucket must be a bucket's name");
    },
  );

  it.each(["/logs/", "a${b}/", "%{if}", "a\nb"])("must not have the prefix %j", (prefix) => {
    expect(problems({ prefix })).toContain("[access-logs] accessLogs.prefix must");
  });
});

describe("tags", () => {
  it("may be what AWS lets them be", () => {
    expect(tagProblems({ team: "Größe & Co".replace("&", "+"), "a:b/c": "" })).toEqual([]);
    expect(tagProblems(Object.fromEntries(Array.from({ length: 45 }, (_, n) => [`k${String(n)}`, ""])))).toEqual([]);
  });

  it("must not be too many, too long, reserved or of other characters", () => {
    const many = Object.fromEntries(Array.from({ length: 46 }, (_, n) => [`k${String(n)}`, ""]));
    expect(places(tagProblems(many))).toEqual(["tags tags"]);
    expect(text(tagProblems({ Env: "a", env: "b" }))).toContain(
      'must not have keys that differ only by case, got "env"',
    );
    expect(text(tagProblems({ "aws:team": "a", team: "${x}", "": "a" }))).toMatchInlineSnapshot(`
      "[tags] tags.aws:team must not begin with "aws:", got "aws:team"
        -> Rename the tag: AWS reserves that prefix.
      [tags] tags.team must be at most 256 letters, digits, spaces and _.:/=+-@, got "\${x}"
        -> Shorten or correct the value.
      [tags] tags. must have a key of 1 to 128 letters, digits, spaces and _.:/=+-@, got ""
        -> Rename the tag."
    `);
    expect(places(tagProblems({ ["k".repeat(129)]: "a", v: "v".repeat(257) }))).toEqual([
      `tags tags.${"k".repeat(129)}`,
      "tags tags.v",
    ]);
  });
});
