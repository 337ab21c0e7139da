import { probeStore } from "../../lib/aws/probe-store";
import { startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";

const KEY = ".statelock/probe.tflock";
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
});

afterEach(async () => {
  await s3.stop();
});

it.each([
  ["403, which S3 gives instead of writing", 403, true],
  ["500, which it may give after it wrote", 500, false],
] as const)("%s", async (_what, status, nothingWritten) => {
  s3.onRequest(() => status);
  expect(await probeStore(s3.place).take(KEY, "{}")).toMatchObject({ reply: "failed", nothingWritten });
});

it("an endpoint that nobody listens at wrote nothing", async () => {
  const place = { ...s3.place, access: { ...s3.place.access, endpointUrl: "http://127.0.0.1:1" } };
  expect(await probeStore(place).take(KEY, "{}")).toMatchObject({ reply: "failed", nothingWritten: true });
});
