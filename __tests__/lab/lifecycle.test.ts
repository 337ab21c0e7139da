import { lifecycle } from "../../lab/corrections/lifecycle";
import { KeptSettings } from "../../lab/requests/kept-settings";
import { fakeMoto } from "../support/fake-moto";

const PUT = "<LifecycleConfiguration><NewerNoncurrentVersions>10</NewerNoncurrentVersions></LifecycleConfiguration>";

/** As moto: keeps that there is a configuration, and loses part of it. */
function forgetfulMoto() {
  let configured = false;
  return fakeMoto([lifecycle(new KeptSettings())], ({ method, bucket }) => {
    if (bucket !== "b") return { status: 404, body: "NoSuchBucket" };
    if (method !== "GET") configured = method === "PUT";
    if (method !== "GET") return { status: 200 };
    return configured ? { status: 200, body: "<less/>" } : { status: 404, body: "NoSuchLifecycleConfiguration" };
  });
}

describe("the lifecycle correction", () => {
  it("gives back what was put, word for word, with the default transition size", async () => {
    const moto = forgetfulMoto();
    await moto.send("PUT", "/b?lifecycle", { body: PUT });

    const answer = await moto.send("GET", "/b?lifecycle");
    expect(answer.body?.toString()).toBe(PUT);
    expect(answer.headers).toMatchObject({
      "x-amz-transition-default-minimum-object-size": "all_storage_classes_128K",
    });
  });

  it("keeps the transition size that was asked for", async () => {
    const moto = forgetfulMoto();
    const headers = { "x-amz-transition-default-minimum-object-size": "varies_by_storage_class" };
    expect((await moto.send("PUT", "/b?lifecycle", { body: PUT, headers })).headers).toMatchObject(headers);
    expect((await moto.send("GET", "/b?lifecycle")).headers).toMatchObject(headers);
  });

  it("lets moto answer for a missing lifecycle and a missing bucket", async () => {
    const moto = forgetfulMoto();
    expect(await moto.send("GET", "/b?lifecycle")).toMatchObject({ status: 404, body: "NoSuchLifecycleConfiguration" });
    await moto.send("PUT", "/b?lifecycle", { body: PUT });
    await moto.send("DELETE", "/b?lifecycle");
    expect(await moto.send("GET", "/b?lifecycle")).toMatchObject({ status: 404, body: "NoSuchLifecycleConfiguration" });
    expect(await moto.send("PUT", "/none?lifecycle", { body: PUT })).toMatchObject({ status: 404 });
    expect(await moto.send("GET", "/none?lifecycle")).toMatchObject({ status: 404, body: "NoSuchBucket" });
  });
});
