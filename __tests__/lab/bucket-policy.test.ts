import { bucketPolicy } from "../../lab/corrections/bucket-policy";
import { KeptSettings } from "../../lab/requests/kept-settings";
import { errorCode, fakeMoto, knowsOnly } from "../support/fake-moto";

const POLICY = `{ "Version": "2012-10-17", "Statement": [] }`;

describe("the bucket policy correction", () => {
  const start = () => fakeMoto([bucketPolicy(new KeptSettings())], knowsOnly("b"));

  it("keeps the policy word for word, and hides it from moto", async () => {
    const moto = start();
    expect(await moto.send("PUT", "/b?policy", { body: POLICY })).toMatchObject({ status: 204 });
    const answer = await moto.send("GET", "/b?policy");
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(answer.body?.toString()).toBe(POLICY);
    expect(moto.seen).toEqual(["HEAD /b", "HEAD /b"]);
  });

  it("answers NoSuchBucketPolicy before one is put and after it is deleted", async () => {
    const moto = start();
    const before = await moto.send("GET", "/b?policy");
    await moto.send("PUT", "/b?policy", { body: POLICY });
    expect(await moto.send("DELETE", "/b?policy")).toMatchObject({ status: 204 });
    const after = await moto.send("GET", "/b?policy");
    expect([before, after].map((answer) => [answer.status, errorCode(answer)])).toEqual([
      [404, "NoSuchBucketPolicy"],
      [404, "NoSuchBucketPolicy"],
    ]);
  });

  it.each(["PUT", "GET", "DELETE"])("answers NoSuchBucket to %s when moto has no such bucket", async (method) => {
    const answer = await start().send(method, "/none?policy", { body: POLICY });
    expect([answer.status, errorCode(answer)]).toEqual([404, "NoSuchBucket"]);
  });

  it.each(["", "not json", "[]", "null"])("refuses %j as a policy", async (body) => {
    const answer = await start().send("PUT", "/b?policy", { body });
    expect([answer.status, errorCode(answer)]).toEqual([400, "MalformedPolicy"]);
  });

  it("lets everything else through", async () => {
    const moto = start();
    await moto.send("GET", "/b?acl");
    await moto.send("GET", "/b/k?policy");
    expect(moto.seen).toEqual(["GET /b?acl", "GET /b/k?policy"]);
  });
});

describe("kept settings", () => {
  it("go when the bucket goes, and stay when moto refuses to delete it", async () => {
    const kept = new KeptSettings();
    let full = true;
    const moto = fakeMoto([kept.forgetDeletedBuckets, bucketPolicy(kept)], ({ operation }) => ({
      status: operation === "DeleteBucket" && full ? 409 : 200,
    }));
    await moto.send("PUT", "/b?policy", { body: POLICY });
    await moto.send("DELETE", "/b");
    expect((await moto.send("GET", "/b?policy")).status).toBe(200);
    full = false;
    await moto.send("DELETE", "/b");
    expect((await moto.send("GET", "/b?policy")).status).toBe(404);
  });
});
