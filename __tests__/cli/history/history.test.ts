import { withSerial } from "../../../lib/state/with-serial";
import { startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags, runStatelock, type Run, type RunSettings } from "../../support/run-command";
import { stateText } from "../../support/state-text";

const STATE = "app/terraform.tfstate";
const FIRST = stateText({ serial: 1, instances: [{ name: "net", attributes: { cidr: "10.0.0.0/16" } }] });
const SECOND = stateText({
  serial: 2,
  outputs: { password: { value: "CANARY-SECRET", sensitive: true } },
  instances: [
    { name: "net", attributes: { cidr: "10.1.0.0/16" } },
    { name: "db", index: "blue", attributes: { password: "CANARY-SECRET" } },
  ],
});
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
  s3.settings.set("GetBucketVersioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  s3.put(STATE, FIRST, new Date("2026-11-22T09:00:00Z"));
  s3.put(STATE, SECOND, new Date("2026-11-22T17:30:00Z"));
});

afterEach(async () => {
  await s3.stop();
});

function history(args: readonly string[], settings?: RunSettings): Promise<Run> {
  return runStatelock(["history", ...args, ...bucketFlags(s3)], settings);
}

const restore = (settings: RunSettings = {}, ...options: readonly string[]): Promise<Run> =>
  history(["restore", STATE, "v1", "--reason", "INC-42", ...options], settings);

const writes = (): string[] => s3.requests.filter(({ method }) => method !== "GET").map(({ operation }) => operation);

describe("history restore asks before it writes", () => {
  it("restores when the version's ID is typed", async () => {
    const { code, stdout, stderr } = await restore({ answers: [" v1 "] });
    expect(code).toBe(0);
    expect(stderr).toContain("Type the version's ID to make it the current state again: ");
    expect(JSON.parse(stdout)).toMatchObject({
      event: "state-restored",
      reason: "INC-42",
      replaced: { versionId: "v2" },
    });
    expect(s3.body(STATE)).toBe(withSerial(FIRST, 3));
  });

  it.each(["", "y", "yes", "v2", STATE])("does nothing when %j is typed", async (typed) => {
    const { code, stdout, stderr } = await restore({ answers: [typed] });
    expect({ code, stdout, writes: writes() }).toEqual({ code: 1, stdout: "", writes: [] });
    expect(stderr).toContain("Declined: Statelock wrote nothing.");
  });

  it("says so in --json too", async () => {
    const { code, stdout } = await restore({ answers: ["no"] }, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "declined", audit: null });
  });

  it("needs --yes where nobody can answer, and shows the plan before it says so", async () => {
    const { code, stdout, stderr } = await restore();
    expect({ code, stdout, writes: writes() }).toEqual({ code: 2, stdout: "", writes: [] });
    expect(stderr).toMatch(/restore {2}serial 1 [^]*\[not-confirmed\][^]*run the command with --yes/);
    expect(await restore({}, "--yes")).toMatchObject({ code: 0 });
  });

  it("asks nothing with --yes", async () => {
    const { code, stderr } = await restore({ answers: ["no"] }, "--yes");
    expect(code).toBe(0);
    expect(stderr).not.toContain("Type the version's ID");
  });

  it("needs a reason, and says so before it looks", async () => {
    const { code, stderr } = await history(["restore", STATE, "v1", "--yes"]);
    expect({ code, requests: s3.requests }).toEqual({ code: 2, requests: [] });
    expect(stderr).toContain("--reason must say why");
  });
});

it("a dry run shows what would come and what would go, and writes nothing", async () => {
  const { code, stdout, stderr } = await history(["restore", STATE, "v1", "--dry-run"], { answers: [] });
  expect({ code, stdout, writes: writes() }).toEqual({ code: 0, stdout: "", writes: [] });
  expect(stderr.replace(/ \(\d+\.\d s\)/g, "")).toMatchInlineSnapshot(`
    "✔ Look at the history — serial 1 comes back as 3

    s3://acme-tfstate/app/terraform.tfstate
      restore  serial 1 of 2026-11-22T09:00:00.000Z, version v1
      as       serial 3, lineage 11111111-2222-3333-4444-555555555555
      replaces serial 2; version v2, which stays in the history

      - terraform_data.db["blue"]
      ~ terraform_data.net: cidr
      - output password
    Resources: 0 added, 1 changed, 1 removed. Outputs: 1 different.

    Dry run: Statelock wrote nothing.
    "
  `);
});

const LIST = ["list", STATE];
const DIFF = ["diff", STATE, "v1"];

it("a wide terminal gets a table of the versions", async () => {
  expect((await history(LIST, { columns: 140, isTerminal: true })).stdout).toMatchInlineSnapshot(`
    "s3://acme-tfstate/app/terraform.tfstate
    lineage 11111111-2222-3333-4444-555555555555

    WRITTEN               SERIAL   RESOURCES  CHANGE                 SIZE        TERRAFORM   VERSION
    2026-11-22 17:30:00Z  2        2          +1 ~1 -0, 1 output     1020 B      1.11.4      v2
                                                                                             current
    2026-11-22 09:00:00Z  1        1          +1 ~0 -0               530 B       1.11.4      v1

    2 versions
    "
  `);
});

