import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { join } from "node:path";
import { lockBody } from "../../../lab/memory/memory-s3";
import { validJson } from "../../support/published-schemas";
import { describeE2e } from "../../support/describe-e2e";
import type { Judged } from "../../../lab/policy-gate/policy-gate";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { principalOf } from "../../../lab/proof/guard-table";
import { openLab, type Lab } from "../../../lab/proof/lab";
import { scenario } from "../../../lab/proof/scenario";
import { LOCK_ID, Stage } from "../../../lab/proof/stage";
import type { CommandResult } from "../../../lab/machine/workspace";

const OF = scenario({ encryption: "KMS", workspaces: "named", locking: "lockfile" });
const { name: BUCKET, region, account } = OF.home.bucket;
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

    it("a reader is refused before anything is deleted, and told what is missing", async () => {
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
