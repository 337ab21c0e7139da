import { readHandmade, readObjectLock } from "../../lib/aws/read-handmade";
import { s3Client } from "../../lib/aws/connect";
import type { HandmadeSettings } from "../../lib/verify/surroundings";
import { startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { STORES } from "../../lab/memory/store-rules";

const OFF = {
  abac: { value: false },
  metadataTables: { value: undefined },
  inventories: { value: [] },
  objectLock: { value: undefined },
};

let s3: FakeS3;
beforeEach(async () => {
  s3 = await startFakeS3();
});
afterEach(() => s3.stop());

const read = (): Promise<HandmadeSettings> => readHandmade(s3Client(s3.place), s3.place);
const lockConfiguration = (rule: string): string =>
  `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;
const retention = (mode: string, period: string): string =>
  lockConfiguration(`<Rule><DefaultRetention><Mode>${mode}</Mode>${period}</DefaultRetention></Rule>`);
const inventory = (bucket: string, enabled: boolean): string =>
  `<InventoryConfiguration><Destination><S3BucketDestination><Bucket>${bucket}</Bucket></S3BucketDestination></Destination><IsEnabled>${String(enabled)}</IsEnabled><Id>i</Id></InventoryConfiguration>`;

it("a bucket on AWS in which nobody made a setting has none of them", async () => {
  expect(await read()).toEqual(OFF);
});

it("names where the settings lead", async () => {
  s3.settings.set("GetBucketAbac", "<AbacStatus><Status>Enabled</Status></AbacStatus>");
  s3.settings.set(
    "GetBucketMetadataConfiguration",
    "<GetBucketMetadataConfigurationResult><MetadataConfigurationResult><DestinationResult><TableBucketArn>arn:t</TableBucketArn></DestinationResult></MetadataConfigurationResult></GetBucketMetadataConfigurationResult>",
  );
  s3.settings.set(
    "ListBucketInventoryConfigurations",
    `<ListInventoryConfigurationsResult>${inventory("arn:off", false)}${inventory("arn:on", true)}<IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>`,
  );
  s3.settings.set("GetObjectLockConfiguration", retention("COMPLIANCE", "<Years>2</Years>"));
  expect(await read()).toEqual({
    abac: { value: true },
    metadataTables: { value: "arn:t" },
    inventories: { value: ["arn:on"] },
    objectLock: { value: { retention: { mode: "COMPLIANCE", days: 730 } } },
  });
});

it("Object Lock without a default retention is on, and keeps nothing by itself", async () => {
  s3.settings.set("GetObjectLockConfiguration", lockConfiguration(""));
  expect(await readObjectLock(s3.place)).toEqual({ value: {} });
});

it.each([
  [{ status: 403, code: "AccessDenied" }, { unreadable: "403 AccessDenied" }],
  [{ status: 404, code: "NoSuchBucket" }, { unreadable: "the bucket does not exist" }],
  [{ status: 404, code: "NoSuchKey" }, { unreadable: "404 NoSuchKey" }],
  [{ status: 405, code: "MethodNotAllowed" }, { notApplicable: true }],
  [{ status: 400, code: "UnsupportedArgument" }, { notApplicable: true }],
  [{ status: 501, code: "NotImplemented" }, { notApplicable: true }],
])("%j is never read as off", async (fault, expected) => {
  s3.onRequest(() => fault);
  for (const reading of Object.values(await read())) expect(reading).toMatchObject(expected);
});

it("a list of inventories that is cut is not an empty one", async () => {
  s3.settings.set(
    "ListBucketInventoryConfigurations",
    "<ListInventoryConfigurationsResult><IsTruncated>true</IsTruncated></ListInventoryConfigurationsResult>",
  );
  expect((await read()).inventories).toHaveProperty("unreadable");
});

it.each(["not-implemented", "listing"] as const)(
  "on another store, whose settings are %s, only Object Lock is asked for",
  async (settings) => {
    s3.play({ ...STORES.MinIO, settings });
    const found = await read();
    for (const reading of [found.abac, found.metadataTables, found.inventories])
      expect(reading).toMatchObject({ notApplicable: true });
    expect(found.objectLock).toMatchObject(settings === "listing" ? { value: undefined } : { notApplicable: true });
    expect(new Set(s3.requests.map(({ operation }) => operation))).toEqual(new Set(["GetObjectLockConfiguration"]));
  },
);
