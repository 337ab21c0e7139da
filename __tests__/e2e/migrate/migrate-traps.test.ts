import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import type { Locking } from "../../../lib/policy/access-level";
import { configFiles } from "../../support/config-files";
import type { Fleet } from "../../support/fleet";
import { FLEET_BUCKET, FLEET_TABLE, legacyFleet, legacyRoot, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult } from "../../../lab/machine/workspace";

const STALE = "state data in S3 does not have the expected content";

interface Answer {
  readonly digests?: readonly { readonly outcome: string; readonly stateKey: string; readonly problems: Coded[] }[];
  readonly refusals?: readonly { readonly problems: Coded[] }[];
  readonly byHand?: readonly object[];
  readonly removed?: readonly string[];
  readonly left?: readonly { readonly item: string; readonly problems: Coded[] }[];
}

interface Coded {
  readonly code: string;
}

/** A synthesized config whose consumer is the root live/three. */
function homeOf(locking: Locking): Fleet {
  const bucket = { name: FLEET_BUCKET, region: "us-east-1" };
  return configFiles("home", {
    bucket,
    legacyTable: FLEET_TABLE,
    consumers: [{ name: "three", key: "three", locking }],
  });
}

const answer = ({ stdout }: CommandResult): Answer => JSON.parse(stdout) as Answer;
const refused = (result: CommandResult): [number | null, ...string[]] => {
  const codes = (answer(result).refusals ?? []).flatMap(({ problems }) => problems.map(({ code }) => code));
  return [result.code, ...new Set(codes)];
};
const repaired = (result: CommandResult): [number | null, ...string[]] => [
  result.code,
  ...(answer(result).digests ?? []).map(({ stateKey, outcome, problems }) =>
    [`${outcome} ${stateKey}`, ...problems.map(({ code }) => code)].join(" "),
  ),
];

