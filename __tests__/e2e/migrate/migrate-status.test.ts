import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { readFileSync } from "node:fs";
import type { SeenRecord } from "../../../lib/record/migration-record";
import { migrateStatusSchema, type StateStatus } from "../../../lib/migrate/live/state-status";
import { configFiles } from "../../support/config-files";
import { FLEET_BUCKET, FLEET_TABLE, legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult } from "../../../lab/machine/workspace";

/** Exit code, and one line for each state. */
function told({ code, stdout }: CommandResult): [number | null, ...string[]] {
  const { states } = migrateStatusSchema.parse(JSON.parse(stdout));
  return [code, ...states.map(line)];
}

function line({ root, phase, writer, digest, fileLock, tableLock, overlap, findings, untold }: StateStatus): string {
  const codes = [...findings, ...untold].map((problem) => problem.code).join(" ");
  const locks = `${fileLock.held}/${tableLock?.held ?? "-"}`;
  return `${root} ${phase}: by ${writer}, digest ${digest}, locks ${locks}, both ${overlap}${codes === "" ? "" : ` [${codes}]`}`;
}

/** A consumer that is the root live/quiet. */
const HOME = configFiles("home", {
  bucket: { name: FLEET_BUCKET, region: "us-east-1" },
  legacyTable: FLEET_TABLE,
  consumers: [{ name: "quiet", key: "quiet", locking: "both" }],
});

