import { conditionalRequests } from "../../lab/corrections/conditional-requests";
import { errorCode, fakeMoto } from "../support/fake-moto";

describe("the correction of conditional requests", () => {
  it("refuses a write that names an ETag in If-None-Match", async () => {
    const moto = fakeMoto([conditionalRequests]);
    const answer = await moto.send("PUT", "/b/k", { headers: { "if-none-match": '"etag"' } });
    expect([answer.status, errorCode(answer), moto.seen]).toEqual([501, "NotImplemented", []]);
  });

  it("lets a write with If-None-Match: * through, and a read with an ETag", async () => {
    const moto = fakeMoto([conditionalRequests]);
    await moto.send("PUT", "/b/k", { headers: { "if-none-match": "*" } });
    await moto.send("GET", "/b/k", { headers: { "if-none-match": '"etag"' } });
    expect(moto.seen).toEqual(["PUT /b/k", "GET /b/k"]);
  });

  it("deletes an object that exists under If-Match: *", async () => {
    const conditions: (string | undefined)[] = [];
    const moto = fakeMoto([conditionalRequests], ({ headers }) => {
      conditions.push(headers["if-match"]);
      return { status: 204 };
    });
    await moto.send("DELETE", "/b/k", { headers: { "if-match": "*" } });
    expect(moto.seen).toEqual(["HEAD /b/k", "DELETE /b/k"]);
    expect(conditions).toEqual([undefined, undefined]);
  });

  it("does not delete what is not there under If-Match: *, nor touch a delete with an ETag", async () => {
    const moto = fakeMoto([conditionalRequests], () => ({ status: 404 }));
    expect(await moto.send("DELETE", "/b/k", { headers: { "if-match": "*" } })).toEqual({ status: 404 });
    await moto.send("DELETE", "/b/k", { headers: { "if-match": '"etag"' } });
    expect(moto.seen).toEqual(["HEAD /b/k", "DELETE /b/k"]);
  });
});
