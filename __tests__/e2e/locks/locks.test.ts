import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import { lockText } from "../../../lib/lock/lock-info";
import { lockItemId } from "../../../lib/lock/lock-table";
import type { LockList } from "../../../lib/lock/lock-report";
import { validJson } from "../../support/published-schemas";
import { describeE2e, describeEnginePair } from "../../support/describe-e2e";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult, Workspace } from "../../../lab/machine/workspace";
import type { TestEngine } from "../../../lab/machine/test-engine";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { engineRoot, heldLockId, type EngineRoot, type SharedState } from "../../support/steps/engine-contest";
import { legacyTable } from "../../support/steps/legacy-table";
import { breaks, marks, stateChain } from "../../support/steps/state-chain";
import { LOCKED_BUCKET, lockedRoots, type LockedRoots } from "../../support/steps/locked-roots";

describeE2e("statelock locks, with the real Terraform", ["terraform", "moto-server"], () => {
  let place: LockedRoots;
  beforeAll(async () => {
    place = await lockedRoots();
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await place.s3.send(new PutBucketVersioningCommand({ Bucket: LOCKED_BUCKET, VersioningConfiguration }));
  });
  afterAll(() => place.stop());

  function statelock(workspace: Workspace, args: readonly string[]): Promise<CommandResult> {
    const bucket = [
      "--bucket",
      LOCKED_BUCKET,
      "--region",
      "us-east-1",
      "--expected-bucket-owner",
      place.standIn.accountId,
    ];
    return workspace.run(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), "locks", ...args, ...bucket]);
  }

  const put = (key: string, body: string): Promise<unknown> =>
    place.s3.send(new PutObjectCommand({ Bucket: LOCKED_BUCKET, Key: key, Body: body }));

  /** A run that dies while it writes its state: its lock stays. */
  async function killedRun(stateKey: string): Promise<Workspace> {
    const root = await place.rootAt(stateKey);
    const apply = root.start("terraform", ["apply", "-auto-approve", "-input=false"]);
    const unhook = place.standIn.onRequest(async ({ operation, key }) => {
      if (operation !== "PutObject" || key !== stateKey) return undefined;
      apply.kill("SIGKILL");
      await apply.done;
      return "drop";
    });
    await apply.done;
    unhook();
    return root;
  }

  it("lists a killed run's lock with the holder Terraform names, and releases it by that ID: then Terraform runs", async () => {
    const root = await killedRun("killed/terraform.tfstate");
    const blocked = await root.terraform(["apply", "-auto-approve"]);
    const said = (name: string): string => new RegExp(`\\s{2}${name}:\\s+(.+)`).exec(blocked.stderr)?.[1]?.trim() ?? "";
    expect(blocked.code).toBe(1);

    const list = validJson((await statelock(root, ["list", "--json"])).stdout) as LockList;
    const lock = list.locks.find(({ stateKey }) => stateKey === "killed/terraform.tfstate");
    expect(lock?.holder).toMatchObject({
      id: said("ID"),
      who: said("Who"),
      operation: said("Operation"),
      path: said("Path"),
    });

    const release = ["release", "killed/terraform.tfstate", "--id", said("ID"), "--reason", "killed", "--yes"];
    const released = requireSuccess(await statelock(root, release));
    expect(validJson(released.stdout)).toMatchObject({
      event: "lock-released",
      by: { arn: expect.stringMatching(/^arn:aws:/) as unknown },
      deleteMarker: expect.stringMatching(/.+/) as unknown,
    });
    requireSuccess(await root.terraform(["apply", "-auto-approve"]));
    requireSuccess(await statelock(root, ["wait", "killed/terraform.tfstate", "--timeout", "0"]));
  });

  it("releases a lock that Terraform cannot, by its ETag", async () => {
    const root = await place.rootAt("garbage/terraform.tfstate");
    await put("garbage/terraform.tfstate.tflock", "not a lock");
    expect((await root.terraform(["force-unlock", "-force", "x"])).code).toBe(1);

    const show = await statelock(root, ["show", "garbage/terraform.tfstate", "--json"]);
    const { etag } = (validJson(show.stdout) as { lock: { etag: string } }).lock;
    requireSuccess(
      await statelock(root, ["release", "garbage/terraform.tfstate", "--etag", etag, "--reason", "garbage", "--yes"]),
    );
    requireSuccess(await root.terraform(["apply", "-auto-approve"]));
  });
});

const CONTENDERS = 12;
/** Those that are killed while they write the state; each is released by the other engine. */
const VICTIMS = [2, 5, 9];

