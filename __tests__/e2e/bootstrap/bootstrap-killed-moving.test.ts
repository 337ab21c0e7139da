import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { inBackground, turns } from "../../support/steps/in-background";
import {
  killableProject,
  ofRun,
  ofTerraform,
  recorded,
  synth,
  type KillableProject,
  type Moment,
} from "../../support/steps/killable-project";
import { settled, settlement, type Settlement } from "../../support/steps/settlement";
import { writtenRequests } from "../../support/steps/written-requests";
import { describeE2e } from "../../support/describe-e2e";
import { FULL, inFull, sampledEntries } from "../../support/full";
import { startStandIn, type AnswerHook, type RequestHook, type StandIn } from "../../../lab/stand-in/stand-in";
import type { CommandResult } from "../../../lab/machine/workspace";

/**
 * Every step after the apply. A state that was moved is not moved again, so two moves take the steps in turn: each run
 * is killed a little later than the one before, and the last one is left to finish.
 */
const EVERY_MOVE: Readonly<Record<string, Readonly<Record<string, Moment>>>> = {
  "the first move": {
    "when it has verified the bucket": { when: "before", request: ofRun("PutObject", "lock") },
    "when it holds the lock": { when: "before", request: ofRun("PutObject", "state") },
    "when the state is moved": { when: "after", request: ofRun("PutObject", "state") },
    "while Terraform plans, under a lock of its own": {
      when: "before",
      request: ofTerraform("GetObject", "state"),
      nth: 2,
    },
    "when Terraform has checked the moved state": { when: "after", match: "^plan", nth: 2 },
  },
  "the second move": {
    "together with the Terraform that checks the moved state": {
      when: "before",
      request: ofTerraform("GetObject", "state"),
      nth: 2,
      withTerraform: true,
    },
    "when it has synthesized for the bucket": { when: "after", request: synth("ends"), nth: 3 },
    "when the record is written": { when: "before", request: recorded("begins") },
    "before the local state is retired": { when: "after", request: recorded("ends"), nth: 2 },
  },
};
/** The sample is one move, killed where a lock is held, and where the state is in both places. */
const SAMPLE = ["when it holds the lock", "when the state is moved"];
const MOVES = Object.fromEntries(
  Object.entries(sampledEntries(EVERY_MOVE, ["the first move"])).map(([move, moments]) => [
    move,
    sampledEntries(moments, SAMPLE),
  ]),
);

const FOREIGN_LOCK = JSON.stringify({
  ID: "99999999-8888-4777-8666-555555555555",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "somebody@elsewhere",
  Version: "1.11.4",
  Created: "2026-01-02T03:04:05.678Z",
  Path: "",
});
/** Its guard does not name the bootstrap stack's own key, so that projects which differ in it alone can share a bucket. */
const BUCKET = { name: "killed-moving", guard: { allow: ["any-encryption"] } } as const;

const OTHER_LINEAGE = "11111111-2222-4333-8444-555555555555";
const OTHER_STATE = JSON.stringify({ version: 4, lineage: OTHER_LINEAGE, serial: 99 });

/** A project that was killed right after its apply. */
interface Deployed {
  readonly project: KillableProject;
  readonly state: string;
}

interface Move {
  readonly kills: ReadonlyMap<string, { readonly signal: string | null; readonly localState: string | undefined }>;
  readonly last: CommandResult;
  readonly state: string;
  readonly found: Settlement;
  readonly wanted: Settlement;
}

/** A run that met something on its way, and how everything was afterwards. */
interface Meeting {
  readonly result: CommandResult;
  readonly project: KillableProject;
  readonly state: string;
  readonly found: Settlement;
  readonly written: readonly string[];
}

interface Refusals {
  readonly locked: Meeting;
  readonly raced: Meeting;
  readonly garbled: Meeting;
}

