import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { historyRestoreSchema } from "../../../lib/history/restore-report";
import { historyDiffSchema, historyListSchema } from "../../../lib/history/history-report";
import type { Run } from "../../support/run-command";
import { objectKeys, objectText } from "../../support/steps/bucket-contents";
import { historyBucket, type HistoryBucket } from "../../support/steps/history-bucket";
import { CANARY, historyRoot, type HistoryRoot } from "../../support/steps/history-root";
import { describeE2e, describeUnder } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";

const BUCKET = "acme-tfstate";

const ENCRYPTION = `    key_provider "pbkdf2" "passphrase" {
      passphrase = "a passphrase for this test alone"
    }
    method "aes_gcm" "usual" {
      keys = key_provider.pbkdf2.passphrase
    }
    state {
      method   = method.aes_gcm.usual
      enforced = true
    }`;

describeE2e("statelock history, with the real Terraform", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let bucket: HistoryBucket;
  const inherited = { ...process.env };
  const roots: HistoryRoot[] = [];

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    bucket = await historyBucket(standIn, BUCKET);
  });

  afterAll(async () => {
    process.env = inherited;
    await Promise.all(roots.map(({ workspace }) => workspace.remove()));
    bucket.aws.close();
    await standIn.stop();
  });

  async function rootAt(stateKey: string, encryption?: string): Promise<HistoryRoot> {
    const root = await historyRoot(standIn.env, {
      ...{ bucket: BUCKET, stateKey },
      ...(encryption === undefined ? {} : { encryption }),
    });
    roots.push(root);
    return root;
  }

  const restore = (key: string, version: string, ...args: string[]): Promise<Run> =>
    bucket.history(["restore", key, version, "--reason", "the wrong branch", "--yes", ...args]);

  const resources = async (root: HistoryRoot): Promise<number> =>
    (await root.succeed("state", "list")).stdout.split("\n").filter(Boolean).length;

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
        { serial: 3, current: true, change: { added: 0, changed: 2, removed: 1, outputs: 1 } },
        { serial: 2, current: false, change: { added: 2, changed: 1, removed: 0, outputs: 1 } },
        { serial: 1, current: false, change: { added: 2, changed: 0, removed: 0, outputs: 2 } },
      ]);
      expect(list.versions[0]?.resources).toBe(await resources(root));
      expect(stdout + stderr).not.toContain(CANARY);
    });

    it("differs by address and attribute, without values", async () => {
      const diff = ["diff", root.stateKey, ids[0] ?? "", "current"];
      const names = await bucket.history(diff);
      expect(names.stdout).toContain("~ terraform_data.note: input, output");
      expect(names.stdout).toContain("+ terraform_data.more[0]");
      expect(names.stdout).not.toContain("third");
      const json = await bucket.history([...diff, "--json"]);
      expect(historyDiffSchema.parse(JSON.parse(json.stdout)).outputs).toEqual([{ name: "note", action: "changed" }]);
      expect(names.stdout + json.stdout).not.toContain(CANARY);
    });

    it("is restored: the replaced version stays, and Terraform plans and applies from the restored one", async () => {
      const { code, stdout, stderr } = await restore(root.stateKey, ids[0] ?? "", "--json");
      const told = historyRestoreSchema.parse(JSON.parse(stdout));
      expect({ code, outcome: told.outcome, serial: told.serial }).toEqual({ code: 0, outcome: "restored", serial: 4 });
      expect(told.audit?.replaced).toEqual({ versionId: ids[2], serial: 3 });
      expect(stdout + stderr).not.toContain(CANARY);
      expect(await bucket.versions(root.stateKey)).toEqual([...ids, told.audit?.versionId]);
      expect(await objectKeys(bucket.aws.s3, BUCKET, "app/")).toEqual(["app/terraform.tfstate"]);

      expect((await root.plan("first")).code).toBe(0);
      await root.apply("fourth");
      expect((await bucket.list(root.stateKey)).versions.map(({ serial }) => serial)).toEqual([5, 4, 3, 2, 1]);
    });

    it("is not restored to what it is", async () => {
      const [latest = ""] = (await bucket.versions(root.stateKey)).slice(-1);
      const { code, stdout } = await restore(root.stateKey, latest, "--json");
      const { outcome, audit } = historyRestoreSchema.parse(JSON.parse(stdout));
      expect({ code, outcome, audit }).toEqual({ code: 0, outcome: "already-there", audit: null });
    });
  });

  it("a state that was deleted comes back, with its lineage, and Terraform goes on from there", async () => {
    const root = await rootAt("deleted/terraform.tfstate");
    await root.apply("first");
    const [id = ""] = await bucket.versions(root.stateKey);
    await bucket.aws.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: root.stateKey }));
    expect((await bucket.list(root.stateKey)).versions.map(({ kind, current }) => [kind, current])).toEqual([
      ["delete-marker", true],
      ["state", false],
    ]);
    const { code, stdout } = await restore(root.stateKey, id, "--json");
    const { present, serial } = historyRestoreSchema.parse(JSON.parse(stdout));
    expect({ code, kind: present.kind, serial }).toEqual({ code: 0, kind: "delete-marker", serial: 2 });
    expect((await root.plan("first")).code).toBe(0);
  });

  describeUnder("tofu", "an encrypted state", () => {
    it("comes back byte for byte, and OpenTofu reads it and goes on", async () => {
      const root = await rootAt("encrypted/terraform.tfstate", ENCRYPTION);
      for (const note of ["first", "second", "third"]) await root.apply(note);
      const ids = await bucket.versions(root.stateKey);
      const diff = await bucket.history(["diff", root.stateKey, ids[0] ?? ""]);
      expect([diff.code, diff.stderr]).toEqual([1, expect.stringContaining("OpenTofu encrypted its contents")]);

      const { code, stdout } = await restore(root.stateKey, ids[0] ?? "", "--json");
      const told = historyRestoreSchema.parse(JSON.parse(stdout));
      expect({ code, outcome: told.outcome, serial: told.serial }).toEqual({ code: 0, outcome: "restored", serial: 1 });
      expect(told.notes.join()).toContain("serials up to 3 come again");
      const read = async (VersionId?: string): Promise<string | undefined> =>
        objectText(bucket.aws.s3, BUCKET, root.stateKey, VersionId);
      expect(await read()).toBe(await read(ids[0]));
      expect((await root.plan("first")).code).toBe(0);
      await root.apply("fourth");
      const { versions } = await bucket.list(root.stateKey);
      expect(versions.map(({ serial, encrypted }) => [serial, encrypted])).toEqual(
        [2, 1, 3, 2, 1].map((serial) => [serial, true]),
      );
    });
  });

  it("a workspace's state is one like any other", async () => {
    const root = await rootAt("spaces/terraform.tfstate");
    await root.succeed("workspace", "new", "dev");
    await root.apply("first");
    await root.apply("second");
    const stateKey = `env:/dev/${root.stateKey}`;
    const { versions } = await bucket.list(stateKey);
    // `workspace new` wrote an empty state.
    expect(versions.map(({ resources: found }) => found)).toEqual([2, 2, 0]);
    expect((await restore(stateKey, versions[1]?.versionId ?? "")).code).toBe(0);
    expect((await root.plan("first")).code).toBe(0);
  });

  it("is refused with the holder while an apply holds the lock, and so is Terraform while a restore does", async () => {
    const root = await rootAt("busy/terraform.tfstate");
    await root.apply("first");
    await root.apply("second");
    const [id = ""] = await bucket.versions(root.stateKey);
    const apply = await root.holdApply();
    const before = await objectText(bucket.aws.s3, BUCKET, root.stateKey);
    const refused = await restore(root.stateKey, id);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is locked by \S+@\S+ \(ID .*OperationTypeApply\) since .*\[state-locked\]/);
    expect(await objectText(bucket.aws.s3, BUCKET, root.stateKey)).toBe(before);
    root.letGo();
    requireSuccess(await apply.done);

    let blocked = "";
    const unhook = standIn.onRequest(async ({ operation, key, userAgent }) => {
      if (operation !== "PutObject" || key !== root.stateKey || !userAgent.startsWith("aws-sdk-js")) return;
      blocked = (await root.terraform("plan")).stderr;
    });
    expect((await restore(root.stateKey, id)).code).toBe(0);
    unhook();
    expect(blocked).toContain("Operation: statelock history restore");
    expect(blocked).toContain(`version ${id} comes back: the wrong branch`);
    expect((await root.plan("first")).code).toBe(0);
  });

  it("a state of 20 MB is listed and restored", async () => {
    const root = await rootAt("large/terraform.tfstate");
    await root.apply("first");
    root.workspace.write("large.json", largeState((await objectText(bucket.aws.s3, BUCKET, root.stateKey)) ?? ""));
    await root.succeed("state", "push", "large.json");
    await root.apply("second");
    const { versions } = await bucket.list(root.stateKey);
    const [current, large] = versions;
    expect(versions.map(({ resources: found }) => found)).toEqual([2, 22, 2]);
    expect(large?.size).toBeGreaterThan(20_000_000);
    const { code, stdout } = await restore(root.stateKey, large?.versionId ?? "", "--json");
    const { audit, changes } = historyRestoreSchema.parse(JSON.parse(stdout));
    expect({ code, replaced: audit?.replaced.versionId }).toEqual({ code: 0, replaced: current?.versionId });
    expect(changes.resources.filter(({ action }) => action === "added")).toHaveLength(20);
    expect(await resources(root)).toBe(22);
  });
});

/** The state with 20 resources of a megabyte more, and the next serial. */
function largeState(text: string): string {
  const state = JSON.parse(text) as { serial: number; resources: { instances: { attributes: object }[] }[] };
  const [resource] = state.resources;
  const [instance] = resource?.instances ?? [];
  const instances = Array.from({ length: 20 }, (_, index) => ({
    ...instance,
    index_key: index,
    attributes: { ...instance?.attributes, id: `${String(index)}-${"x".repeat(1_000_000)}` },
  }));
  const resources = [...state.resources, { ...resource, name: "many", instances }];
  return JSON.stringify({ ...state, serial: state.serial + 1, resources }, null, 2);
}
