import { statSync } from "node:fs";
import { join } from "node:path";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { inBackground } from "../../support/steps/in-background";
import {
  killableProject,
  ofRun,
  ofTerraform,
  synth,
  type KillableProject,
  type Moment,
} from "../../support/steps/killable-project";
import { settled, settlement, type Settlement } from "../../support/steps/settlement";
import { writtenRequests } from "../../support/steps/written-requests";
import { describeE2e } from "../../support/describe-e2e";
import { sampledEntries } from "../../support/full";
import { killGroup } from "../../../lab/machine/kill-group";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import type { CommandResult } from "../../../lab/machine/workspace";

/** Every step up to the first change: the moment when it is done. */
const EVERY_STEP: Readonly<Record<string, Moment>> = {
  "the synth": { when: "after", request: synth("ends") },
  "asking for Terraform's version": { when: "after", match: "^version" },
  "checking the account": { when: "after", request: ofRun("GetCallerIdentity") },
  "looking for the bucket": { when: "after", request: ofRun("HeadBucket") },
  "terraform init": { when: "after", match: "^init" },
  "the plan": { when: "after", match: "^show" },
  "noting that it begins": { when: "before", match: "^apply" },
};
const BEFORE_THE_APPLY = sampledEntries(EVERY_STEP, ["looking for the bucket"]);

interface Kill {
  readonly signal: string | null;
  readonly written: readonly string[];
  readonly localState: string | undefined;
}

/** What became of one project whose first deploy was killed again and again. */
interface Story {
  readonly kills: ReadonlyMap<string, Kill>;
  /** The local state when everything had died in the middle of the apply. */
  readonly crashed: string | undefined;
  /** Mode of the saved plan then, and after the last run. */
  readonly plans: readonly (number | undefined)[];
  /** The run that was killed while its Terraform went on. */
  readonly orphaning: CommandResult;
  readonly last: CommandResult;
  readonly written: readonly string[];
  readonly found: Settlement;
  readonly wanted: Settlement;
}

describeE2e("statelock bootstrap, killed while it deploys", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  let project: KillableProject;
  let story: Promise<Story>;

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    project = killableProject(standIn, { config: { bucket: { name: "killed-deploying" } } });
    story = inBackground(theStory);
  });

  afterAll(async () => {
    await project.remove();
    aws.close();
    await standIn.stop();
  });

  async function theStory(): Promise<Story> {
    const kills = new Map<string, Kill>();
    await project.attachProvider();
    for (const [name, moment] of Object.entries(BEFORE_THE_APPLY)) {
      const { signal } = await project.killAt(moment);
      kills.set(name, { signal, written: writtenRequests(project.requests()), localState: localState() });
    }
    await crashWhileCreating();
    await project.attachProvider();
    const [crashed, left] = [localState(), planMode()];
    const orphaning = await project.killAt({
      when: "after",
      request: ofTerraform("PutBucketLifecycleConfiguration"),
    });
    const last = await project.bootstrap(["--yes"]);
    const written = writtenRequests(project.requests());
    const found = await settlement(aws.s3, project);
    const plans = [left, planMode()];
    return { kills, crashed, plans, orphaning, last, written, found, wanted: settled(project, found.backups[0] ?? "") };
  }

  const planMode = (): number | undefined => {
    const stat = statSync(join(project.stack, "statelock.tfplan"), { throwIfNoEntry: false });
    return stat && stat.mode & 0o777;
  };
  const localState = (): string | undefined => project.read("terraform.bootstrap.tfstate");

  /** Kills the run, its Terraform and the provider when AWS has made the bucket and its policies, and nobody has heard of it. */
  async function crashWhileCreating(): Promise<void> {
    let made = 0;
    let crash = (): void => undefined;
    const crashed = new Promise<void>((resolve) => (crash = resolve));
    const disarm = standIn.afterRequest(async ({ operation }) => {
      if (!operation.startsWith("Create")) return undefined;
      made += 1;
      if (made === 5) {
        run.kill("SIGKILL");
        killGroup(project.terraformPid(), "SIGKILL");
        await Promise.all([run.done, project.killProvider()]);
        crash();
      }
      await crashed;
      return "drop";
    });
    const run = project.start(["--yes"]);
    await run.done;
    disarm();
  }

  it.each(Object.keys(BEFORE_THE_APPLY))("has changed nothing when it is killed after %s", async (step) => {
    const { kills } = await story;
    expect(kills.get(step)).toEqual({ signal: "SIGKILL", written: [], localState: undefined });
  });

  it("takes over what it made when everything died in the middle of the apply", async () => {
    const { crashed, orphaning } = await story;
    expect(crashed).toBe("");
    expect(orphaning.stderr).toContain("Plan — 7 to import, 3 to create, 1 to update");
  });

  it("leaves its plan, which holds secrets, to its owner alone, and the next run removes it", async () => {
    expect((await story).plans).toEqual([0o600, undefined]);
  });

  it("waits for the Terraform that outlived it and finishes its apply", async () => {
    const { orphaning, last } = await story;
    expect(orphaning.signal).toBe("SIGKILL");
    expect(last).toMatchObject({ code: 0 });
    expect(last.stderr).toContain("Plan — no changes");
  });

  it("makes nothing twice", async () => {
    const { written } = await story;
    expect([...written].sort()).toEqual([
      ...Array<string>(4).fill("iam:CreatePolicy"),
      "s3:CreateBucket",
      "s3:DeleteObject bootstrap/terraform.tfstate.tflock",
      "s3:PutBucketLifecycleConfiguration",
      "s3:PutBucketPolicy",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutObject bootstrap/terraform.tfstate",
      "s3:PutObject bootstrap/terraform.tfstate.tflock",
    ]);
  });

  it("ends with one state in the bucket, recorded, its local file kept as a dated backup, and no lock", async () => {
    const { found, wanted } = await story;
    expect(found).toEqual(wanted);
  });
});
