import { writeOrder } from "../../lab/corrections/write-order";
import { fakeMoto } from "../support/fake-moto";

/** A moto whose requests overlap unless something keeps them apart; tells how many ran at once. */
function slowMoto() {
  let running = 0;
  const most = { atOnce: 0 };
  const moto = fakeMoto([writeOrder()], async () => {
    most.atOnce = Math.max(most.atOnce, ++running);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    running--;
    return { status: 200 };
  });
  return { ...moto, most };
}

const deletion = (...keys: string[]) => ({ body: keys.map((key) => `<Object><Key>${key}</Key></Object>`).join("") });

const table = (operation: string, name: string) => ({
  headers: {
    authorization: "AWS4-HMAC-SHA256 Credential=A/1/r/dynamodb/aws4_request",
    "x-amz-target": `DynamoDB_20120810.${operation}`,
  },
  body: `{"TableName":"${name}"}`,
});

describe("the order of writes", () => {
  it("keeps writes to one object apart, in the order in which they came", async () => {
    const moto = slowMoto();
    const methods = ["PUT", "DELETE", "POST", "PUT"];
    await Promise.all(methods.map((method) => moto.send(method, "/b/k")));
    expect(moto.most.atOnce).toBe(1);
    expect(moto.seen).toEqual(methods.map((method) => `${method} /b/k`));
  });

  it("lets reads, and writes to other objects, run beside each other", async () => {
    const moto = slowMoto();
    await Promise.all([moto.send("PUT", "/b/1"), moto.send("PUT", "/b/2"), moto.send("GET", "/b/1")]);
    expect(moto.most.atOnce).toBe(3);
  });

  it("makes a deletion of several objects wait for each of them", async () => {
    const moto = slowMoto();
    await Promise.all([
      moto.send("PUT", "/b/1"),
      moto.send("POST", "/b?delete", deletion("1", "2")),
      moto.send("PUT", "/b/2"),
    ]);
    expect(moto.most.atOnce).toBe(1);
  });

  it("keeps writes to one DynamoDB table apart, and not its reads", async () => {
    const writes = slowMoto();
    await Promise.all(["PutItem", "DeleteItem"].map((name) => writes.send("POST", "/", table(name, "t"))));
    const reads = slowMoto();
    await Promise.all(["GetItem", "GetItem"].map((name) => reads.send("POST", "/", table(name, "t"))));
    expect([writes.most.atOnce, reads.most.atOnce]).toEqual([1, 2]);
  });

  it("goes on after a write that failed", async () => {
    let first = true;
    const moto = fakeMoto([writeOrder()], () => {
      if (!first) return { status: 200 };
      first = false;
      throw new Error("cut off");
    });
    const [failed, second] = await Promise.allSettled([moto.send("PUT", "/b/k"), moto.send("PUT", "/b/k")]);
    expect([failed.status, second.status]).toEqual(["rejected", "fulfilled"]);
  });
});
