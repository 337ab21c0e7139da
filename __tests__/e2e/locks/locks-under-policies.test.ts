import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { join } from "node:path";
import { lockBody } from "../../../lab/memory/memory-s3";
import { validJson } from "../../support/published-schemas";
import { describeE2e, describeUnder } from "../../support/describe-e2e";
import type { Judged } from "../../../lab/policy-gate/policy-gate";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { principalOf } from "../../../lab/proof/guard-row";
import { playAs } from "../../../lab/proof/prove";
import { openLab, type Lab } from "../../../lab/proof/lab";
import { scenario } from "../../../lab/proof/scenario";
import { LOCK_ID, Stage } from "../../../lab/proof/stage";
import type { AccessLevel } from "../../../lib/policy/access-level";
import type { PolicyDocument } from "../../../lib/policy/policy-document";
import type { CommandResult } from "../../../lab/machine/workspace";

const OF = scenario({ encryption: "KMS", workspaces: "named", locking: "lockfile" });
const { name: BUCKET, region, account } = OF.home.bucket;
const TAGGED = scenario({ encryption: "SSE-S3", workspaces: "prefix", locking: "lockfile", tags: true });
const LOCK = `${OF.consumer.key}.tflock`;

/** What the command answered, and what the gate judged. */
interface Told extends CommandResult {
  readonly judged: readonly Judged[];
}

describeE2e(
  "statelock locks release, under the policies and the guard",
  ["terraform", "moto-server", "openssl"],
  () => {
    let lab: Lab;
    let stage: Stage;
    let behindTheGate: S3Client;

    beforeAll(async () => {
      lab = await openLab();
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      behindTheGate = new S3Client({ endpoint: lab.moto.url, region, credentials, forcePathStyle: true });
      stage = await Stage.open(OF, lab);
    });

    beforeEach(() => stage.restore("locked"));

    afterAll(async () => {
      behindTheGate.destroy();
      await lab.close();
    });

    async function release(actor: "unlocker" | "break-glass" | "reader"): Promise<Told> {
      const accessKeyId = `statelock-${actor}`;
      lab.gate.world.principals.set(accessKeyId, principalOf(actor, OF));
      const what = [OF.consumer.key, "--id", LOCK_ID, "--reason", "the runner died", "--yes", "--json"];
      const bucket = ["--bucket", BUCKET, "--region", region, "--expected-bucket-owner", account];
      const command = [join(PROJECT_ROOT, "bin", "statelock.js"), "locks", "release", ...what, ...bucket];
      const result = await lab.workspace.run(process.execPath, command, { env: { AWS_ACCESS_KEY_ID: accessKeyId } });
      stage.soil();
      return { ...result, judged: lab.gate.take(accessKeyId) };
    }

    function deletes({ judged }: Told): string[] {
      return judged
        .filter(({ request }) => request.operation.startsWith("Delete"))
        .map(({ request, refusedBy }) => {
          const condition = request.headers["if-match"] === undefined ? "without a condition" : "by its ETag";
          return `${String(request.key)} ${condition}${refusedBy === undefined ? "" : ", refused"}`;
        });
    }

    it("an unlocker releases the lock by its ETag, which the guard wants, and sees no state", async () => {
      const told = await release("unlocker");
      expect(told.code).toBe(0);
      expect(validJson(told.stdout)).toMatchObject({ outcome: "released", audit: { lock: { id: LOCK_ID } } });
      expect(deletes(told)).toEqual([`${LOCK} by its ETag`]);
      expect(await stage.keys()).not.toContain(LOCK);
      const refused = told.judged.flatMap(({ refusedBy }) => refusedBy?.question ?? []);
      // Who may not list is not told that the lock is gone, and S3's own word is what counts.
      expect(refused.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
        `s3:GetObject arn:aws:s3:::${BUCKET}/${OF.consumer.key}`,
        `s3:ListBucket arn:aws:s3:::${BUCKET}`,
      ]);
    });

    it("break-glass does so too", async () => {
      const told = await release("break-glass");
      expect([told.code, ...deletes(told)]).toEqual([0, `${LOCK} by its ETag`]);
      expect(told.judged.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([]);
      expect(await stage.keys()).not.toContain(LOCK);
    });

    it("a lock that was taken in between stays", async () => {
      const unhook = lab.standIn.onRequest(async ({ operation, key }) => {
        if (operation !== "DeleteObject" || key !== LOCK) return;
        const Body = lockBody("NEW", { Path: `${BUCKET}/${OF.consumer.key}` });
        await behindTheGate.send(new PutObjectCommand({ Bucket: BUCKET, Key: LOCK, Body }));
      });
      const told = await release("unlocker");
      unhook();
      expect(told.code).toBe(1);
      expect(validJson(told.stdout)).toMatchObject({ outcome: "changed", current: { holder: { id: "NEW" } } });
      expect(await stage.object(LOCK)).toContain("NEW");
    });

    it("refuses a reader before anything is deleted, and names the missing permission", async () => {
      const told = await release("reader");
      expect(told.code).toBe(2);
      expect(validJson(told.stdout)).toMatchObject({ outcome: "unknown", problem: { code: "aws-call" } });
      expect(told.stdout).toContain("Grant s3:GetObject");
      expect(deletes(told)).toEqual([]);
      expect(await stage.keys()).toContain(LOCK);
    });

    it("sends nothing that the gate could not map", () => {
      expect(lab.gate.unmapped()).toEqual([]);
    });
  },
);

