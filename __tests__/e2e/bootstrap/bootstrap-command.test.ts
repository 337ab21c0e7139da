import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { GetPolicyCommand } from "@aws-sdk/client-iam";
import { ACCOUNT, role } from "../../support/home";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { fileDigests } from "../../support/steps/file-digests";
import { homeProject, type HomeProject, type HomeProjectOptions } from "../../support/steps/home-project";
import { inBackground } from "../../support/steps/in-background";
import { jsonAnswer, refusal } from "../../support/steps/json-answer";
import { killableProject, ofTerraform } from "../../support/steps/killable-project";
import { settled, settlement } from "../../support/steps/settlement";
import { writtenRequests } from "../../support/steps/written-requests";
import { describeE2e } from "../../support/describe-e2e";
import { inFull, sampled } from "../../support/full";
import { makeIdentities, type Credentials, type Identities } from "../../support/steps/identities";
import { mayChange } from "../../support/guard";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import type { CommandResult } from "../../../lab/machine/workspace";
import type { PolicyDocument } from "../../../lib/policy/policy-document";
import { productOf } from "../../../lib/engine/engine";
import { OWN_VERSION } from "../../../lib/text/own-version";
import { testEngine } from "../../../lab/machine/test-engine";

const BUCKET = "acme-tfstate";
const RECORD = "bootstrap.state.json";
const LOCK = "s3:PutObject bootstrap/terraform.tfstate.tflock";
const STATE = "s3:PutObject bootstrap/terraform.tfstate";
const RELEASE = "s3:DeleteObject bootstrap/terraform.tfstate.tflock";
const CDKTF = "node_modules/.bin/cdktf";

/** What Terraform keeps for itself: a cache, and the plan that is never the same twice. */
const OF_TERRAFORM = /(^node_modules|^dist|\.terraform|\.tfplan)$/;

