import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { dirname, join } from "node:path";
import { ENGINE_RUNS, inStore, type EngineRun, type Locking } from "../../fleets/engine-runs";
import { FLEETS, type KnownFleet } from "../../fleets/fleets";
import { describeE2e } from "../../support/describe-e2e";
import { inFull, sampledEntries } from "../../support/full";
import { runIn } from "../../support/run-command";
import { FLEET_BUCKET, FLEET_TABLE, legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { legacyTable } from "../../support/steps/legacy-table";
import { stateChain } from "../../support/steps/state-chain";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { repository } from "../../../lab/machine/repository";
import { requireSuccess } from "../../../lab/machine/require-success";
import { openTerminal } from "../../../lab/machine/terminal-window";
import { testEngine } from "../../../lab/machine/test-engine";
import { createWorkspace, type CommandResult } from "../../../lab/machine/workspace";

/** What a root holds beside its backend: nothing that needs a provider. */
const CONTENT = 'variable "mark" {\n  default = ""\n}\n\nresource "terraform_data" "corpus" {\n  input = var.mark\n}\n';
const SAMPLE = ["partial files of any name", "a computed reader"];

/** A fleet in a bucket and a table of its own. */
class LiveFleet {
  private readonly workspace;
  /** What took a lock: `file` or `table`, and the state. */
  private taken: string[] = [];
  readonly table: string;

  constructor(
    private readonly home: LegacyFleet,
    private readonly name: string,
    private readonly fleet: KnownFleet,
  ) {
    this.table = `locks-${name}`;
    this.workspace = createWorkspace({ env: home.standIn.env });
    home.standIn.onRequest(({ operation, bucket, key, service }, { body }) => {
      if (operation === "PutObject" && key?.endsWith(".tflock") === true)
        this.taken.push(`file ${bucket ?? ""}/${key.slice(0, -".tflock".length)}`);
      if (operation !== "PutItem" || service !== "dynamodb") return;
      const { TableName, Item } = JSON.parse(body.toString()) as { TableName: string; Item: { LockID: { S: string } } };
      if (TableName === this.table && !Item.LockID.S.endsWith("-md5")) this.taken.push(`table ${Item.LockID.S}`);
    });
  }

  private bucket(name = "b"): string {
    return `${name}-${this.name}`;
  }

  /** @param others roots that the engine under test does not read */
  async make(runs: readonly EngineRun[], others: readonly string[]): Promise<void> {
    const { s3, dynamoDb } = this.home.aws;
    await legacyTable(dynamoDb, this.table);
    for (const Bucket of new Set(runs.map(({ bucket }) => this.bucket(bucket)))) {
      await s3.send(new CreateBucketCommand({ Bucket }));
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    for (const [path, text] of Object.entries(this.fleet.files).filter(([path]) => !others.includes(dirname(path))))
      this.workspace.write(
        path,
        inStore(text, (name) => this.bucket(name), this.table),
      );
    for (const { root, key } of runs) if (key !== undefined) this.workspace.write(`${root}/content.tf`, CONTENT);
    this.workspace.write(".gitignore", ".terraform\n.terraform.lock.hcl\n");
    await this.commit();
  }

  async commit(): Promise<void> {
    await (await repository(this.workspace)).commit();
  }

  statelock(...args: readonly string[]): Promise<CommandResult> {
    return runIn(this.workspace, ["migrate", ...args]);
  }

  private terraform({ root }: EngineRun, ...args: readonly string[]): Promise<CommandResult> {
    return this.workspace.terraform(args, { cwd: this.workspace.path(root) });
  }

  private async init(run: EngineRun): Promise<void> {
    const settings = run.partial === undefined ? [] : [`-backend-config=${run.partial}`];
    requireSuccess(await this.terraform(run, "init", "-reconfigure", ...settings));
  }

  /** Initializes a root, writes its state, and returns where that took the lock. */
  async apply(run: EngineRun, mark: string): Promise<Locking> {
    const { workspace, key, bucket } = run;
    await this.init(run);
    if (key === undefined) {
      requireSuccess(await this.terraform(run, "plan"));
      return "nowhere";
    }
    if (workspace !== undefined)
      requireSuccess(await this.terraform(run, "workspace", "select", "-or-create", workspace));
    this.taken = [];
    requireSuccess(await this.terraform(run, "apply", "-auto-approve", `-var=mark=${mark}`));
    const [file, table] = ["file", "table"].map((by) => this.taken.includes(`${by} ${this.bucket(bucket)}/${key}`));
    if (file === table) return file === true ? "both" : "nowhere";
    return file === true ? "file" : "table";
  }

  /** Takes every lock until Statelock has seen it: S3 counts in seconds, and a lock in the second of the step proves nothing. */
  async isSeen(runs: readonly EngineRun[]): Promise<void> {
    for (let tries = 0; runs.length > 0; tries += 1) {
      const { stderr } = await this.statelock("apply", "--to", "lockfile", "--dry-run");
      if (!stderr.includes("overlap-unseen")) return;
      if (tries > 9) throw new Error(`no lock of ${this.name} was seen`);
      for (const run of runs) {
        // A root with several partial files is on the state of the last one.
        if (run.partial !== undefined) await this.init(run);
        requireSuccess(await this.terraform(run, "plan"));
      }
    }
  }

  /** Serials and lineages of a state, the oldest first. */
  async history({ bucket, key = "" }: EngineRun): Promise<{ readonly serials: number[]; readonly lineages: number }> {
    const chain = await stateChain(this.home.aws.s3, this.bucket(bucket), key);
    return { serials: chain.map(({ serial }) => serial), lineages: new Set(chain.map(({ lineage }) => lineage)).size };
  }

  async isGone(): Promise<boolean> {
    const { TableNames = [] } = await this.home.aws.dynamoDb.send(new ListTablesCommand({}));
    return !TableNames.includes(this.table);
  }

  remove(): Promise<void> {
    return this.workspace.remove();
  }
}

describeE2e("the fleets of the corpus, run by a real engine", ["terraform", "moto-server"], () => {
  let home: LegacyFleet;
  beforeAll(async () => {
    home = await legacyFleet();
  });
  afterAll(() => home.stop());

  it.each(Object.entries(sampledEntries(ENGINE_RUNS, SAMPLE)))(
    "%s: each step initializes, locks where it says, and loses no state",
    async (name, all) => {
      const known = FLEETS[name];
      if (known === undefined) throw new Error(`no fleet ${name}`);
      const { isLeft, mayGo = !isLeft } = known;
      const runs = all.filter(({ engine }) => engine === undefined || engine === testEngine().name);
      if (runs.length === 0) {
        process.stderr.write(`SKIPPED: ${name}: ${testEngine().name} does not read it\n`);
        return;
      }
      const others = all.map(({ root }) => root).filter((root) => runs.every((run) => run.root !== root));
      const fleet = new LiveFleet(home, String(Object.keys(ENGINE_RUNS).indexOf(name)), known);
      const locked = async (at: 0 | 1 | 2, mark: string): Promise<void> => {
        for (const run of runs) {
          const { root, key, locks = ["table", "both", "file"] } = run;
          const where = await fleet.apply(run, mark);
          expect([root, key, mark, where]).toEqual([root, key, mark, key === undefined ? "nowhere" : locks[at]]);
        }
      };
      const codes: (number | null)[] = [];
      const step = async (...args: string[]): Promise<void> => {
        codes.push((await fleet.statelock(...args)).code);
      };
      try {
        await fleet.make(runs, others);
        await locked(0, "first");
        await step("scan");
        await step("plan", "--to", "both");
        await step("apply", "--to", "both");
        await fleet.commit();
        await locked(1, "both");
        await fleet.isSeen(runs.filter(({ locks }) => locks === undefined));
        await step("apply", "--to", "lockfile");
        await fleet.commit();
        await locked(2, "lockfile");
        await step("apply", "--to", "lockfile");
        const isDone = codes.at(-1) === 0;
        await step("scrub", "--table", fleet.table);
        await step("retire", "--table", fleet.table, "--yes");
        expect([isDone, codes.at(-1), await fleet.isGone()]).toEqual([!isLeft, mayGo ? 0 : 1, mayGo]);
        // No run of commands ends with 0 alone while something is left.
        expect(isLeft && !codes.slice(0, 5).includes(1)).toBe(false);
        if (mayGo) await locked(2, "last");
        for (const each of runs.filter(({ key }) => key !== undefined)) {
          const { serials, lineages } = await fleet.history(each);
          expect([lineages, serials]).toEqual([1, serials.map((_, index) => index + 1)]);
          expect(serials.length).toBeGreaterThanOrEqual(mayGo ? 4 : 3);
        }
      } finally {
        await fleet.remove();
      }
    },
  );

  inFull(() => {
    it("a person walks a fleet on a terminal from dynamodb to the removed table", async () => {
      const { workspace, project } = home;
      const command = (text: string): string => `Command: statelock migrate ${text}`;
      const walk = async (
        ...talk: (readonly [question: string, answer: string])[]
      ): Promise<readonly [number | NodeJS.Signals, string]> => {
        const window = openTerminal(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), "migrate"], {
          cwd: workspace.directory,
          env: { ...workspace.env, TERM: "xterm", NO_COLOR: "1" },
        });
        const late = setTimeout(() => {
          window.signal("SIGKILL");
        }, 120_000);
        try {
          for (const [question, answer] of talk) {
            await window.until(question);
            window.type(`${answer}\n`);
          }
          return [await window.done, window.shown()];
        } finally {
          clearTimeout(late);
        }
      };
      await home.root("app", "dynamodb");
      requireSuccess(await home.apply("app", "first"));
      await project.commit();
      expect(await walk([command("apply --to both"), "y"], [command("init"), "y"])).toEqual([
        1,
        expect.stringMatching(/lock in S3 as well as in DynamoDB[^]*✔ Initialize and plan[^]*Now wait until everybody/),
      ]);
      await project.commit();
      const unseen = async (): Promise<boolean> =>
        (await home.statelock("migrate", "apply", "--to", "lockfile", "--dry-run")).stderr.includes("overlap-unseen");
      while (await unseen()) requireSuccess(await home.terraform("app", "plan"));
      expect(await walk([command("apply --to lockfile"), "y"], [command("init"), "y"])).toEqual([
        1,
        expect.stringMatching(/lock only in S3 from the moment[^]*✔ Initialize and plan/),
      ]);
      await project.commit();
      const last = await walk(
        ["Name of the table to remove", FLEET_TABLE],
        [command(`scrub --table ${FLEET_TABLE}`), "y"],
        [command(`retire --table ${FLEET_TABLE}`), "y"],
        ["Type the table's name to remove it", FLEET_TABLE],
      );
      expect(last).toEqual([0, expect.stringContaining(`The DynamoDB table ${FLEET_TABLE} is gone`)]);
      const { TableNames } = await home.aws.dynamoDb.send(new ListTablesCommand({}));
      expect(TableNames).not.toContain(FLEET_TABLE);
      requireSuccess(await home.apply("app", "last"));
      const chain = await stateChain(home.aws.s3, FLEET_BUCKET, "app");
      expect(chain.map(({ serial }) => serial)).toEqual([1, 2]);
    });
  });
});