describeE2e("what goes wrong on the way, without the command and with it", ["terraform", "moto-server"], () => {
  let fleet: LegacyFleet;
  const migrate = (...args: string[]): Promise<CommandResult> =>
    fleet.statelock("migrate", ...args, "--json", "--force");
  const statelock = (...args: string[]): Promise<CommandResult> => fleet.statelock("migrate", ...args, "--json");

  async function digest(key: string): Promise<string | undefined> {
    const input = { TableName: FLEET_TABLE, Key: { LockID: { S: `${FLEET_BUCKET}/${key}-md5` } } };
    return (await fleet.aws.dynamoDb.send(new GetItemCommand(input))).Item?.["Digest"]?.S;
  }

  const source = (root: string): string => readFileSync(fleet.workspace.path("live", root, "main.tf"), "utf8");

  beforeAll(async () => {
    fleet = await legacyFleet();
  });

  afterAll(() => fleet.stop());

  it("1: clients of the table and clients of a file do not exclude each other; the step that leads there is refused", async () => {
    await Promise.all([fleet.root("one", "dynamodb", "shared"), fleet.root("one-clone", "lockfile", "shared")]);
    const [first, second] = [await fleet.hold("one"), await fleet.hold("one-clone")];
    for (const name of ["one", "one-clone"]) fleet.letGo(name);
    await Promise.all([first.done, second.done]);

    fleet.write("one-clone", "both", "shared");
    const result = await migrate("apply", "--to", "lockfile", "--root", "live/one-clone");
    expect(refused(result).slice(0, 2)).toEqual([1, "still-dynamodb"]);
  });

  it("2: one write without the table breaks everybody who has it; status names it, rollback repairs it", async () => {
    await Promise.all([
      fleet.root("two", "both", "two"),
      fleet.root("two-old", "dynamodb", "two"),
      fleet.root("two-ahead", "lockfile", "two"),
    ]);
    requireSuccess(await fleet.apply("two", "one"));
    requireSuccess(await fleet.apply("two-ahead", "two"));
    const broken = await Promise.all([
      fleet.terraform("two", "plan", "-lock=false"),
      fleet.terraform("two-old", "plan", "-lock=false"),
    ]);
    expect(broken.map(({ code, stderr }) => [code, stderr.includes(STALE)])).toEqual([
      [1, true],
      [1, true],
    ]);

    fleet.workspace.write("live/two-ahead/main.tf", "");
    fleet.workspace.write("live/two-old/main.tf", "");
    const status = await statelock("status", "live/two");
    expect([status.code, JSON.parse(status.stdout)]).toMatchObject([
      1,
      { states: [{ writer: "lockfile", digest: "stale", findings: [{ code: "digest-stale" }] }] },
    ]);
    expect(refused(await migrate("apply", "--to", "lockfile", "live/two"))).toEqual([1, "digest-stale"]);

    expect(repaired(await migrate("rollback", "--to", "both", "live/two", "--dry-run"))).toEqual([0, "needed two"]);
    expect(await digest("two")).not.toBe(await fleet.md5("two"));
    expect(repaired(await migrate("rollback", "--to", "both", "live/two"))).toEqual([0, "repaired two"]);
    expect(await digest("two")).toBe(await fleet.md5("two"));
    requireSuccess(await fleet.apply("two", "three"));
    expect(repaired(await migrate("rollback", "--to", "both", "live/two"))).toEqual([0, "right two"]);
  });

  it("3: going back by hand fails on the digest; rollback goes back to both and to the table", async () => {
    await fleet.root("three", "both");
    requireSuccess(await fleet.apply("three", "one"));
    await fleet.root("three", "lockfile");
    requireSuccess(await fleet.apply("three", "two"));
    fleet.write("three", "dynamodb");
    expect((await fleet.terraform("three", "init", "-reconfigure")).stderr).toContain(STALE);

    fleet.write("three", "lockfile");
    const missing = await migrate("rollback", "--to", "both", "live/three");
    expect([missing.code, missing.stdout]).toEqual([2, expect.stringContaining("--table")]);
    // Its config goes with it, by hand.
    const writeHome = (locking: Locking): void => {
      for (const [path, text] of Object.entries(homeOf(locking))) fleet.workspace.write(path, text);
    };
    writeHome("lockfile");
    const rollback = (): Promise<CommandResult> =>
      migrate("rollback", "--to", "both", "--table", FLEET_TABLE, "live/three", "home");
    const back = await rollback();
    expect(repaired(back)).toEqual([1, "repaired three", "right three"]);
    expect(answer(back).byHand).toMatchObject([{ label: "three", edit: 'locking: "both"' }]);
    expect(source("three")).toBe(legacyRoot("three", "both"));
    writeHome("both");
    expect(repaired(await rollback())).toEqual([0, "right three", "right three"]);
    requireSuccess(await fleet.terraform("three", "init", "-reconfigure"));
    requireSuccess(await fleet.apply("three", "three"));
    expect(repaired(await migrate("rollback", "--to", "dynamodb", "live/three"))).toEqual([0, "right three"]);
    expect(source("three")).toBe(legacyRoot("three", "dynamodb"));
    requireSuccess(await fleet.terraform("three", "init", "-reconfigure"));
    requireSuccess(await fleet.apply("three", "four"));
  });

  it("keeps a digest if the state is older than it, or if nobody can explain it", async () => {
    await fleet.root("older", "both");
    requireSuccess(await fleet.apply("older", "one"));
    const { Body } = await fleet.aws.s3.send(new GetObjectCommand({ Bucket: FLEET_BUCKET, Key: "older" }));
    const first = (await Body?.transformToByteArray()) ?? new Uint8Array();
    requireSuccess(await fleet.apply("older", "two"));
    const right = await digest("older");
    await fleet.aws.s3.send(new PutObjectCommand({ Bucket: FLEET_BUCKET, Key: "older", Body: first }));
    const rollback = (...args: string[]): Promise<CommandResult> =>
      migrate("rollback", "--to", "both", "live/older", ...args);
    expect(repaired(await rollback())).toEqual([1, "refused older state-older"]);
    expect(await digest("older")).toBe(right);

    const foreign = { LockID: { S: `${FLEET_BUCKET}/older-md5` }, Digest: { S: "0".repeat(32) } };
    await fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: foreign }));
    expect(repaired(await rollback())).toEqual([1, "refused older digest-unexplained"]);
    expect(repaired(await rollback("--accept", await fleet.md5("older")))).toEqual([0, "repaired older"]);
    requireSuccess(await fleet.terraform("older", "plan"));
  });

  it("repairs nothing while somebody holds a lock in either system, and leaves no lock", async () => {
    await fleet.root("held", "both");
    requireSuccess(await fleet.apply("held", "one"));
    const item = { LockID: { S: `${FLEET_BUCKET}/held-md5` }, Digest: { S: "0".repeat(32) } };
    const apply = await fleet.hold("held");
    await fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: item }));
    const rollback = (): Promise<CommandResult> => migrate("rollback", "--to", "both", "live/held");
    expect(repaired(await rollback())).toEqual([1, "refused held lock-held"]);
    fleet.letGo("held");
    requireSuccess(await apply.done);

    const table = { LockID: { S: `${FLEET_BUCKET}/held` }, Info: { S: "{}" } };
    await fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: item }));
    await fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: table }));
    expect(repaired(await rollback())).toEqual([1, "refused held lock-held"]);
    const { Versions = [] } = await fleet.aws.s3.send(
      new ListObjectVersionsCommand({ Bucket: FLEET_BUCKET, Prefix: "held.tflock" }),
    );
    expect(Versions.filter(({ IsLatest }) => IsLatest === true)).toEqual([]);
  });

  it("digests are scrubbed where every root is on lockfile, and left everywhere else", async () => {
    await Promise.all(["scrub-ready", "scrub-both", "scrub-held"].map((name) => fleet.root(name, "both")));
    for (const name of ["scrub-ready", "scrub-both", "scrub-held"]) requireSuccess(await fleet.apply(name, "one"));
    const nobody = { LockID: { S: `${FLEET_BUCKET}/nobody-md5` }, Digest: { S: "0".repeat(32) } };
    await fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: nobody }));
    await Promise.all(["scrub-ready", "scrub-held"].map((name) => fleet.root(name, "lockfile")));
    requireSuccess(await fleet.apply("scrub-ready", "two"));
    const apply = await fleet.hold("scrub-held");

    const scrub = (...args: string[]): Promise<CommandResult> =>
      statelock(
        "scrub",
        "--table",
        FLEET_TABLE,
        ...args,
        ...["ready", "both", "held"].map((name) => `live/scrub-${name}`),
      );
    const dry = await scrub("--dry-run");
    expect(answer(dry).removed).toContain(`${FLEET_BUCKET}/scrub-ready-md5`);
    expect(await digest("scrub-ready")).toBeDefined();
    const result = await scrub();
    fleet.letGo("scrub-held");
    requireSuccess(await apply.done);
    const left = new Map(
      (answer(result).left ?? []).map(({ item, problems }) => [item, problems.map(({ code }) => code)]),
    );
    expect([result.code, answer(result).removed]).toEqual([1, [`${FLEET_BUCKET}/scrub-ready-md5`]]);
    expect([
      left.get(`${FLEET_BUCKET}/scrub-both-md5`),
      left.get(`${FLEET_BUCKET}/scrub-held-md5`),
      left.get(`${FLEET_BUCKET}/nobody-md5`),
    ]).toEqual([["not-on-lockfile"], ["lock-held"], ["unknown-state"]]);
    expect(await digest("scrub-ready")).toBeUndefined();
    // A client with the table that was left behind only warns about a digest that is not there.
    await fleet.root("scrub-clone", "both", "scrub-ready");
    requireSuccess(await fleet.terraform("scrub-clone", "plan"));
  });
});