/** A run, what it wrote to AWS, and what it left of the checkout's files. */
interface Run {
  readonly result: CommandResult;
  readonly written: readonly string[];
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

describeE2e("statelock bootstrap", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  const projects: HomeProject[] = [];

  function project(options: HomeProjectOptions = {}): HomeProject {
    const made = homeProject(standIn, { config: { bucket: { name: BUCKET } }, ...options });
    projects.push(made);
    return made;
  }

  async function observed(of: HomeProject, run: () => Promise<CommandResult>, leftOut?: RegExp): Promise<Run> {
    const before = fileDigests(of.directory, leftOut);
    const earlier = of.requests().length;
    const result = await run();
    const written = writtenRequests(of.requests().slice(earlier));
    return { result, written, before, after: fileDigests(of.directory, leftOut) };
  }

  const bootstrap = (of: HomeProject): Promise<Run> =>
    observed(of, () => of.bootstrap(["--yes", "--json"]), OF_TERRAFORM);

  const cdktfDeploy = (of: HomeProject): Promise<Run> => {
    const args = ["deploy", "bootstrap", "--auto-approve", "--skip-provider-lock"];
    return observed(of, () => of.run(CDKTF, args, { env: { CI: "true" } }), OF_TERRAFORM);
  };

  /** Runs while nothing else happens here but a minute of waiting. */
  let deployed: Promise<{ home: HomeProject; first: CommandResult; second: CommandResult }>;

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    standIn.markForeign("foreign-tfstate");
    deployed = inBackground(fromNothing);
  });

  afterAll(async () => {
    await Promise.allSettled([deployed]);
    await Promise.all(projects.map((made) => made.remove()));
    aws.close();
    await standIn.stop();
  });

  /** The whole dance, in the middle of which somebody starts a second run. */
  async function fromNothing(): Promise<Awaited<typeof deployed>> {
    const home = project();
    await home.attachProvider();
    const applying = new Promise<void>((resolve) => {
      standIn.afterRequest(({ operation }) => {
        if (operation === "PutBucketLifecycleConfiguration") resolve();
      });
    });
    // What a shell may have selected for another root.
    const run = home.start(["--yes"], { env: { TF_WORKSPACE: "staging", TF_DATA_DIR: "elsewhere" } });
    await Promise.race([applying, run.done]);
    const second = await home.bootstrap(["--yes", "--json"]);
    const first = await run.done;
    return { home, first, second };
  }

  describe("where nothing is deployed yet", () => {
    let fresh: HomeProject;

    beforeAll(async () => {
      fresh = project({ config: { bucket: { name: "fresh-tfstate" } } });
      await fresh.attachProvider();
    });

    const run = (args: readonly string[], env: Record<string, string | undefined> = {}): Promise<Run> =>
      observed(fresh, () => fresh.bootstrap(args, { env }));

    it("with --dry-run, shows what it would do and changes nothing", async () => {
      const { result, written, before, after } = await run(["--dry-run", "--json"]);
      const { outcome, changes = [] } = jsonAnswer(result);
      expect([result.code, outcome]).toEqual([0, "would-change"]);
      expect(changes.map(({ action }) => action)).toEqual(Array(11).fill("create"));
      expect(written).toEqual([]);
      expect(after).toEqual(before);
    });

    const refusals: [string, Record<string, string | undefined>, [number, string], string][] = [
      [
        "the credentials are another account's",
        { STATELOCK_ACCOUNT: "999999999999" },
        [1, "wrong-account"],
        "AWS_PROFILE",
      ],
      ["somebody else has the bucket", { STATELOCK_BUCKET: "foreign-tfstate" }, [1, "foreign-bucket"], "bucket.name"],
      ["there are no credentials", { AWS_ACCESS_KEY_ID: undefined }, [2, "aws-call"], "Log in"],
      ["AWS cannot be reached", { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }, [2, "aws-call"], "Check the network"],
      ["there is no Terraform", { TERRAFORM_BINARY_NAME: "no-such-terraform" }, [2, "terraform-missing"], "Install"],
      ["the config is wrong", { STATELOCK_BUCKET: "Not a bucket" }, [1, "bucket-name"], "Rename"],
    ];

    it.each(sampled(refusals, 3))(
      "says what to do when %s, and writes nothing",
      async (_case, env, refused, advice) => {
        const { result, written } = await run(["--yes", "--json"], env);
        expect(refusal(result)).toEqual(refused);
        expect(jsonAnswer(result).problems?.[0]?.fix).toContain(advice);
        expect(written).toEqual([]);
      },
    );

    it("says so when it is started elsewhere, and leaves nothing there", async () => {
      const elsewhere = fresh.path("..", "elsewhere");
      mkdirSync(elsewhere);
      const here = await fresh.bootstrap(["--yes", "--json"], { cwd: elsewhere });
      const nowhere = await fresh.bootstrap(["--yes", "--json", "--project", "not-there"], { cwd: elsewhere });
      expect(refusal(here)).toEqual([2, "no-project"]);
      expect(refusal(nowhere)).toEqual([2, "no-project"]);
      expect(readdirSync(elsewhere)).toEqual([]);
    });

    inFull(() => {
      it("synthesizes by npm run synth what cdktf synth does, byte for byte", async () => {
        const synth = async (command: string, args: readonly string[]): Promise<Record<string, string>> => {
          requireSuccess(await fresh.run(command, args, { env: { CI: "true" } }));
          return fileDigests(fresh.path("cdktf.out"), OF_TERRAFORM);
        };
        const ours = await synth("npm", ["run", "synth"]);
        expect(Object.keys(ours)).toEqual(expect.arrayContaining(["stacks/demo/cdk.tf.json", "inventory.json"]));
        expect(await synth(CDKTF, ["synth"])).toEqual(ours);
      });
    });
  });

  describe("under a guard that names its deployers", () => {
    const DEPLOY = "team/platform-deploy";
    const SSO = "aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef";
    const CI = `arn:aws:iam::${ACCOUNT}:user/ci/bot`;
    let identities: Identities;

    beforeAll(async () => {
      identities = await makeIdentities(standIn, aws, { roles: [DEPLOY, SSO, "other"], users: ["ci/bot"] });
    });

    const guarded = (name: string, deployer: string): HomeProject =>
      project({ config: { bucket: { name, guard: { deployers: [deployer] } } } });
    /** What a run as somebody wrote to AWS. */
    const writtenBy = ({ AWS_ACCESS_KEY_ID: signer }: Credentials): string[] =>
      writtenRequests(standIn.requests().filter(({ accessKeyId }) => accessKeyId === signer));

    const lockedOut: [string, string, () => Promise<Credentials> | Credentials, string[]][] = [
      ["another path", role("platform-deploy"), () => identities.session(DEPLOY), ["guard-deployer", "principal-path"]],
      [
        "another path of IAM Identity Center",
        role(SSO.replace("eu-central-1/", "")),
        () => identities.session(SSO),
        ["guard-deployer", "principal-path"],
      ],
      [
        "another path of a user",
        CI.replace("ci/", ""),
        () => identities.user("bot"),
        ["guard-deployer", "principal-path"],
      ],
      ["another assumed role", role(DEPLOY), () => identities.session("other"), ["guard-deployer"]],
      ["root", role(DEPLOY), () => identities.root, ["guard-deployer"]],
      [
        "the same role of another account",
        role(DEPLOY),
        () => identities.session(DEPLOY, "999999999999"),
        ["wrong-account"],
      ],
    ];

    it.each(sampled(lockedOut, 6))("applies nothing as %s", async (_who, deployer, who, codes) => {
      const env = await who();
      const result = await guarded("locked-tfstate", deployer).bootstrap(["--yes", "--json"], { env });
      expect(refusal(result)).toEqual([1, ...codes]);
      expect(writtenBy(env)).toEqual([]);
    });

    const lets: [string, string, () => Promise<Credentials> | Credentials][] = [
      ["a role with a path", role(DEPLOY), () => identities.session(DEPLOY)],
      ["a role of IAM Identity Center", role(SSO), () => identities.session(SSO)],
      ["a user with a path", CI, () => identities.user("bot")],
    ];

    it.each(sampled(lets, 3))("plans as %s", async (_who, deployer, who) => {
      const home = guarded("let-tfstate", deployer);
      await home.attachProvider();
      const planned = await home.bootstrap(["--dry-run", "--json"], { env: await who() });
      expect([planned.code, jsonAnswer(planned).outcome]).toEqual([0, "would-change"]);
    });

    inFull(() => {
      it.each(lets)(
        "deploys as %s, which the guard lets change it again, and nobody else",
        async (_who, deployer, who) => {
          const env = await who();
          const home = guarded(`let-${String(lets.findIndex(([, each]) => each === deployer))}-tfstate`, deployer);
          await home.attachProvider();
          requireSuccess(await home.bootstrap(["--yes", "--json"], { env }));
          const guard = JSON.parse(standIn.bucketPolicy(home.bucket) ?? "") as PolicyDocument;
          const changers = await Promise.all(
            [role(DEPLOY), role(SSO), role("other"), CI].map(async (arn) =>
              (await mayChange(guard, arn)) ? [arn] : [],
            ),
          );
          expect(changers.flat()).toEqual([deployer]);
          expect(jsonAnswer(await home.bootstrap(["--yes", "--json"], { env })).outcome).toBe("unchanged");
        },
      );
    });
  });

  it("deploys from nothing, moves its state, and shows every step", async () => {
    const { home, first } = await deployed;
    requireSuccess(first);
    const found = await settlement(aws.s3, home);

    expect(found).toEqual(settled(home, found.backups[0] ?? ""));
    expect(first.stdout).toBe("");
    expect(first.stderr).toContain(`\n      ${OWN_VERSION}\n`);
    expect([...first.stderr.matchAll(/^✔ ([^—(]+?) [—(]/gm)].map(([, title]) => title)).toEqual([
      "Synthesize",
      `Find ${productOf(testEngine().name)}`,
      "Check the account",
      "Look for the bucket and the state",
      `Initialize ${productOf(testEngine().name)}`,
      "Plan",
      "Apply",
      "Verify the bucket",
      "Move the state into the bucket",
      "Verify the moved state",
      `Check it with ${productOf(testEngine().name)}`,
      "Record where the state is",
      "Retire the local state",
    ]);
  });

  it("refuses a second run in the same checkout while the first one works", async () => {
    const { second } = await deployed;
    expect(refusal(second)).toEqual([2, "already-running"]);
  });

  it("changes nothing when it runs again: no request but the lock's, no file", async () => {
    const { result, written, before, after } = await bootstrap((await deployed).home);
    expect(result.code).toBe(0);
    const outputs = { guard_gaps: { value: [expect.any(String)] }, statelock_version: { value: OWN_VERSION } };
    expect(jsonAnswer(result)).toMatchObject({ outcome: "unchanged", changes: [], outputs });
    expect(written).toEqual([LOCK, RELEASE]);
    expect(after).toEqual(before);
  });

  it("is known to a fresh clone by the record, for cdktf deploy and for statelock bootstrap", async () => {
    const { home } = await deployed;
    const clone = project();
    await clone.attachProvider();
    cpSync(home.path(RECORD), clone.path(RECORD));
    const byCdktf = await cdktfDeploy(clone);
    const again = await bootstrap(clone);

    requireSuccess(byCdktf.result);
    // The bucket's own attributes were read before its settings were made: the first apply brings them up to date.
    expect(byCdktf.written).toEqual([LOCK, STATE, RELEASE]);
    expect(jsonAnswer(again.result)).toMatchObject({ outcome: "unchanged" });
    expect(again.written).toEqual([LOCK, RELEASE]);
    expect(again.after).toEqual(again.before);
  });

  inFull(() => {
    it("finds the state again from a clone without the record, and writes the same record", async () => {
      const { home } = await deployed;
      const clone = project();
      await clone.attachProvider();
      const { result, written } = await bootstrap(clone);

      expect(result.code).toBe(0);
      expect(clone.read(RECORD)).toBe(home.read(RECORD));
      expect(written).toEqual([LOCK, RELEASE]);
      expect(await settlement(aws.s3, clone)).toMatchObject({ backups: [], notes: [] });
    });

    it("refuses a state that is not the recorded one, and one that is gone", async () => {
      const { home } = await deployed;
      const record = JSON.parse(home.read(RECORD) ?? "") as object;
      const replaced = project();
      writeFileSync(
        replaced.path(RECORD),
        JSON.stringify({ ...record, lineage: "00000000-0000-4000-8000-000000000000" }),
      );
      const key = "gone/terraform.tfstate";
      const gone = project({ config: { bucket: { name: BUCKET, bootstrapKey: key } } });
      writeFileSync(gone.path(RECORD), JSON.stringify({ ...record, key }));

      const runs = [await bootstrap(replaced), await bootstrap(gone)];
      expect(runs.map(({ result, written }) => [...refusal(result), ...written])).toEqual([
        [1, "other-state"],
        [1, "bootstrap-state-missing"],
      ]);
    });

    it("deploys a change with the state in the bucket, and lets Terraform finish it when it is killed", async () => {
      const { home } = await deployed;
      const config = { consumers: [...home.config.consumers, { name: "payments" }], bucket: home.config.bucket };
      const changed = killableProject(standIn, { from: home, config });
      projects.push(changed);
      await changed.attachProvider();
      const killed = await changed.killAt({ when: "after", request: ofTerraform("CreatePolicy") });
      const next = await bootstrap(changed);

      expect(killed.signal).toBe("SIGKILL");
      expect(jsonAnswer(next.result)).toMatchObject({ outcome: "unchanged" });
      expect(await settlement(aws.s3, changed)).toMatchObject({ objects: [home.stateKey], notes: [] });
      const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/statelock/${BUCKET}-payments-applier`;
      expect((await aws.iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Arn).toBe(PolicyArn);
    });
  });
});