describeE2e("statelock migrate status", ["terraform", "moto-server"], () => {
  let fleet: LegacyFleet;
  const status = (...args: string[]): Promise<CommandResult> => fleet.statelock("migrate", "status", "--json", ...args);
  const lockfile = (...args: string[]): Promise<CommandResult> =>
    fleet.statelock("migrate", "apply", "--to", "lockfile", "--dry-run", "--json", "--force", ...args);
  const refusals = ({ code, stdout }: CommandResult): [number | null, ...string[]] => {
    const plan = JSON.parse(stdout) as { refusals: { problems: { code: string }[] }[] };
    return [code, ...plan.refusals.flatMap(({ problems }) => problems.map((problem) => problem.code))];
  };

  beforeAll(async () => {
    fleet = await legacyFleet();
    await Promise.all([
      fleet.root("old", "dynamodb").then(() => fleet.apply("old", "one")),
      fleet.root("quiet", "both"),
      fleet.root("ahead", "lockfile").then(() => fleet.apply("ahead", "one")),
    ]);
    await fleet.root("new", "both");
    await fleet.apply("new", "one");
  });

  afterAll(() => fleet.stop());

  it("recognizes each phase by the traces of its client, and ends with 0", async () => {
    expect(told(await status())).toEqual([
      0,
      "live/ahead lockfile: by lockfile, digest no-table, locks no/-, both seen",
      "live/new both: by both, digest matches, locks no/no, both seen",
      "live/old dynamodb: by with-table, digest matches, locks no/no, both unseen",
      "live/quiet both: by nobody, digest no-state, locks no/no, both unseen",
    ]);
  });

  it("prints a table, and every workspace", async () => {
    requireSuccess(await fleet.terraform("new", "workspace", "new", "test"));
    requireSuccess(await fleet.terraform("new", "workspace", "select", "default"));
    const { code, stdout } = await fleet.statelock("migrate", "status", "--root", "live/new");
    expect([code, stdout.split("\n").map((text) => text.split(/ {2,}/).slice(0, 3).join(" "))]).toEqual([
      0,
      ["ROOT PHASE STATE", `live/new both ${FLEET_BUCKET}/new`, `live/new both ${FLEET_BUCKET}/env:/test/new`, ""],
    ]);
  });

  it("lets a root go on to lockfile only once a client on both has run, and remembers it", async () => {
    expect(refusals(await lockfile("--root", "live/new"))).toEqual([0]);
    expect(refusals(await lockfile("--root", "live/quiet"))).toEqual([1, "overlap-unseen"]);
    for (const [path, text] of Object.entries(HOME)) fleet.workspace.write(path, text);
    const together = ["--root", "quiet", "--root", "live/quiet"];
    expect(refusals(await lockfile("--root", "quiet"))).toEqual([1, "root-left-behind", "overlap-unseen"]);
    expect(refusals(await lockfile(...together))).toEqual([1, "overlap-unseen", "overlap-unseen"]);
    requireSuccess(await fleet.terraform("quiet", "plan"));
    expect(refusals(await lockfile("--root", "live/quiet"))).toEqual([0]);
    // The consumer is left to an operator.
    expect(refusals(await lockfile(...together))).toEqual([1]);
    requireSuccess(await status("--record"));
    const record = readFileSync(fleet.workspace.path("statelock.migration.json"), "utf8");
    const { states } = JSON.parse(record) as SeenRecord;
    expect(
      Object.entries(states).map(([key, { reached = {}, ...seen }]) => [key, Object.keys(seen), Object.keys(reached)]),
    ).toEqual([
      [`${FLEET_BUCKET}/ahead`, ["lockfile"], ["lockfile"]],
      [`${FLEET_BUCKET}/env:/test/new`, ["both"], []],
      [`${FLEET_BUCKET}/new`, ["both"], ["both"]],
      [`${FLEET_BUCKET}/old`, [], ["dynamodb"]],
      [`${FLEET_BUCKET}/quiet`, [], ["both"]],
    ]);
  });

  it("shows who holds which lock, and keeps the root from going on", async () => {
    const apply = await fleet.hold("new");
    expect(told(await status("--root", "live/new"))).toEqual([
      0,
      expect.stringContaining("locks yes/yes"),
      expect.stringContaining("locks no/no"),
    ]);
    expect(refusals(await lockfile("--root", "live/new"))).toEqual([1, "lock-held"]);
    fleet.letGo("new");
    requireSuccess(await apply.done);
  });

  it("does not go by clients that were on both before the state was on dynamodb again", async () => {
    await fleet.root("returned", "dynamodb");
    requireSuccess(await fleet.apply("returned", "one"));
    const step = async (...args: string[]): Promise<void> => {
      requireSuccess(await fleet.statelock("migrate", ...args, "--force", "--root", "live/returned"));
      // S3 counts whole seconds: a client within the second of a step is not told from one before it.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    };
    const overlap = async (): Promise<string> => told(await status("--root", "live/returned")).join(" ");
    await step("apply", "--to", "both");
    requireSuccess(await fleet.terraform("returned", "init", "-reconfigure"));
    requireSuccess(await fleet.apply("returned", "two"));
    requireSuccess(await status("--record", "--root", "live/returned"));
    expect(await overlap()).toMatch(/^0 .*both seen$/);
    await step("rollback", "--to", "dynamodb");
    await step("apply", "--to", "both");
    expect(await overlap()).toMatch(/^1 .*both unseen \[overlap-unseen\]$/);
    expect(refusals(await lockfile("--root", "live/returned"))).toEqual([1, "overlap-unseen"]);
    requireSuccess(await fleet.terraform("returned", "plan"));
    expect(await overlap()).toMatch(/^0 .*both seen$/);
    expect(refusals(await lockfile("--root", "live/returned"))).toEqual([0]);
  });

  it("finds a client that still locks only in the table, by its writes and by its lock", async () => {
    await fleet.root("straggler", "both", "shared");
    requireSuccess(await fleet.apply("straggler", "one"));
    await fleet.root("straggler-clone", "dynamodb", "shared");
    // S3 counts whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const apply = await fleet.hold("straggler-clone");
    expect(told(await status("--root", "live/straggler"))).toEqual([
      1,
      "live/straggler both: by both, digest matches, locks no/yes, both seen [left-behind]",
    ]);
    fleet.letGo("straggler-clone");
    requireSuccess(await apply.done);
    expect(told(await status("--root", "live/straggler"))).toEqual([
      1,
      "live/straggler both: by dynamodb, digest matches, locks no/no, both seen [left-behind]",
    ]);
    fleet.workspace.write("live/straggler-clone/main.tf", "");
    expect(refusals(await lockfile("--root", "live/straggler"))).toEqual([1, "left-behind"]);
  });

  it.each([
    ["AccessDeniedException", "aws-call"],
    ["ThrottlingException", "aws-call"],
    ["ResourceNotFoundException", "table-absent"],
  ])("ends with 2 if DynamoDB answers %s", async (type, code) => {
    const unhook = fleet.standIn.onRequest(({ service }) =>
      service === "dynamodb"
        ? {
            status: 400,
            headers: { "content-type": "application/x-amz-json-1.0" },
            body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "no" }),
          }
        : undefined,
    );
    const [result, moving] = [await status("--root", "live/quiet"), await lockfile("--root", "live/quiet")];
    unhook();
    expect(told(result)).toEqual([
      2,
      expect.stringMatching(new RegExp(`digest unknown, locks no/unknown, .*\\[${code}`)),
    ]);
    expect(refusals(moving)[0]).toBe(2);
    expect(refusals(moving)).toContain(code);
  });

  it("ends with 2 for bad credentials, and for a root whose files name no place", async () => {
    const unhook = fleet.standIn.onRequest(({ service, headers }) =>
      service === "s3" && headers["if-none-match"] === undefined ? { status: 403, body: "" } : undefined,
    );
    const [code, ...lines] = told(await status("--root", "live/new"));
    unhook();
    expect([code, lines[0]]).toEqual([2, expect.stringContaining("by unknown, digest unknown, locks unknown/no")]);
    fleet.workspace.write("vague/main.tf", 'terraform {\n  backend "s3" {\n    dynamodb_table = "locks"\n  }\n}\n');
    const vague = await status("vague");
    expect([vague.code, JSON.parse(vague.stdout)]).toMatchObject([
      2,
      { states: [], problems: [{ code: "place-unknown" }] },
    ]);
  });

  it("does not take a digest for one that holds something else", async () => {
    const item = { LockID: { S: `${FLEET_BUCKET}/old-md5` }, Info: { S: "{}" } };
    await fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: item }));
    expect(told(await status("--root", "live/old"))).toEqual([2, expect.stringContaining("[digest-unreadable]")]);
  });
});