it("a narrow one gets a block for each", async () => {
  const { stdout } = await history(LIST, { columns: 60, isTerminal: true });
  expect(stdout.split("\n\n")[1]).toMatchInlineSnapshot(`
      "2026-11-22 17:30:00Z
        serial    2
        resources 2
        change    +1 ~1 -0, 1 output
        size      1020 B
        terraform 1.11.4
        version   v2
                  current"
    `);
});

it("a diff names what differs, and no value", async () => {
  expect((await history(DIFF)).stdout).toMatchInlineSnapshot(`
    "s3://acme-tfstate/app/terraform.tfstate
      before serial 1, 2026-11-22T09:00:00.000Z, Terraform 1.11.4, version v1
      after  serial 2, 2026-11-22T17:30:00.000Z, Terraform 1.11.4, version v2

      + terraform_data.db["blue"]
      ~ terraform_data.net: cidr
      + output password
    Resources: 1 added, 1 changed, 0 removed. Outputs: 1 different.
    "
  `);
});

describe.each([
  ["list", LIST],
  ["diff", DIFF],
])("history %s", (_name, args) => {
  it("has colour at a terminal alone, and says the same without", async () => {
    const [plain, coloured] = [await history(args, { isTerminal: true }), await history(args, { colors: true })];
    expect(plain.stdout).not.toMatch(COLOUR);
    expect(coloured.stdout).toMatch(COLOUR);
    expect(coloured.stdout.replace(COLOUR, "")).toBe(plain.stdout);
  });

  it("writes nothing but its answer, and no secret", async () => {
    const { stdout, stderr } = await history(args);
    expect(stderr).toBe("");
    expect(stdout).not.toContain("CANARY");
  });
});

it("a restore has colour at a terminal alone, and prints no secret", async () => {
  const [plain, coloured] = [await restore({ answers: ["no"] }), await restore({ answers: ["no"], colors: true })];
  expect(plain.stderr).not.toMatch(COLOUR);
  expect(coloured.stderr).toMatch(COLOUR);
  expect(plain.stderr).not.toContain("CANARY");
});

it("a list of a state that is deleted now ends with 1, as one of a state that is garbage now", async () => {
  expect(await history(["list", STATE])).toMatchObject({ code: 0 });
  s3.remove(STATE);
  expect(await history(["list", STATE])).toMatchObject({ code: 1 });
  s3.put(STATE, "garbage", new Date("2026-11-22T18:00:00Z"));
  expect(await history(["list", STATE])).toMatchObject({ code: 1 });
});

it("a restore gives the new version the tags of the state that it replaces", async () => {
  s3.put(STATE, SECOND, new Date("2026-11-22T18:00:00Z"), "Cost+Center=a%26b&team=net");
  const { code, stderr } = await restore({ answers: ["v1"] });
  expect(code).toBe(0);
  expect(stderr).toContain("its tags are kept: Cost Center, team");
  const [write] = s3.requests.filter(({ operation, key }) => operation === "PutObject" && key === STATE);
  expect(write?.tags).toBe("Cost+Center=a%26b&team=net");
});

describe("states that OpenTofu encrypted", () => {
  const encrypted = (serial: number, data: string): string =>
    JSON.stringify({ serial, lineage: "l", meta: {}, encrypted_data: data, encryption_version: "v0" });

  beforeEach(() => {
    s3.remove(STATE);
    for (const serial of [1, 2]) s3.put(STATE, encrypted(serial, `CANARY-${String(serial)}`));
  });

  it("are listed with serial and lineage, and are fine", async () => {
    const { code, stdout } = await history(["list", STATE, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ versions: [2, 1].map((serial) => ({ serial, lineage: "l" })) });
  });

  it("are not compared, and a diff says of each why", async () => {
    const { code, stdout, stderr } = await history(DIFF);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const [version, serial] of [
      ["v1", 1],
      ["v2", 2],
    ])
      expect(stderr).toContain(
        `in version ${String(version)}, but OpenTofu encrypted its contents (serial ${String(serial)}, lineage l)`,
      );
  });

  it("come back byte for byte, after a warning about the serial that stays", async () => {
    const { code, stdout, stderr } = await restore({ answers: ["v1"] });
    expect(code).toBe(0);
    expect(stderr).toMatch(/as {7}serial 1, lineage l, encrypted, byte for byte[^]*its serial stays 1[^]*Type the ver/);
    expect(stderr).toContain("What changes is not known");
    expect(s3.body(STATE)).toBe(encrypted(1, "CANARY-1"));
    expect(JSON.parse(stdout)).toMatchObject({ serial: 1, from: { encrypted: true, terraformVersion: "" } });
    expect(stdout + stderr).not.toContain("CANARY");
  });
});

it("a key without history leads to the keys of this bucket", async () => {
  const { code, stderr } = await history(["list", "nope"]);
  expect(code).toBe(1);
  expect(stderr).toContain("aws s3 ls --recursive s3://acme-tfstate/.");
});
