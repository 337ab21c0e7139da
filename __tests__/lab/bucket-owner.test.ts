import { ACCOUNT_ID, bucketOwner } from "../../lab/corrections/bucket-owner";
import { errorCode, fakeMoto } from "../support/fake-moto";

describe("the bucket owner correction", () => {
  const start = () => fakeMoto([bucketOwner(new Set(["theirs"]))]);

  it.each([
    ["no owner", {}, 200],
    ["the right owner", { "x-amz-expected-bucket-owner": ACCOUNT_ID }, 200],
    ["another owner", { "x-amz-expected-bucket-owner": "210987654321" }, 403],
    ["another owner of a copy's source", { "x-amz-source-expected-bucket-owner": "210987654321" }, 403],
    ["a copy out of another account", { "x-amz-copy-source": "/theirs/k" }, 403],
  ])("judges a request that names %s", async (_, headers, status) => {
    expect((await start().send("PUT", "/b/k", { headers })).status).toBe(status);
  });

  it("answers AccessDenied to every request about a foreign bucket, and hides it from moto", async () => {
    const moto = start();
    for (const [method, target] of [
      ["HEAD", "/theirs"],
      ["GET", "/theirs?policy"],
      ["PUT", "/theirs/k"],
    ] as const) {
      const answer = await moto.send(method, target);
      expect([answer.status, errorCode(answer)]).toEqual([403, "AccessDenied"]);
    }
    expect(moto.seen).toEqual([]);
  });

  it("says that the name of a foreign bucket is taken", async () => {
    const answer = await start().send("PUT", "/theirs");
    expect([answer.status, errorCode(answer)]).toEqual([409, "BucketAlreadyExists"]);
  });
});
