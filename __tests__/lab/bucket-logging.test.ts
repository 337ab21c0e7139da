import { bucketLogging } from "../../lab/corrections/bucket-logging";
import { bucketPolicy } from "../../lab/corrections/bucket-policy";
import { grantsLogDelivery } from "../../lab/corrections/log-delivery-grant";
import { KeptSettings } from "../../lab/requests/kept-settings";
import { errorCode, fakeMoto, knowsOnly } from "../support/fake-moto";

const GRANT = {
  Effect: "Allow",
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::logs/state/*",
};

const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

const logTo = (bucket: string, prefix: string) =>
  `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${bucket}</TargetBucket><TargetPrefix>${prefix}</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`;

describe("the bucket logging correction", () => {
  const start = async () => {
    const kept = new KeptSettings();
    const moto = fakeMoto([bucketPolicy(kept), bucketLogging(kept)], knowsOnly("b", "logs"));
    await moto.send("PUT", "/logs?policy", { body: policy(GRANT) });
    return moto;
  };

  it("keeps the setting where the log bucket's policy grants log delivery", async () => {
    const moto = await start();
    expect(await moto.send("PUT", "/b?logging", { body: logTo("logs", "state/") })).toMatchObject({ status: 200 });
    expect((await moto.send("GET", "/b?logging")).body).toBe(logTo("logs", "state/"));
    expect(moto.seen.filter((line) => !line.startsWith("HEAD "))).toEqual([]);
  });

  it("gives the empty setting before one is put and after it is taken back", async () => {
    const moto = await start();
    const before = await moto.send("GET", "/b?logging");
    await moto.send("PUT", "/b?logging", { body: logTo("logs", "state/") });
    await moto.send("PUT", "/b?logging", { body: "<BucketLoggingStatus/>" });
    expect(before.body).toContain("<BucketLoggingStatus");
    expect(await moto.send("GET", "/b?logging")).toEqual(before);
  });

  it.each([
    ["a log bucket that is not there", logTo("none", "state/")],
    ["a prefix that the policy leaves out", logTo("logs", "other/")],
    ["a log bucket without a policy", logTo("b", "state/")],
  ])("refuses %s", async (_, body) => {
    const answer = await (await start()).send("PUT", "/b?logging", { body });
    expect([answer.status, errorCode(answer)]).toEqual([400, "InvalidTargetBucketForLogging"]);
  });

  it("answers NoSuchBucket for a bucket that moto does not have", async () => {
    expect(errorCode(await (await start()).send("GET", "/none?logging"))).toBe("NoSuchBucket");
  });
});

describe("grantsLogDelivery", () => {
  it.each([
    ["the exact grant", GRANT, true],
    ["lists and wildcards", { ...GRANT, Action: ["s3:Put*"], Resource: ["arn:aws:s3:::logs/*"] }, true],
    ["several services", { ...GRANT, Principal: { Service: ["x", "logging.s3.amazonaws.com"] } }, true],
    ["another partition", { ...GRANT, Resource: "arn:aws-cn:s3:::logs/state/*" }, true],
    ["a deny", { ...GRANT, Effect: "Deny" }, false],
    ["another principal", { ...GRANT, Principal: "*" }, false],
    ["another action", { ...GRANT, Action: "s3:GetObject" }, false],
    ["the bucket instead of its objects", { ...GRANT, Resource: "arn:aws:s3:::logs" }, false],
    ["another bucket", { ...GRANT, Resource: "arn:aws:s3:::logs2/*" }, false],
  ])("judges %s", (_, statement, granted) => {
    expect(grantsLogDelivery(policy(statement), "logs", "state/")).toBe(granted);
  });
});