describeEnginePair("Terraform and OpenTofu on one state", ["moto-server"], ({ terraform, tofu }) => {
  let standIn: StandIn;
  let aws: AwsClients;
  const roots: EngineRoot[] = [];
  const inherited = { ...process.env };
  let scene: string;

  beforeAll(async () => {
    scene = mkdtempSync(join(tmpdir(), "statelock-scene-"));
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    aws = awsClients(standIn);
    await aws.s3.send(new CreateBucketCommand({ Bucket: LOCKED_BUCKET }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket: LOCKED_BUCKET, VersioningConfiguration }));
    await legacyTable(aws.dynamoDb, "locks");
  });

  afterAll(async () => {
    await Promise.all(roots.map((root) => root.remove()));
    rmSync(scene, { recursive: true });
    process.env = inherited;
    aws.close();
    await standIn.stop();
  });

  const LOCKINGS = { lockfile: "use_lockfile = true", both: 'use_lockfile = true\n    dynamodb_table = "locks"' };
  const stateAt = (key: string, locking: keyof typeof LOCKINGS): SharedState => ({
    standIn,
    bucket: LOCKED_BUCKET,
    key,
    locking: LOCKINGS[locking],
    scene,
  });
  const rootOf = async (engine: TestEngine, name: string, state: SharedState): Promise<EngineRoot> => {
    const root = await engineRoot(engine, name, state);
    roots.push(root);
    return root;
  };
  const locksLeft = async (key: string): Promise<unknown[]> => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: LOCKED_BUCKET, Prefix: key }));
    const item = await lockTable({ name: "locks", region: "us-east-1", account: standIn.accountId }).read(
      lockItemId(LOCKED_BUCKET, key),
    );
    return [...Contents.map(({ Key }) => Key), item.found];
  };

  it.each(["lockfile", "both"] as const)(
    `on %s: ${String(CONTENDERS)} contenders, half of each, never write at once, and each releases a killed one of the other`,
    async (locking) => {
      const key = `contest-${locking}`;
      const state = stateAt(key, locking);
      const [first, ...others] = await Promise.all(
        Array.from({ length: CONTENDERS }, (_, n) =>
          rootOf(n % 2 === 0 ? terraform : tofu, `${locking}${String(n)}`, state),
        ),
      );
      if (first === undefined) throw new Error("there is no contender");
      requireSuccess(await first.apply("first", "-var=first=true"));
      const all = [first, ...others];
      const victims = new Map(VICTIMS.map((n) => [all[n]?.accessKeyId, all[n]]));
      const releases: string[] = [];
      const unhook = standIn.onRequest(async ({ operation, key: written, accessKeyId }) => {
        const victim = victims.get(accessKeyId);
        if (victim === undefined || operation !== "PutObject" || written !== key) return undefined;
        victims.delete(accessKeyId);
        const id = await heldLockId(aws.s3, state);
        await victim.kill();
        // The lock is the victim's: nobody else can hold it before this is done.
        const releaser = roots.find(
          ({ engine, accessKeyId: own }) => own.startsWith("releaser") && engine.name !== victim.engine.name,
        );
        const { code } = (await releaser?.run("force-unlock", "-force", id)) ?? { code: null };
        releases.push(`${releaser?.engine.name ?? "nobody"} releases ${victim.engine.name}: ${String(code)}`);
        return "drop";
      });
      await rootOf(terraform, `releaser-terraform-${locking}`, state);
      await rootOf(tofu, `releaser-tofu-${locking}`, state);
      const results = await Promise.all(all.map((root, n) => root.apply(`mark${String(n)}`)));
      unhook();

      const killed = results.flatMap(({ code }, n) => (code === null ? [n] : []));
      expect(killed).toEqual(VICTIMS);
      for (const [n, result] of results.entries()) if (!killed.includes(n)) requireSuccess(result);
      expect(releases.sort()).toEqual([
        "terraform releases tofu: 0",
        "terraform releases tofu: 0",
        "tofu releases terraform: 0",
      ]);
      const chain = await stateChain(aws.s3, LOCKED_BUCKET, key);
      expect(breaks(chain)).toEqual([]);
      const written = results.flatMap(({ code }, n) => (code === 0 ? [`mark${String(n)}`] : []));
      expect(marks(chain.at(-1)).sort()).toEqual(["first", ...written].sort());
      expect(await locksLeft(key)).toEqual([key, "nothing"]);
    },
  );

  it.each(["terraform", "tofu"] as const)(
    "%s releases a lock that Statelock wrote to the bucket and to the table, by its own force-unlock",
    async (name) => {
      const key = `written-for-${name}`;
      const root = await rootOf({ terraform, tofu }[name], `unlocker-${name}`, stateAt(key, "both"));
      const lock = {
        ID: randomUUID(),
        Operation: "statelock history restore",
        Info: "a & b <c> \u2028 \u2029",
        Who: "ann@laptop",
        Version: "0.1.0",
        Created: "2026-11-26T20:00:00.120Z",
        Path: `${LOCKED_BUCKET}/${key}`,
      };
      const table = lockTable({ name: "locks", region: "us-east-1", account: standIn.accountId });
      await aws.s3.send(new PutObjectCommand({ Bucket: LOCKED_BUCKET, Key: `${key}.tflock`, Body: lockText(lock) }));
      expect(await table.takeLock(lockItemId(LOCKED_BUCKET, key), lockText(lock))).toEqual({ reply: "done" });
      expect((await root.run("apply", "-auto-approve")).stderr).toContain("Error acquiring the state lock");
      requireSuccess(await root.run("force-unlock", "-force", lock.ID));
      expect(await locksLeft(key)).toEqual(["nothing"]);
    },
  );
});
