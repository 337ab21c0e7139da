import { PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { join } from "node:path";
import type { LockList } from "../../../lib/lock/lock-report";
import { validJson } from "../../support/published-schemas";
import { describeE2e } from "../../support/describe-e2e";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult, Workspace } from "../../../lab/machine/workspace";
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
