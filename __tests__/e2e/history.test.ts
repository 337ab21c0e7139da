import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { historyDiffSchema, historyListSchema } from "../../lib/history/report";
import { historyRestoreSchema } from "../../cli/restore-report";
import { historyBucket, type HistoryBucket } from "./steps/history-bucket";
import { CANARY, historyRoot, type HistoryRoot, type HistoryRootOptions } from "./steps/history-root";
import { legacyTable } from "./steps/legacy-table";
import { objectKeys, objectText } from "./steps/bucket-contents";
import { describeE2e } from "./support/describe-e2e";
import { requireSuccess } from "./support/require-success";
import { startStandIn, type StandIn } from "./support/stand-in";

const BUCKET = "acme-tfstate";

describeE2e("statelock history, with the real Terraform", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let bucket: HistoryBucket;
  const inherited = { ...process.env };
  const roots: HistoryRoot[] = [];

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    bucket = await historyBucket(standIn, BUCKET);
    await legacyTable(bucket.aws.dynamoDb, "locks");
  });

  afterAll(async () => {
    process.env = inherited;
    await Promise.all(roots.map(({ workspace }) => workspace.remove()));
    bucket.aws.close();
    await standIn.stop();
  });

  async function rootAt(stateKey: string, more: Partial<HistoryRootOptions> = {}): Promise<HistoryRoot> {
    const root = await historyRoot(standIn.env, { bucket: BUCKET, stateKey, ...more });
    roots.push(root);
    return root;
  }

  const restore = (key: string, version: string, ...args: string[]): ReturnType<HistoryBucket["history"]> =>
    bucket.history(["restore", key, version, "--reason", "the wrong branch", "--yes", ...args]);

  const resources = (root: HistoryRoot): Promise<number> =>
    root.succeed("state", "list").then(({ stdout }) => stdout.split("\n").filter(Boolean).length);

  describe("a state with three versions", () => {
    let root: HistoryRoot;
    let ids: string[];

    beforeAll(async () => {
      root = await rootAt("app/terraform.tfstate");
      await root.apply("first");
      await root.apply("second", 2);
      await root.apply("third", 1);
      ids = await bucket.versions(root.stateKey);
    });

    it("is listed with what each version changed, counted as Terraform counts", async () => {
      const { code, stdout, stderr } = await bucket.history(["list", root.stateKey, "--json"]);
      const list = historyListSchema.parse(JSON.parse(stdout));
      expect(code).toBe(0);
      expect(list.versions.map(({ serial, current, change }) => ({ serial, current, change }))).toEqual([
        { serial: 5, current: true, change: { added: 0, changed: 2, removed: 1, outputs: 1 } },
        { serial: 3, current: false, change: { added: 2, changed: 1, removed: 0, outputs: 1 } },
        { serial: 1, current: false, change: { added: 2, changed: 0, removed: 0, outputs: 2 } },
      ]);
      expect(list.versions[0]?.resources).toBe(await resources(root));
      expect(stdout + stderr).not.toContain(CANARY);
    });

    it("differs by address and attribute; values only when asked for, and never a sensitive one", async () => {
      const diff = ["diff", root.stateKey, ids[0] ?? "", "current"];
      const names = await bucket.history(diff);
      expect(names.stdout).toContain("~ terraform_data.note: input, output");
      expect(names.stdout).toContain("+ terraform_data.more[0]");
      expect(names.stdout).not.toContain("third");
      const values = await bucket.history([...diff, "--show-values"]);
      expect(values.stdout).toContain('input: "first" → "third"');
      const json = await bucket.history([...diff, "--show-values", "--json"]);
      expect(historyDiffSchema.parse(JSON.parse(json.stdout)).outputs).toEqual([
        { name: "note", action: "changed", values: { before: "first", after: "third" } },
      ]);
      expect(names.stdout + values.stdout + json.stdout).not.toContain(CANARY);
    });

    it("is restored: what was there is kept, and Terraform's plan and apply take it as theirs", async () => {
      const { code, stdout, stderr } = await restore(root.stateKey, ids[0] ?? "", "--json");
      const told = historyRestoreSchema.parse(JSON.parse(stdout));
      expect({ code, outcome: told.outcome, serial: told.serial }).toEqual({ code: 0, outcome: "restored", serial: 6 });
      expect(told.audit?.replaced).toEqual({ versionId: ids[2], serial: 5 });
      expect(stdout + stderr).not.toContain(CANARY);
      expect(await bucket.versions(root.stateKey)).toEqual([...ids, told.audit?.versionId]);
      expect(await objectKeys(bucket.aws.s3, BUCKET, "app/")).toEqual(["app/terraform.tfstate"]);

      expect((await root.plan("first")).code).toBe(0);
      await root.apply("fourth");
      expect((await bucket.list(root.stateKey)).versions.map(({ serial }) => serial)).toEqual([8, 6, 5, 3, 1]);
    });

    it("is not restored twice", async () => {
      const [latest = ""] = (await bucket.versions(root.stateKey)).slice(-1);
      const { code, stdout } = await restore(root.stateKey, latest, "--json");
      expect({ code, outcome: historyRestoreSchema.parse(JSON.parse(stdout)).outcome }).toEqual({
        code: 0,
        outcome: "already-there",
      });
    });
  });
});
