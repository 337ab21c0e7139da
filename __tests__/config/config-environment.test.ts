import { readEnvironment, withEnvironment } from "../../lib/config/config-environment";
import { config, home, places, refusals } from "../support/home";

it("without variables the config alone decides", () => {
  expect(withEnvironment(config(), readEnvironment({}))).toEqual(config());
});

it("name, region and account can come from the environment, each by itself", () => {
  const environment = {
    STATELOCK_BUCKET: "ci-tfstate",
    STATELOCK_REGION: "us-gov-west-1",
    STATELOCK_ACCOUNT: "210987654321",
  };
  expect(home({}, { environment }).bucket).toMatchObject({
    name: "ci-tfstate",
    region: "us-gov-west-1",
    account: "210987654321",
    partition: "aws-us-gov",
  });
  expect(home({}, { environment: { STATELOCK_ACCOUNT: "210987654321" } }).bucket).toMatchObject({
    name: "acme-tfstate",
    account: "210987654321",
  });
});

it("an empty variable counts as not set", () => {
  expect(home({}, { environment: { STATELOCK_BUCKET: "", STATELOCK_REGION: undefined } }).bucket.name).toBe(
    "acme-tfstate",
  );
});

it("checks values of the environment like the config, and together with it", () => {
  expect(places(refusals(config(), { environment: { STATELOCK_BUCKET: "Bad_Name" } }))).toEqual([
    "bucket-name STATELOCK_BUCKET (for bucket.name)",
  ]);
  expect(
    places(refusals(config({ bucket: { name: "Bad_Name" } }), { environment: { STATELOCK_REGION: "nowhere" } })),
  ).toEqual(["bucket-name bucket.name", "region STATELOCK_REGION (for bucket.region)"]);
  const access = { reader: ["arn:aws:iam::123456789012:role/a"] };
  const withRole = config({ consumers: [{ name: "app", access }] });
  expect(places(refusals(withRole, { environment: { STATELOCK_ACCOUNT: "210987654321" } }))).toEqual([
    "role-arn consumers[0].access.reader[0]",
  ]);
});

it("defaults follow the name from the environment", () => {
  const { bucket } = home({ bucket: { accessLogs: {} } }, { environment: { STATELOCK_BUCKET: "ci-tfstate" } });
  expect(bucket.accessLogs).toMatchObject({ bucket: "ci-tfstate-logs", prefix: "ci-tfstate/" });
});

it("lets only the bootstrap command move the bootstrap stack's backend, by one exact word", () => {
  const location = (value: string): string =>
    home({}, { environment: { STATELOCK_BOOTSTRAP_STATE: value } }).bootstrap.location;
  expect([location("bucket"), location("local"), location("")]).toEqual(["bucket", "local", "local"]);
});