describeE2e("statelock bootstrap, killed in its move", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  const projects: KillableProject[] = [];
  const underWay: Promise<unknown>[] = [];
  const inTurn = turns(2);
  const moves = new Map<string, Promise<Move>>();
  let lost: Promise<Meeting> | undefined;
  let refusals: Promise<Refusals> | undefined;

  function begin<T>(work: () => Promise<T>): Promise<T> {
    const promise = inBackground(work);
    underWay.push(promise.catch(() => undefined));
    return promise;
  }

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    const deployed = begin(deployedProject);
    for (const [name, moments] of Object.entries(MOVES))
      moves.set(
        name,
        begin(async () => killedMove(await copyOf(await deployed, name), moments)),
      );
    if (!FULL) return;
    lost = begin(async () => withLostAnswers(await copyOf(await deployed, "lost answers")));
    refusals = begin(async () => refused(await copyOf(await deployed, "refusals")));
  });

  afterAll(async () => {
    await Promise.all(underWay);
    await Promise.all(projects.map((project) => project.remove()));
    aws.close();
    await standIn.stop();
  });

  const localState = (project: KillableProject): string | undefined => project.read("terraform.bootstrap.tfstate");

  async function deployedProject(): Promise<Deployed> {
    const project = killableProject(standIn, { config: { bucket: BUCKET } });
    projects.push(project);
    await project.attachProvider();
    await project.killAt({ when: "after", match: "^apply" });
    return { project, state: localState(project) ?? "" };
  }

  /** The deployed project once more, to move its state to a key of its own: all of them can share the one bucket. */
  async function copyOf({ project: from, state }: Deployed, name: string): Promise<Deployed> {
    const bootstrapKey = `${name.replaceAll(" ", "-")}/terraform.tfstate`;
    const project = killableProject(standIn, { from, config: { bucket: { ...BUCKET, bootstrapKey } } });
    projects.push(project);
    await project.attachProvider();
    return { project, state };
  }

  async function killedMove({ project, state }: Deployed, moments: Readonly<Record<string, Moment>>): Promise<Move> {
    const kills = new Map<string, { signal: string | null; localState: string | undefined }>();
    for (const [step, moment] of Object.entries(moments)) {
      const { signal } = await inTurn(() => project.killAt(moment));
      kills.set(step, { signal, localState: localState(project) });
    }
    const last = await inTurn(() => project.bootstrap(["--yes"]));
    return { kills, last, state, found: await settlement(aws.s3, project), wanted: settled(project, state) };
  }

  const kills = Object.entries(MOVES).flatMap(([move, moments]) => Object.keys(moments).map((step) => [step, move]));

  it.each(kills)("leaves the local state as it is when it is killed %s (%s)", async (step, move) => {
    const move_ = await moves.get(move);
    expect(move_?.kills.get(step)).toEqual({ signal: "SIGKILL", localState: move_?.state });
  });

  it.each(Object.keys(MOVES))("finishes %s: one state of the same lineage, recorded, and no lock", async (name) => {
    const { last, found, wanted } = (await moves.get(name)) ?? {};
    expect(last).toMatchObject({ code: 0 });
    expect(found).toEqual(wanted);
  });

  // -------------------------------------------------------------------------------------------- what a move may meet

  async function meeting({ project, state }: Deployed, before?: RequestHook, after?: AnswerHook): Promise<Meeting> {
    const disarm = [before && standIn.onRequest(before), after && standIn.afterRequest(after)];
    const result = await inTurn(() => project.bootstrap(["--yes", "--json"]));
    for (const take of disarm) take?.();
    const written = writtenRequests(project.requests());
    return { result, project, state, found: await settlement(aws.s3, project), written };
  }

  const problems = ({ stdout }: CommandResult): unknown => (JSON.parse(stdout) as { problems: unknown }).problems;

  async function withLostAnswers(deployed: Deployed): Promise<Meeting> {
    const { project } = deployed;
    const lose = [ofRun("PutObject", "lock"), ofRun("PutObject", "state"), ofRun("DeleteObject", "lock")];
    return meeting(deployed, undefined, (request) => {
      const at = lose.findIndex((matches) => project.owns(request) && matches(request, project));
      if (at < 0) return undefined;
      lose.splice(at, 1);
      return "drop";
    });
  }

  /** One project that is refused three times; what was in its way is cleared away in between. */
  async function refused(deployed: Deployed): Promise<Refusals> {
    const { bucket, stateKey } = deployed.project;
    const lock = { Bucket: bucket, Key: `${stateKey}.tflock` };
    await aws.s3.send(new PutObjectCommand({ ...lock, Body: FOREIGN_LOCK }));
    const locked = await meeting(deployed);
    await aws.s3.send(new DeleteObjectCommand(lock));
    const raced = await withOtherState(deployed);
    await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: stateKey }));
    return { locked, raced, garbled: await withGarbledCopy(deployed) };
  }

  function withOtherState(deployed: Deployed): Promise<Meeting> {
    const { project } = deployed;
    const other = { Bucket: project.bucket, Key: project.stateKey, Body: OTHER_STATE };
    return meeting(deployed, async (request) => {
      if (project.owns(request) && ofRun("PutObject", "state")(request, project))
        await aws.s3.send(new PutObjectCommand(other));
    });
  }

  function withGarbledCopy(deployed: Deployed): Promise<Meeting> {
    const { project } = deployed;
    return meeting(deployed, undefined, (request, { status, headers, body }) => {
      const reads = project.owns(request) && ofRun("GetObject", "state")(request, project) && status === 200;
      if (!reads) return undefined;
      const garbled = JSON.stringify({ ...(JSON.parse(String(body)) as object), resources: [] });
      return { status, headers: { etag: headers?.["etag"] ?? "" }, body: garbled };
    });
  }

  inFull(() => {
    it("moves nothing while somebody else holds the lock, and names the holder", async () => {
      const { result, state, found, project } = (await played(refusals)).locked;
      expect(result.code).toBe(1);
      expect(problems(result)).toMatchObject([
        { code: "state-locked", message: expect.stringContaining("somebody@elsewhere") as string },
      ]);
      expect(found).toMatchObject({ objects: [`${project.stateKey}.tflock`], localState: state, record: undefined });
    });

    it("succeeds when the answers to its writes are lost, and writes nothing twice", async () => {
      const { result, project, state, found, written } = await played(lost);
      expect(result).toMatchObject({ code: 0 });
      expect(written).toEqual([
        ...Array<string>(2).fill(`s3:PutObject ${project.stateKey}.tflock`),
        ...Array<string>(2).fill(`s3:PutObject ${project.stateKey}`),
        ...Array<string>(2).fill(`s3:DeleteObject ${project.stateKey}.tflock`),
      ]);
      expect(found).toEqual(settled(project, state));
    });

    it("does not overwrite a state that appears in the moment of the move", async () => {
      const { result, state, found, project } = (await played(refusals)).raced;
      expect(result.code).toBe(1);
      expect(problems(result)).toMatchObject([{ code: "other-state" }]);
      expect(found).toMatchObject({ objects: [project.stateKey], versions: 1, lineage: OTHER_LINEAGE });
      expect(found).toMatchObject({ localState: state, record: undefined });
    });

    it("keeps the local state, and records nothing, when the copy does not prove to be the same", async () => {
      const { result, state, found } = (await played(refusals)).garbled;
      expect(result.code).toBe(1);
      expect(problems(result)).toMatchObject([{ code: "other-state" }]);
      expect(found).toMatchObject({ localState: state, record: undefined, backups: [] });
    });
  });
});

/** What `test:full` plays. */
async function played<T>(what: Promise<T> | undefined): Promise<T> {
  if (what === undefined) throw new Error("it was not played");
  return what;
}
