import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { lockBody } from "../../../lab/memory/memory-s3";
import { describeE2e } from "../../support/describe-e2e";
import { FULL } from "../../support/full";
import { engineDifferences } from "../../../lab/machine/engine-differences";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { RunningCommand, Workspace } from "../../../lab/machine/workspace";
import { LOCKED_BUCKET, lockedRoots, type LockedRoots } from "../../support/steps/locked-roots";
import { testEngine } from "../../../lab/machine/test-engine";

const STATELOCK = join(PROJECT_ROOT, "bin", "statelock.js");
const CONTENDERS = FULL ? 12 : 4;
const apply = (): string[] => [testEngine().name, "apply", "-auto-approve", "-input=false", "-no-color"];

describeE2e("statelock locks run, with the real Terraform", ["terraform", "moto-server"], () => {
  let place: LockedRoots;
  beforeAll(async () => (place = await lockedRoots()));
  afterAll(() => place.stop());

  function start(root: Workspace, options: readonly string[], command: readonly string[] = apply()): RunningCommand {
    return root.start(process.execPath, [STATELOCK, "locks", "run", ...options, "--", ...command]);
  }

  it("releases the lock that Terraform itself left behind when the answer was lost, and applies", async () => {
    const root = await place.rootAt("orphan/terraform.tfstate");
    let lost = 0;
    const unhook = place.standIn.afterRequest(({ operation, key }) =>
      operation === "PutObject" && key === "orphan/terraform.tfstate.tflock" && ++lost === 1 ? "drop" : undefined,
    );
    const result = await start(root, []).done;
    unhook();

    requireSuccess(result);
    expect(result.stderr).toContain("Error acquiring the state lock");
    expect(result.stderr).toContain('"event":"lock-released"');
    expect(await place.keysBelow("orphan/")).toEqual(["orphan/terraform.tfstate"]);
    const deletes = place.standIn
      .requests()
      .filter(({ operation, key }) => operation === "DeleteObject" && key?.startsWith("orphan/"));
    expect(deletes[0]?.headers["if-match"]).toMatch(/^"/);
  });

  it("never releases another's lock, even one of the same user and host, and ends with Terraform's exit code", async () => {
    const root = await place.rootAt("foreign/terraform.tfstate");
    const Key = "foreign/terraform.tfstate.tflock";
    const Who = `${userInfo().username}@${hostname()}`;
    const Body = lockBody("0ther", {
      Who,
      Path: `${LOCKED_BUCKET}/foreign/terraform.tfstate`,
      Created: new Date().toISOString(),
    });
    await place.s3.send(new PutObjectCommand({ Bucket: LOCKED_BUCKET, Key, Body }));

    const { code, stderr } = await start(root, ["--lock-timeout", "2s"]).done;
    expect(code).toBe(1);
    expect(stderr).toContain(`${Who} (ID 0ther) holds the lock`);
    expect(await place.keysBelow("foreign/")).toEqual([Key]);
  });

  it("tries again after 409 and after 412-then-404, which -lock-timeout does not", async () => {
    const root = await place.rootAt("conflict/terraform.tfstate");
    const error = (status: number, code: string) => ({
      status,
      headers: { "content-type": "application/xml" },
      body: `<Error><Code>${code}</Code><Message>a fault of the test</Message></Error>`,
    });
    let puts = 0;
    const unhook = place.standIn.onRequest(({ operation, key }) => {
      if (operation !== "PutObject" || key !== "conflict/terraform.tfstate.tflock") return undefined;
      puts += 1;
      if (puts === 1) return error(409, "ConditionalRequestConflict");
      return puts === 2 ? error(412, "PreconditionFailed") : undefined;
    });
    requireSuccess(await start(root, []).done);
    unhook();
    expect(puts).toBe(3);
  });

  it("hands signals on: Terraform gives its lock back, and nothing is tried again", async () => {
    const root = await place.rootAt("signal/terraform.tfstate");
    const run = start(root, []);
    const unhook = place.standIn.onRequest(({ operation, key }) => {
      if (operation === "PutObject" && key === "signal/terraform.tfstate") run.kill("SIGINT");
    });
    const { stdout } = await run.done;
    unhook();
    expect(stdout).toContain("Interrupt received");
    expect(await place.keysBelow("signal/")).not.toContain("signal/terraform.tfstate.tflock");
  });

  it.each([
    [
      "names the lock of a Terraform that was killed and remembers it, with the command that releases it",
      ["--remember", "lock.json"],
      "left its lock: \\S+KEY.tflock, ID \\S+ Release it .*locks release KEY --id \\S+",
    ],
    ["releases that lock with --release-on-cancel", ["--release-on-cancel"], '"event":"lock-released"'],
  ])("%s", async (_, options, told) => {
    const key = `killed-${String(options.length)}/terraform.tfstate`;
    const root = await place.rootAt(key);
    const run = start(root, options, ["sh", "-c", `${apply().join(" ")} & echo $! > pid; wait $!`]);
    const unhook = place.standIn.onRequest((request) => {
      if (request.operation === "PutObject" && request.key === key)
        process.kill(Number(readFileSync(join(root.directory, "pid"), "utf8")), "SIGKILL");
      return undefined;
    });
    const { code, stderr } = await run.done;
    unhook();
    expect(code).toBe(137);
    const isLeft = (await place.keysBelow(`killed-${String(options.length)}/`)).includes(`${key}.tflock`);
    const isRemembered = options.includes("--remember");
    expect(isLeft).toBe(isRemembered);
    const file = join(root.directory, "lock.json");
    const remembered = isRemembered ? (JSON.parse(readFileSync(file, "utf8")) as unknown) : undefined;
    const known = engineDifferences().logsLockIds ? "id" : "sha256";
    const lock = { bucket: LOCKED_BUCKET, stateKey: key, [known]: expect.any(String) as unknown };
    expect(remembered).toEqual(isRemembered ? { version: 1, locks: [lock] } : undefined);
    expect(stderr).toContain(`asks for the lock of s3://${LOCKED_BUCKET}/${key}`);
    expect(stderr).toMatch(new RegExp(told.replaceAll("KEY", key)));
  });

  it("gives back the exit code of any command, and 2 for one that is not there", async () => {
    const root = place.workspaceWith("locked-root");
    expect(await start(root, [], ["sh", "-c", "echo out; echo err >&2; exit 7"]).done).toMatchObject({
      code: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect((await start(root, [], ["sh", "-c", "kill -TERM $$"]).done).code).toBe(143);
    expect((await start(root, [], ["no-such-command"]).done).code).toBe(2);
  });

  it(`lets ${String(CONTENDERS)} contenders all succeed: every write has the next serial, no lock is left`, async () => {
    const key = "contended/terraform.tfstate";
    const roots: Workspace[] = [];
    for (let n = 0; n < CONTENDERS; n += 1) roots.push(await place.rootAt(key));
    const serials: number[] = [];
    const unhook = place.standIn.afterRequest(async (record, answer) => {
      if (record.operation !== "PutObject" || record.key !== key || answer.status !== 200) return;
      const { Body } = await place.s3.send(new GetObjectCommand({ Bucket: LOCKED_BUCKET, Key: key }));
      serials.push((JSON.parse((await Body?.transformToString()) ?? "{}") as { serial: number }).serial);
    });
    const runs = roots.map((root, n) => start(root, [], [...apply(), `-var=blocks=${String(n)}`]).done);
    const codes = (await Promise.all(runs)).map(({ code }) => code);
    unhook();

    expect(codes).toEqual(roots.map(() => 0));
    expect(serials).toHaveLength(CONTENDERS);
    expect(serials).toEqual(serials.map((_, n) => (serials[0] ?? 0) + n));
    expect(await place.keysBelow("contended/")).toEqual([key]);
  });
});
