import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { readdirSync } from "node:fs";
import { migrateInitSchema } from "../../../cli/migrate/init/migrate-init-json";
import { migrateRetireSchema } from "../../../cli/migrate/table/retire-json";
import { migrateStatusSchema } from "../../../lib/migrate/live/state-status";
import { keepApplying, type ApplyLoop } from "../../support/steps/apply-loop";
import { clone, type Clone } from "../../support/steps/clone";
import { turns } from "../../support/steps/in-background";
import { FLEET_BUCKET, FLEET_TABLE, legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { platform, type Platform, type StackCheckout } from "../../support/steps/platform";
import { breaks, marks, stateChain } from "../../support/steps/state-chain";
import { storyRoots, type StoryRoot } from "../../support/steps/story-roots";
import { SCENE } from "../../support/steps/witnessed-work";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";

const CONSUMERS = ["billing", "search", "web"];
const PLAIN = ["ann network", "ben network", "ben cache", "ci cache", "ci reports"];
const STALE = "state data in S3 does not have the expected content";

interface Answer {
  readonly phases?: Readonly<Record<string, number>>;
  readonly refusals?: readonly { readonly roots: string[]; readonly problems: readonly Coded[] }[];
  readonly digests?: readonly { readonly outcome: string; readonly stateKey: string }[];
  readonly byHand?: readonly { readonly label: string; readonly edit: string }[];
  readonly left?: readonly { readonly item: string; readonly problems: readonly Coded[] }[];
}

interface Coded {
  readonly code: string;
}

const answer = ({ stdout }: CommandResult): Answer => JSON.parse(stdout) as Answer;

/** What each root was refused for. */
function refusals(result: CommandResult): Record<string, readonly string[]> {
  const byRoot = (answer(result).refusals ?? []).flatMap(({ roots, problems }) =>
    roots.map((root) => [root, [...new Set(problems.map(({ code }) => code))]] as const),
  );
  return Object.fromEntries(byRoot);
}

/** What a run leaves to an operator. */
function edits(result: CommandResult): string[] {
  return (answer(result).byHand ?? []).map(({ label, edit }) => `${label} ${edit}`);
}

describeE2e("a fleet leaves DynamoDB while everybody goes on applying", ["terraform", "moto-server"], () => {
  // Cores are few: so many runs of Terraform at once, and the others wait.
  const turn = turns(3);
  const loops = new Map<string, ApplyLoop>();
  /** By state key: the marks of all applies that ended well, those of loops aside. */
  const applied = new Map<string, string[]>();
  /** By state key: who applies there all the while. */
  const loopsOf = new Map<string, ApplyLoop[]>();
  let scene: Workspace;
  let fleet: LegacyFleet;
  let roots: readonly StoryRoot[];
  let home: Platform;
  let ann: Clone;
  let ben: Clone;
  let ci: Clone;
  let deployer: StackCheckout;
  let laptop: StackCheckout;

  const migrate = (...args: string[]): Promise<CommandResult> => fleet.statelock("migrate", ...args, "--json");
  const succeeds = async (...args: string[]): Promise<CommandResult> => requireSuccess(await migrate(...args));
  /** The step of the consumers: migrate names each edit, the operator makes it, the next run finds it made. */
  const editsConfig = async (to: "both" | "lockfile", ...folders: string[]): Promise<void> => {
    const step = await migrate("apply", "--to", to, ...folders);
    expect([step.code, refusals(step), edits(step)]).toEqual([
      1,
      {},
      CONSUMERS.map((name) => `${name} locking: "${to}"`),
    ]);
    home.setLocking(to);
    await fleet.project.commit();
    await home.synth();
    await succeeds("apply", "--to", to, ...folders);
    await fleet.project.commit();
  };
  const retire = (...options: string[]): Promise<CommandResult> =>
    migrate("retire", "--table", FLEET_TABLE, "--inventory", home.inventory, "--yes", "live", "platform", ...options);
  const loop = (name: string): ApplyLoop => {
    const found = loops.get(name);
    if (found === undefined) throw new Error(`there is no loop ${name}`);
    return found;
  };
  const all = (of = [...loops.keys()], times = 1): Promise<unknown> =>
    Promise.all(of.map((name) => loop(name).applied(times)));
  const pause = (...names: string[]): Promise<unknown> => Promise.all(names.map((name) => loop(name).pause()));
  const resume = (...names: string[]): void => {
    for (const name of names) loop(name).resume();
  };
  const note = (key: string, mark: string): void => {
    applied.set(key, [...(applied.get(key) ?? []), mark]);
  };

  const init = async (who: Pick<Clone, "terraform">, ...names: string[]): Promise<void> => {
    for (const name of names) requireSuccess(await who.terraform(`live/${name}`, "init", "-reconfigure"));
  };
  /** Pulls, and initializes these roots again: what everybody is told to do after each step. */
  const follow = async (who: Clone, ...names: string[]): Promise<void> => {
    const own = names.map((name) => `${who.name} ${name}`);
    await pause(...own);
    await who.pull();
    await init(who, ...names);
    resume(...own);
  };
  const applyOnce = (who: Pick<Clone, "terraform">, folder: string, mark: string): Promise<CommandResult> =>
    who.terraform(folder, "apply", "-auto-approve", "-lock-timeout=60s", `-var=mark=${mark}`);
  const start = (name: string, key: string, who: Pick<Clone, "terraform">, folder: string): void => {
    const args = (mark: string): string[] => ["apply", "-auto-approve", "-lock-timeout=3s", `-var=mark=${mark}`];
    const started = keepApplying({ name, apply: (mark) => who.terraform(folder, ...args(mark)) }, turn);
    loops.set(name, started);
    loopsOf.set(key, [...(loopsOf.get(key) ?? []), started]);
  };
  const written = async (key: string): Promise<number> => {
    const { LastModified } = await fleet.aws.s3.send(new HeadObjectCommand({ Bucket: FLEET_BUCKET, Key: key }));
    return LastModified?.getTime() ?? 0;
  };

  async function firstApply(root: StoryRoot): Promise<void> {
    const terraform = (...args: string[]): Promise<CommandResult> =>
      turn(async () => requireSuccess(await fleet.terraform(root.name, ...args)));
    const apply = async (key = root.key): Promise<void> => {
      await terraform("apply", "-auto-approve", "-var=first=true", "-var=mark=first", `-var=key=${key}`);
    };
    const [partial, other] = root.partials;
    await terraform("init", ...(partial === undefined ? [] : [`-backend-config=${partial}`]));
    await apply();
    note(root.key, "first");
    if (other !== undefined) {
      await terraform("init", "-reconfigure", `-backend-config=${other}`);
      await apply(`${root.key}-test`);
      note(`${root.key}-test`, "first");
    }
    if (root.name !== "app") return;
    await terraform("workspace", "new", "blue");
    await apply();
    await terraform("workspace", "select", "default");
    note("app-env/blue/live/app", "first");
  }

  const closing: (() => Promise<void>)[] = [];
  const opened = <T extends { remove(): Promise<void> }>(each: T): T => {
    closing.push(() => each.remove());
    return each;
  };

  beforeAll(async () => {
    scene = opened(createWorkspace());
    const witness = { [SCENE]: scene.directory };
    fleet = await legacyFleet(witness);
    closing.push(() => fleet.stop());
    roots = storyRoots(fleet.standIn.url);
    for (const { name, files } of roots)
      for (const [path, text] of Object.entries(files)) fleet.workspace.write(`live/${name}/${path}`, text);
    home = platform(fleet.workspace, "platform", { account: fleet.standIn.accountId, consumers: CONSUMERS });
    await fleet.project.commit();
    const env = { ...fleet.standIn.env, ...witness };
    [deployer, laptop] = [opened(home.checkout(env)), opened(home.checkout(env))];
    const cloned = ["ann", "ben", "ci"].map(async (name) => opened(await clone(name, fleet.workspace.directory, env)));
    const seeded = Promise.all(roots.map(firstApply));
    await home.synth();
    await Promise.all(CONSUMERS.map((name) => turn(() => deployer.fetch(name))));
    for (const name of CONSUMERS) {
      const args = ["apply", "-auto-approve", "-var=first=true", "-var=mark=first"];
      requireSuccess(await turn(() => deployer.terraform(name, ...args)));
      note(`${name}/terraform.tfstate`, "first");
    }
    await laptop.fetch("billing");
    [ann, ben, ci] = (await Promise.all(cloned)) as [Clone, Clone, Clone];
    await seeded;
    await Promise.all([init(ann, "network"), init(ben, "network", "cache"), init(ci, "cache", "reports")]);
  });

  afterAll(async () => {
    await Promise.allSettled([...loops.values()].map((each) => each.end()));
    for (const close of closing.reverse()) await close();
  });

  it("dynamodb: everybody locks in the table alone", async () => {
    start("ann network", "live/network", ann, "live/network");
    start("ben network", "live/network", ben, "live/network");
    start("ben cache", "live/cache", ben, "live/cache");
    start("ci cache", "live/cache", ci, "live/cache");
    start("ci reports", "live/reports", ci, "live/reports");
    start("deployer billing", "billing/terraform.tfstate", deployer, "billing");
    start("laptop billing", "billing/terraform.tfstate", laptop, "billing");
    const scanned = await migrate("scan", "live", "platform");
    expect([scanned.code, answer(scanned).phases]).toEqual([
      1,
      { dynamodb: 19, both: 0, lockfile: 0, none: 0, unknown: 0 },
    ]);
    await all();
  });

  it("both: old and new clients exclude each other, and no root moves on while one client is old", async () => {
    await editsConfig("both", "live", "platform");
    await follow(ann, "network");
    await pause("deployer billing");
    await deployer.fetch("billing");
    resume("deployer billing");
    await all();

    await pause("ann network");
    const last = await written("live/network");
    while ((await written("live/network")) < last + 2_000) await loop("ben network").applied();
    await pause("ben network");
    const unready = await migrate("apply", "--to", "lockfile", "--dry-run", "live");
    expect([unready.code, refusals(unready)]).toMatchObject([
      1,
      { "live/network": ["left-behind"], "live/dns": ["overlap-unseen"], "live/app": ["overlap-unseen"] },
    ]);
    resume("ann network", "ben network");
  });

  it("both: everybody has pulled, and status has seen each of them", async () => {
    await Promise.all([follow(ben, "network", "cache"), follow(ci, "cache", "reports")]);
    await pause("laptop billing");
    await laptop.fetch("billing");
    resume("laptop billing");
    const ready = migrateInitSchema.parse(
      JSON.parse((await succeeds("init", "--parallel", "2", "live", "platform")).stdout),
    );
    // One of the fifteen has two alternatives.
    expect(ready.roots.map(({ outcome }) => outcome)).toEqual(Array(16).fill("changes"));
    const unseen = await migrate("apply", "--to", "lockfile", "--dry-run", "--root", "live/app");
    expect(refusals(unseen)).toEqual({ "live/app": ["overlap-unseen"] });
    await fleet.terraform("app", "workspace", "select", "blue");
    requireSuccess(await fleet.terraform("app", "plan"));
    await all();
    const { states } = migrateStatusSchema.parse(
      JSON.parse((await succeeds("status", "--record", "live", "platform")).stdout),
    );
    expect(new Set(states.map(({ phase, overlap }) => `${phase} ${overlap}`))).toEqual(new Set(["both seen"]));
    await fleet.project.commit();
  });

  it("lockfile: merged at once; who is left behind on both fails, loses nothing, and pulls", async () => {
    await pause(...PLAIN);
    const step = await succeeds("apply", "--to", "lockfile", "live");
    expect(refusals(step)).toEqual({});
    await fleet.project.commit();
    await Promise.all([follow(ann, "network"), follow(ci, "cache", "reports")]);
    await all(["ann network", "ci cache", "ci reports"]);

    // Terraform looks for a better digest for ten seconds, holding the lock.
    await pause("ann network");
    const [behind, early] = await Promise.all([
      applyOnce(ben, "live/network", "left behind"),
      retire(),
      all(["ci cache", "ci reports", "deployer billing"], 2),
    ]);
    expect([behind.code, behind.stderr]).toEqual([1, expect.stringContaining(STALE)]);
    const { outcome, blocks } = migrateRetireSchema.parse(JSON.parse(early.stdout));
    expect([early.code, outcome]).toEqual([1, "blocked"]);
    expect(blocks.map(({ code }) => code)).toEqual(expect.arrayContaining(["table-in-use", "digest-left"]));
    resume("ann network");
    await follow(ben, "network", "cache");
    await all(PLAIN);
  });

  it("back to both: a group of roots returns in the middle, and goes on again", async () => {
    const group = ["--root", "live/cache", "--root", "live/mail"];
    const digests = (result: CommandResult): unknown =>
      (answer(result).digests ?? []).map(({ stateKey, outcome }) => `${stateKey} ${outcome}`);
    await pause("ben cache", "ci cache");
    const back = await succeeds("rollback", "--to", "both", "--table", FLEET_TABLE, ...group);
    expect(digests(back)).toEqual(["live/cache repaired", "live/mail right"]);
    await fleet.project.commit();
    // Ben has not pulled, and writes without the table once more: that is what a second run is for.
    requireSuccess(await applyOnce(ben, "live/cache", "not pulled yet"));
    note("live/cache", "not pulled yet");
    const again = await succeeds("rollback", "--to", "both", "--table", FLEET_TABLE, ...group);
    expect(digests(again)).toEqual(["live/cache repaired", "live/mail right"]);
    await Promise.all([follow(ben, "cache"), follow(ci, "cache")]);
    await all(["ben cache", "ci cache"], 2);

    await pause("ben cache", "ci cache");
    await succeeds("apply", "--to", "lockfile", ...group);
    await fleet.project.commit();
    await Promise.all([follow(ben, "cache"), follow(ci, "cache")]);
    await all(["ben cache", "ci cache"]);
  });

  it("lockfile: the consumers follow by their config; the table stays while anything needs it", async () => {
    await pause("deployer billing", "laptop billing");
    await editsConfig("lockfile", "platform");
    await Promise.all([deployer, laptop].map((checkout) => checkout.fetch("billing")));
    resume("deployer billing", "laptop billing");
    await all(["deployer billing", "laptop billing"]);
    const { states } = migrateStatusSchema.parse(
      JSON.parse((await succeeds("status", "--inventory", home.inventory)).stdout),
    );
    expect(
      new Set(states.map(({ phase, findings }) => [phase, ...findings.map(({ code }) => code)].join(" "))),
    ).toEqual(new Set(["lockfile"]));
  });

  it("retired: digests and table are gone, and everybody goes on", async () => {
    // A state that is being applied keeps its digest until the next run; so nobody has to wait for everybody.
    const scrub = async (...paused: string[]): Promise<[number | null, readonly string[]]> => {
      await pause(...paused);
      const run = await migrate("scrub", "--table", FLEET_TABLE, "live", "platform");
      resume(...paused);
      const left = (answer(run).left ?? []).map(
        ({ item, problems }) => `${item} ${problems.map(({ code }) => code).join()}`,
      );
      return [run.code, left];
    };
    const busy = [...loopsOf.keys()].map((key) => `${FLEET_BUCKET}/${key}-md5 lock-held`);
    expect(busy).toEqual(expect.arrayContaining([...(await scrub())[1]]));
    expect(busy.slice(-1)).toEqual(expect.arrayContaining([...(await scrub(...PLAIN))[1]]));
    expect(await scrub("deployer billing", "laptop billing")).toEqual([0, []]);
    const mentioned = migrateRetireSchema.parse(JSON.parse((await retire()).stdout));
    expect(mentioned.blocks.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "table-mentioned live/network/main.tf:9",
    ]);
    const retired = await retire("--ignore-mention", "live/network/main.tf:9", "--reason", "a word of a comment");
    expect([retired.code, JSON.parse(retired.stdout)]).toMatchObject([0, { outcome: "removed", blocks: [] }]);
    expect((await fleet.aws.dynamoDb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    await all();
  });

  it("they were in each other's way, in S3 and in the table", () => {
    const refusedLocks = fleet.standIn.requests().filter(({ operation, key, status }) => {
      if (operation === "PutItem") return status === 400;
      return operation === "PutObject" && key?.endsWith(".tflock") === true && status === 412;
    });
    const of = (service: string): number => refusedLocks.filter((each) => each.service === service).length;
    expect([of("s3") > 0, of("dynamodb") > 0]).toEqual([true, true]);
  });

  it("never two at once, nothing lost or rolled back, serials without a gap", async () => {
    await Promise.all([...loops.values()].map((each) => each.end()));
    await succeeds("init", "--parallel", "3", "live", "platform");
    expect(readdirSync(scene.directory)).toEqual([]);
    for (const [key, own] of applied) {
      const chain = await stateChain(fleet.aws.s3, FLEET_BUCKET, key);
      const expected = [...own, ...(loopsOf.get(key) ?? []).flatMap((each) => each.marks)].sort();
      expect([key, breaks(chain)]).toEqual([key, []]);
      expect([key, marks(chain.at(-1)).sort()]).toEqual([key, expected]);
    }
    const reports = await stateChain(fleet.aws.s3, FLEET_BUCKET, "live/reports");
    // What a reader sees only grows.
    const seen = reports.map((link) => marks(link, "seen"));
    for (const [at, now] of seen.entries()) expect(now.slice(0, seen[at - 1]?.length ?? 0)).toEqual(seen[at - 1] ?? []);
  });
});
