import { newBucketDefaults } from "../../lab/corrections/new-bucket-defaults";
import { fakeMoto } from "../support/fake-moto";

describe("the defaults of a new bucket", () => {
  it("are put right after it is created", async () => {
    const moto = fakeMoto([newBucketDefaults]);
    await moto.send("PUT", "/b");
    expect(moto.seen).toEqual(["PUT /b", "PUT /b?encryption", "PUT /b?ownershipControls", "PUT /b?publicAccessBlock"]);
  });

  it("leave the ownership that was asked for", async () => {
    const moto = fakeMoto([newBucketDefaults]);
    await moto.send("PUT", "/b", { headers: { "x-amz-object-ownership": "ObjectWriter" } });
    expect(moto.seen).not.toContain("PUT /b?ownershipControls");
  });

  it("bring default encryption back when it is deleted, and nothing else", async () => {
    const moto = fakeMoto([newBucketDefaults]);
    await moto.send("DELETE", "/b?encryption");
    await moto.send("DELETE", "/b?publicAccessBlock");
    expect(moto.seen).toEqual(["DELETE /b?encryption", "PUT /b?encryption", "DELETE /b?publicAccessBlock"]);
  });

  it("are not put where moto refuses the bucket", async () => {
    const moto = fakeMoto([newBucketDefaults], () => ({ status: 409 }));
    await moto.send("PUT", "/b");
    expect(moto.seen).toEqual(["PUT /b"]);
  });
});