describeE2e("OpenTofu with tags, under the policies and the guard", ["terraform", "moto-server", "openssl"], () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    lab = await openLab();
    stage = await Stage.open(TAGGED, lab);
  });

  afterAll(() => lab.close());

  const withoutTagging = (level: AccessLevel): PolicyDocument => {
    const policy = TAGGED.policies.get(level);
    if (policy === undefined) throw new Error(`there is no ${level}`);
    return { ...policy, Statement: policy.Statement.filter(({ Sid }) => !Sid.startsWith("Tag")) };
  };

  async function played(level: AccessLevel, args: readonly string[], policy?: PolicyDocument): Promise<unknown> {
    const step = { name: args.join(" "), level, runs: [{ args }] };
    const { results, judged } = await playAs(step, level, stage, lab, policy);
    stage.soil();
    const asked = judged
      .filter(({ request }) => request.headers["x-amz-tagging"] !== undefined)
      .map(({ request, refusedBy }) => {
        const tags = Object.fromEntries(new URLSearchParams(request.headers["x-amz-tagging"]));
        return `${String(request.key)} ${JSON.stringify(tags)}${refusedBy === undefined ? "" : " refused"}`;
      });
    return { codes: results.map(({ code }) => code), asked };
  }

  const ofLock = 'app/terraform.tfstate.tflock {"Cost Center":"a/b","object":"lock"}';
  const ofState = 'app/terraform.tfstate {"Cost Center":"a/b","object":"state"}';

  describeUnder("tofu", "the tags", () => {
    it("a planner tags the lock, and an applier the state too", async () => {
      expect(await played("planner", ["plan"])).toEqual({ codes: [0], asked: [ofLock] });
      const apply = ["apply", "-auto-approve", "-var=note=second"];
      expect(await played("applier", apply)).toEqual({ codes: [0], asked: [ofLock, ofState] });
      const workspace = ["workspace", "new", "tagged"];
      expect(await played("workspace-admin", workspace)).toMatchObject({ codes: [0] });
    });

    it("without the grant, it cannot take the lock", async () => {
      const told = await played("planner", ["plan"], withoutTagging("planner"));
      expect(told).toEqual({ codes: [1], asked: [`${ofLock} refused`] });
    });

    it("come with no request that the gate could not map", () => {
      expect(lab.gate.unmapped()).toEqual([]);
    });
  });
});
