import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import { encodedLock } from "../../../lib/lock/lock-info";
import { lockItemId } from "../../../lib/lock/lock-table";
import type { LockList } from "../../../lib/lock/lock-report";
import { validJson } from "../../support/published-schemas";
import { describeE2e, describeEnginePair } from "../../support/describe-e2e";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult, RunningCommand, Workspace } from "../../../lab/machine/workspace";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { objectText } from "../../support/steps/bucket-contents";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { engineRoot, type EngineRoot } from "../../support/steps/engine-root";
import { legacyTable } from "../../support/steps/legacy-table";
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

describeEnginePair("Terraform and OpenTofu on one state", ["moto-server"], ({ terraform, tofu }) => {
  let standIn: StandIn;
  let aws: AwsClients;
  const roots: EngineRoot[] = [];
  const inherited = { ...process.env };

  beforeAll(async () => {
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
    process.env = inherited;
    aws.close();
    await standIn.stop();
  });

  const locksLeft = async (key: string): Promise<unknown[]> => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: LOCKED_BUCKET, Prefix: key }));
    const item = await lockTable({ name: "locks", region: "us-east-1", account: standIn.accountId }).read(
      lockItemId(LOCKED_BUCKET, key),
    );
    return [...Contents.map(({ Key }) => Key), item.found];
  };

  it.each(["terraform", "tofu"] as const)(
    "%s releases a lock that Statelock wrote to the bucket and to the table, by its own force-unlock",
    async (name) => {
      const key = `written-for-${name}`;
      const root = await engineRoot({ terraform, tofu }[name], { standIn, bucket: LOCKED_BUCKET, key, table: "locks" });
      roots.push(root);
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
      await aws.s3.send(new PutObjectCommand({ Bucket: LOCKED_BUCKET, Key: `${key}.tflock`, Body: encodedLock(lock) }));
      expect(await table.takeLock(lockItemId(LOCKED_BUCKET, key), encodedLock(lock))).toEqual({ reply: "done" });
      expect((await root.run("apply", "-auto-approve")).stderr).toContain("Error acquiring the state lock");
      requireSuccess(await root.run("force-unlock", "-force", lock.ID));
      expect(await locksLeft(key)).toEqual(["nothing"]);
    },
  );

  it.each([
    ["terraform", "tofu"],
    ["tofu", "terraform"],
  ] as const)("a killed %s leaves both locks, and %s releases them by its own force-unlock", async (dead, alive) => {
    const key = `killed-${dead}`;
    const main = 'resource "terraform_data" "note" {\n  input = "x"\n}\n';
    const place = { standIn, bucket: LOCKED_BUCKET, key, table: "locks", main };
    const [killed, other] = [
      await engineRoot({ terraform, tofu }[dead], place),
      await engineRoot({ terraform, tofu }[alive], place),
    ];
    roots.push(killed, other);
    const apply = killed.start("apply", "-auto-approve");
    const unhook = standIn.onRequest(async ({ operation, key: written }) => {
      if (operation !== "PutObject" || written !== key) return undefined;
      apply.kill("SIGKILL");
      await apply.done;
      return "drop";
    });
    await apply.done;
    unhook();
    expect(await locksLeft(key)).toEqual([`${key}.tflock`, "item"]);
    const blocked = await other.run("apply", "-auto-approve");
    const id = /\s{2}ID:\s+(\S+)/.exec(blocked.stderr)?.[1] ?? "";
    requireSuccess(await other.run("force-unlock", "-force", id));
    expect(await locksLeft(key)).toEqual(["nothing"]);
    requireSuccess(await other.run("apply", "-auto-approve"));
  });

  /** Returns the ID of the lock on a key: from the table if the root locks there too. */
  const lockId = async (key: string, table: string | undefined): Promise<string> => {
    const read = lockTable({ name: "locks", region: "us-east-1", account: standIn.accountId });
    const item = table === undefined ? undefined : await read.read(lockItemId(LOCKED_BUCKET, key));
    const inTable = item?.found === "item" && item.item.kind === "lock" ? item.item.info : undefined;
    const text = inTable ?? (await objectText(aws.s3, LOCKED_BUCKET, `${key}.tflock`)) ?? "{}";
    return (JSON.parse(text) as { ID?: string }).ID ?? "";
  };

  /** Runs until the lock was met while it was held: an engine gives up at once if the lock that it met is gone when it looks. */
  const untilMet = async (run: () => Promise<CommandResult>): Promise<CommandResult> => {
    for (;;) {
      const result = await run();
      const { code, stderr } = result;
      if (code !== 1 || !stderr.includes("Error acquiring the state lock") || stderr.includes("Lock Info:"))
        return result;
    }
  };

  it.each([
    ["lockfile", undefined],
    ["both", "locks"],
  ])(
    "race on %s, six of each, of which two of each are killed: one before it writes, one at its last release. The other engine's force-unlock releases their locks, and every other run gets in, one at a time",
    async (phase, table) => {
      const key = `race-on-${phase}`;
      const main = 'variable "note" {}\nresource "terraform_data" "note" {\n  input = var.note\n}\n';
      const place = { standIn, bucket: LOCKED_BUCKET, key, main, ...(table === undefined ? {} : { table }) };
      const contenders: EngineRoot[] = [];
      const engineAt = (at: number): "terraform" | "tofu" => (at % 2 === 0 ? "terraform" : "tofu");
      for (let at = 0; at < 12; at += 1) {
        const engine = { terraform, tofu }[engineAt(at)];
        contenders.push(await engineRoot(engine, { ...place, accessKey: `contender-${String(at)}` }));
      }
      const helpers = { terraform: await engineRoot(terraform, place), tofu: await engineRoot(tofu, place) };
      roots.push(...contenders, helpers.terraform, helpers.tofu);

      const running = new Map<number, RunningCommand>();
      const deaths = new Set<string>();
      const releases: Promise<[string, number | null]>[] = [];
      const unhook = standIn.onRequest(async ({ operation, key: asked }, { headers }) => {
        const at = Number(/Credential=contender-(\d+)\//.exec(String(headers["authorization"]))?.[1] ?? Number.NaN);
        const isLastRelease =
          table === undefined ? operation === "DeleteObject" && asked === `${key}.tflock` : operation === "DeleteItem";
        const moment = isLastRelease ? "releasing" : operation === "PutObject" && asked === key ? "writing" : undefined;
        const death = `${engineAt(at)} ${moment ?? ""}`;
        const run = running.get(at);
        if (run === undefined || moment === undefined || deaths.has(death)) return undefined;
        deaths.add(death);
        run.kill("SIGKILL");
        await run.done;
        const id = await lockId(key, table);
        const helper = helpers[engineAt(at + 1)];
        releases.push(helper.run("force-unlock", "-force", id).then(({ code }) => [death, code]));
        return "drop";
      });
      const results = await Promise.all(
        contenders.map((root, at) =>
          untilMet(() => {
            const run = root.start("apply", "-auto-approve", "-lock-timeout=600s", `-var=note=${String(at)}`);
            running.set(at, run);
            return run.done;
          }),
        ),
      );
      unhook();

      const refused = results.filter(({ code }) => code !== 0 && code !== null).map(({ stderr }) => stderr);
      expect(refused).toEqual([]);
      expect(results.filter(({ code }) => code === 0)).toHaveLength(8);
      // On `both` the file of a run that died at its last release is gone already: both engines report it, and release the item.
      const last = table === undefined ? 0 : 1;
      expect(new Map(await Promise.all(releases))).toEqual(
        new Map([
          ["terraform writing", 0],
          ["tofu writing", 0],
          ["terraform releasing", last],
          ["tofu releasing", last],
        ]),
      );
      const { serial } = JSON.parse((await objectText(aws.s3, LOCKED_BUCKET, key)) ?? "{}") as { serial?: number };
      expect(serial).toBe(8 + 2);
      expect(await locksLeft(key)).toEqual([key, "nothing"]);
    },
  );
});
