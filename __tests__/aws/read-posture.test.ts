import { readPosture } from "../../lib/aws/read-posture";
import { readSurroundings } from "../../lib/aws/read-surroundings";
import { checkResult } from "../../lib/verify/run-checks";
import { startFakeS3 } from "../../lab/memory/memory-s3";

const ABOUT = { code: "a", title: "b", fix: "c" };

it("a setting that could not be read has its reason and the next step", async () => {
  const s3 = await startFakeS3();
  await s3.stop();
  const { guard } = await readPosture(s3.place);
  expect(guard).toMatchObject({ unreadable: expect.stringContaining("ECONNREFUSED") as unknown });
  const { fix } = checkResult(ABOUT, "unreadable" in guard ? guard : { value: undefined });
  expect(fix).toContain("Check the network");
});

it("does not repeat S3's own error for the region of a missing bucket", async () => {
  const s3 = await startFakeS3();
  s3.onRequest(() => 404);
  const { presence, region } = await readSurroundings(s3.place, { value: undefined });
  await s3.stop();
  expect(presence).toEqual({ value: "absent" });
  expect(region).toMatchObject({ unreadable: "the bucket does not exist" });
});
