import {
  isBlocked,
  repairRoots,
  type RootRepair,
  type RootRepairOptions,
} from "../../../lib/migrate/step/repair-roots";
import { UserError } from "../../../lib/problem/problem";
import { NO_ANSWER } from "../../support/fake-history";
import { scanned } from "../../support/fleet";
import { MD5 } from "../../support/live-state";
import { staleWorld, type LiveWorld } from "../../support/live-world";
import { recordedProgress } from "../../support/recorded-progress";

const LOCKING = {
  dynamodb: 'dynamodb_table = "locks"',
  both: 'dynamodb_table = "locks"\nuse_lockfile = true',
  lockfile: "use_lockfile = true",
};

const backend = (locking: keyof typeof LOCKING, key = '"app"'): string =>
  `terraform {\n  backend "s3" {\n    bucket = "b"\n    key = ${key}\n    region = "eu-central-1"\n${LOCKING[locking]}\n  }\n}\n`;

const options: RootRepairOptions = {
  to: "both",
  table: "locks",
  dryRun: false,
  accepted: [],
  defaults: { region: undefined, account: undefined },
  isStopped: () => false,
  progress: recordedProgress().progress,
};

async function repaired(
  world: LiveWorld,
  fleet: Readonly<Record<string, string>>,
  change: Partial<RootRepairOptions> = {},
): Promise<RootRepair[]> {
  const { configurations } = await scanned(fleet);
  return repairRoots(() => world.ports, configurations, { ...options, ...change });
}

const lines = (repairs: readonly RootRepair[]): string[] =>
  repairs.map(({ root, stateKey, outcome, problems }) =>
    [`${root}: ${stateKey}`, outcome, ...problems.map(({ code }) => code)].join(" "),
  );

it("repairs the digests of roots that go back, and of roots that are there already", async () => {
  for (const phase of ["lockfile", "both"] as const) {
    const world = staleWorld();
    expect(lines(await repaired(world, { "app/main.tf": backend(phase) }))).toEqual(["app: app repaired"]);
    expect(world.digest).toBe(MD5);
  }
});

it("leaves a root in another phase alone", async () => {
  const world = staleWorld();
  expect(await repaired(world, { "app/main.tf": backend("dynamodb") })).toEqual([]);
  expect(await repaired(world, { "app/main.tf": backend("lockfile") }, { to: "dynamodb" })).toEqual([]);
});

it("needs the table's name for a root on lockfile", async () => {
  const fleet = { "app/main.tf": backend("lockfile") };
  await expect(repaired(staleWorld(), fleet, { table: undefined })).rejects.toThrow("--table must name the table");
});

it("repairs two roots of one state one after the other, so that neither meets the other's lock", async () => {
  const world = staleWorld();
  const fleet = { "a/main.tf": backend("both"), "b/main.tf": backend("both") };
  expect(lines(await repaired(world, fleet))).toEqual(["a: app repaired", "b: app right"]);
});

it("reports a root whose state it cannot find, read or reach", async () => {
  const unknownKey = await repaired(staleWorld(), { "app/main.tf": backend("both", "var.key") });
  expect(lines(unknownKey)).toEqual(["app: app/main.tf unknown place-unknown"]);
  const stopped = await repaired(staleWorld(), { "app/main.tf": backend("both") }, { isStopped: () => true });
  expect(lines(stopped)).toEqual(["app: app/main.tf unknown interrupted"]);
  const world = staleWorld();
  world.s3.takeLock = () => Promise.reject(new UserError([NO_ANSWER], "unknown"));
  expect(lines(await repaired(world, { "app/main.tf": backend("both") }))).toEqual(["app: app unknown aws-call"]);
});

it.each<[RootRepair["outcome"], number, boolean]>([
  ["right", 0, false],
  ["repaired", 0, false],
  ["needed", 0, false],
  ["repaired", 1, true],
  ["refused", 1, true],
  ["unknown", 1, true],
])("a digest that is %s with %d problems blocks its root: %s", (outcome, count, expected) => {
  const problems = Array<typeof NO_ANSWER>(count).fill(NO_ANSWER);
  expect(isBlocked({ stateKey: "app", outcome, problems })).toBe(expected);
});

it("the digest of a state that does not exist blocks no other workspace", () => {
  const problems = [{ ...NO_ANSWER, code: "state-missing" }];
  expect(isBlocked({ stateKey: "app", outcome: "refused", problems })).toBe(false);
});
