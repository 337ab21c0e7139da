import type { Plan, ResourceChange } from "../../lib/bootstrap/bootstrap-ports";
import { missingRoleProblems } from "../../lib/bootstrap/missing-roles";
import { runBootstrap } from "../../lib/bootstrap/run-bootstrap";
import type { NetworkConfig } from "../../lib/config/state-config";
import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import { UserError } from "../../lib/problem/problem";
import { guardScope } from "../support/guard";
import { KEY_ARN, OTHER_KEY_ARN, role } from "../support/home";
import { CREATE_BUCKET, emptyWorld, fakePort, NO_CHANGES, options, stateText, type World } from "./fake-port";

/** Codes of the problems a run ends with. */
async function refusal(world: World, more: Parameters<typeof options>[0] = {}): Promise<string[]> {
  const error: unknown = await runBootstrap(fakePort(world), options(more)).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error(`was not refused: ${String(error)}`);
  return error.problems.map((problem) => problem.code);
}

function changing(action: ResourceChange["action"], type = "aws_s3_bucket"): Plan {
  const change = { address: `${type}.b`, type, values: {}, before: {}, differences: [] };
  return { changes: [{ ...change, action }], outputsChange: false };
}

function attaching(role: string): ResourceChange {
  const type = "aws_iam_role_policy_attachment";
  return { address: `${type}.a`, type, action: "create", values: { role }, before: {}, differences: [] };
}

describe("a bootstrap run", () => {
  it("applies, moves, records and retires, in that order", async () => {
    const world = emptyWorld();
    const result = await runBootstrap(fakePort(world), options());
    expect(world.log).toEqual(["apply", "move", "record", "retire"]);
    expect(result).toMatchObject({ outcome: "deployed", state: { location: "bucket" }, backup: "backup" });
    expect(world).toMatchObject({ local: undefined, remote: stateText(1), unfinished: false });
  });

  it("changes nothing the second time", async () => {
    const world = emptyWorld();
    await runBootstrap(fakePort(world), options());
    world.log.length = 0;
    await expect(runBootstrap(fakePort(world), options())).resolves.toMatchObject({ outcome: "unchanged" });
    expect(world.log).toEqual([]);
  });

  it("records what is deployed, also in a record that an earlier version wrote", async () => {
    const world = emptyWorld();
    await runBootstrap(fakePort(world), options());
    const { record } = world;
    expect(record?.deployed).toEqual({ encryption: "sse-s3", consumers: [] });
    world.record = record && { ...record, deployed: undefined };
    await runBootstrap(fakePort(world), options({ dryRun: true }));
    expect(world.record?.deployed).toBeUndefined();
    await runBootstrap(fakePort(world), options());
    expect(world.record).toEqual(record);
  });

  describe("that creates the key", () => {
    const keyed = (): World => ({
      ...emptyWorld(),
      encryption: { type: "created-key" },
      applied: stateText(1, "line-1", {}, KEY_ARN),
      plans: [CREATE_BUCKET, NO_CHANGES, changing("update", "aws_s3_bucket_policy"), NO_CHANGES],
    });
    const accepted = (world: World): string => JSON.stringify(world.deployed);

    it("deploys again, so that guard and policies name the key by its ARN, and the record keeps it", async () => {
      const world = keyed();
      const asked: Plan[] = [];
      const confirm = (plan: Plan): Promise<boolean> => Promise.resolve(asked.push(plan) === 1);
      const result = await runBootstrap(fakePort(world), options({ confirm }));
      expect([result.outcome, asked]).toEqual(["deployed", [CREATE_BUCKET]]);
      expect(world.log).toEqual(["apply", "move", "record", "retire", "apply"]);
      expect(world.record?.deployed?.createdKey).toEqual({ alias: "alias/acme-tfstate", keyArn: KEY_ARN });
      expect(accepted(world)).toContain(KEY_ARN);
      expect(accepted(world)).not.toContain(":key/*");
      await expect(runBootstrap(fakePort(world), options())).resolves.toMatchObject({ outcome: "unchanged" });
    });

    it.each<[string, (record: World["record"]) => World["record"]]>([
      ["is missing", () => undefined],
      ["has no list", (record) => record && { ...record, deployed: undefined }],
      [
        "names another key",
        (record) =>
          record && {
            ...record,
            deployed: {
              encryption: "created-key",
              consumers: [],
              createdKey: { alias: "alias/acme-tfstate", keyArn: OTHER_KEY_ARN },
            },
          },
      ],
    ])("names the key of the state if the record %s", async (_case, change) => {
      const world = keyed();
      await runBootstrap(fakePort(world), options());
      world.record = change(world.record);
      const changed = changing("update", "aws_iam_policy");
      world.plans = [changed, NO_CHANGES];
      world.deployed = undefined;
      await runBootstrap(fakePort(world), options());
      expect(accepted(world)).toContain(KEY_ARN);
      expect(world.record?.deployed?.createdKey?.keyArn).toBe(KEY_ARN);
    });

    it("finishes a run that was killed before the second deploy", async () => {
      const world = keyed();
      await runBootstrap(fakePort(world), options());
      world.deployed = undefined;
      world.plans = [changing("update", "aws_s3_bucket_policy"), NO_CHANGES];
      await runBootstrap(fakePort(world), options());
      expect(accepted(world)).toContain(KEY_ARN);
    });

    it("asks again if the second deploy would change something else, and refuses to destroy", async () => {
      const world = keyed();
      world.plans[2] = changing("update", "aws_s3_bucket_versioning");
      let asked = 0;
      const confirm = (): Promise<boolean> => Promise.resolve(++asked === 1);
      await expect(runBootstrap(fakePort(world), options({ confirm }))).resolves.toMatchObject({ outcome: "deployed" });
      expect([asked, world.log.filter((entry) => entry === "apply")]).toEqual([2, ["apply"]]);

      const destroying = keyed();
      destroying.plans[2] = changing("delete");
      await expect(refusal(destroying)).resolves.toEqual(["destroys-data"]);
    });
  });

  it("ends with the outputs of the deployed stack, each time; no sensitive ones", async () => {
    const outputs = { role_arns: { value: { "web.planner": "arn" } }, kms_key_arn: { value: "key", sensitive: true } };
    const world = { ...emptyWorld(), local: stateText(1, "line-1", outputs) };
    const shown = [{ name: "role_arns", value: { "web.planner": "arn" }, next: expect.any(String) as string }];
    expect(
      (await runBootstrap(fakePort({ ...world, plans: [CREATE_BUCKET] }), options({ dryRun: true }))).outputs,
    ).toEqual([]);
    for (const outcome of ["deployed", "unchanged"])
      expect(await runBootstrap(fakePort(world), options())).toMatchObject({ outcome, outputs: shown });
  });

  it("refuses a plan that deletes a bucket, in a dry run too", async () => {
    const world = { ...emptyWorld(), plans: [changing("delete")] };
    await expect(refusal(world, { dryRun: true })).resolves.toEqual(["destroys-data"]);
    await expect(refusal(world)).resolves.toEqual(["destroys-data"]);
    expect(world.log).toEqual([]);
  });

  it.each<[string, Partial<World>, readonly ResourceChange[], string[]]>([
    ["does not exist", {}, [], ["role-missing"]],
    ["exists", { existing: { aws_iam_role: "ci-apply" } }, [], []],
    [
      "is created by the same plan",
      {},
      [{ ...attaching("ci-apply"), type: "aws_iam_role", values: { name: "ci-apply" } }],
      [],
    ],
  ])("looks up a role that gets a policy before the apply: it %s", async (_case, part, more, expected) => {
    const plan = { changes: [attaching("ci-apply"), attaching("ci-apply"), ...more], outputsChange: false };
    await expect(missingRoleProblems(plan, fakePort({ ...emptyWorld(), ...part }).aws)).resolves.toMatchObject(
      expected.map((code) => ({ code })),
    );
  });

  it("refuses a plan that attaches a policy to a missing role, in a dry run too", async () => {
    const world = { ...emptyWorld(), plans: [{ changes: [attaching("ci-apply")], outputsChange: false }] };
    await expect(refusal(world, { dryRun: true })).resolves.toEqual(["role-missing"]);
    expect(world.log).toEqual([]);
  });

  it("touches nothing in a dry run", async () => {
    const world = emptyWorld();
    const result = await runBootstrap(fakePort(world), options({ dryRun: true }));
    expect(result).toMatchObject({ outcome: "would-change", plan: CREATE_BUCKET });
    expect(world).toMatchObject({ log: [], unfinished: false });
  });

  it("touches nothing when it is declined", async () => {
    const world = emptyWorld();
    const result = await runBootstrap(fakePort(world), options({ confirm: () => Promise.resolve(false) }));
    expect(result.outcome).toBe("declined");
    expect(world).toMatchObject({ log: [], unfinished: false });
  });

  it("keeps the local state where the bucket is not as it must be", async () => {
    const world = { ...emptyWorld(), versioning: "Suspended" };
    await expect(refusal(world)).resolves.toEqual(["posture-versioning"]);
    expect(world.log).toEqual(["apply"]);
    expect(world.local).toBe(stateText(1));
  });

  it.each([
    ["another lineage", () => stateText(1, "line-2")],
    ["another serial", () => stateText(2)],
    ["other content", (text: string) => text.replace("aws_s3_bucket", "aws_s3_bucket_x")],
  ])("keeps the local state where the copy has %s", async (_what, arrives) => {
    const world = { ...emptyWorld(), arrives };
    await expect(refusal(world)).resolves.toEqual(["move-unproven"]);
    expect(world.log).toEqual(["apply", "move"]);
    expect(world.local).toBe(stateText(1));
  });

  it("keeps the local state where Terraform would create what the copy should know", async () => {
    const world = { ...emptyWorld(), plans: [CREATE_BUCKET] };
    await expect(refusal(world)).resolves.toEqual(["move-unproven"]);
    expect(world.local).toBe(stateText(1));
  });

  it("finishes what a killed run left, wherever it was killed", async () => {
    const at: Partial<World>[] = [
      { bucketExists: true, unfinished: true },
      { bucketExists: true, unfinished: true, local: stateText(1) },
      { bucketExists: true, unfinished: true, local: stateText(1), remote: stateText(1) },
    ];
    for (const left of at) {
      const world = { ...emptyWorld(), plans: [NO_CHANGES], ...left };
      if (world.local === undefined) world.plans.unshift(CREATE_BUCKET);
      await runBootstrap(fakePort(world), options());
      expect(world).toMatchObject({
        local: undefined,
        remote: stateText(1),
        record: { lineage: "line-1" },
        unfinished: false,
      });
      expect(world.log[0]).toBe("release lock");
    }
  });

  it("refuses credentials of another account before it looks at anything", async () => {
    const world = { ...emptyWorld(), account: "999999999999" };
    await expect(refusal(world)).resolves.toEqual(["wrong-account"]);
  });

  it("refuses what exists and is not known to the state", async () => {
    const world = { ...emptyWorld(), existing: { aws_s3_bucket: "acme-tfstate" } };
    await expect(refusal(world)).resolves.toEqual(["unclaimed-resource"]);
    expect(world.log).toEqual([]);
  });

  it("imports existing resources with --adopt", async () => {
    const world = { ...emptyWorld(), bucketExists: true, existing: { aws_s3_bucket: "acme-tfstate" } };
    world.plans = [CREATE_BUCKET, changing("import"), NO_CHANGES];
    await runBootstrap(fakePort(world), options({ adopt: true }));
    expect(world.imports).toEqual([[], [{ to: "aws_s3_bucket.b", id: "acme-tfstate" }], []]);
    expect(world.log).toEqual(["apply", "move", "record", "retire"]);
  });

  it("leaves no import behind that nobody confirmed", async () => {
    const world = { ...emptyWorld(), bucketExists: true, existing: { aws_s3_bucket: "acme-tfstate" } };
    world.plans = [CREATE_BUCKET, changing("import")];
    await runBootstrap(fakePort(world), options({ adopt: true, confirm: () => Promise.resolve(false) }));
    expect([world.imports.at(-1), world.log]).toEqual([[], []]);
  });

  it.each<[string, World["objectLock"], RegExp]>([
    ["is off", { value: undefined }, /^$/],
    ["is nothing that the store has", { unreadable: "501", notApplicable: true }, /^$/],
    ["is on", { value: {} }, /^adopts-object-lock: .* Without a default retention it keeps nothing by itself/],
    ["keeps versions", { value: { retention: { mode: "COMPLIANCE", days: 30 } } }, /for 30 days: nobody deletes one/],
    [
      "cannot be read",
      { unreadable: "403 AccessDenied" },
      /could not read whether .* has Object Lock: 403 AccessDenied/,
    ],
  ])("says before it adopts a bucket whose Object Lock %s what follows", async (_case, objectLock, said) => {
    const world = { ...emptyWorld(), bucketExists: true, existing: { aws_s3_bucket: "acme-tfstate" }, objectLock };
    world.plans = [CREATE_BUCKET, changing("import")];
    const told: string[] = [];
    const confirm = ({ warnings = [] }: Plan): Promise<boolean> => {
      told.push(...warnings.map(({ code, message }) => `${code}: ${message}`));
      return Promise.resolve(false);
    };
    await runBootstrap(fakePort(world), options({ adopt: true, confirm }));
    expect(told.join("\n")).toMatch(said);
  });

  it("says of a locked provider that its plan never ends", async () => {
    const providerLock = `provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.30.0"\n}\n`;
    const { plan } = await runBootstrap(fakePort({ ...emptyWorld(), providerLock }), options({ dryRun: true }));
    expect(plan.warnings?.map(({ code }) => code)).toEqual(["endless-provider"]);
  });

  it.each<[string, NetworkConfig | undefined, NetworkConfig | undefined, string[]]>([
    ["a first one", undefined, { vpcs: ["vpc-01234567"] }, ["guard-network"]],
    ["another one", { vpcs: ["vpc-89abcdef"] }, { vpcs: ["vpc-01234567"] }, ["guard-network"]],
    ["the same one", { vpcs: ["vpc-01234567"] }, { vpcs: ["vpc-01234567"] }, []],
    ["none any more", { vpcs: ["vpc-01234567"] }, undefined, []],
  ])("says of %s that other networks are out", async (_case, deployed, network, codes) => {
    const policy = (of: NetworkConfig | undefined): string =>
      JSON.stringify(guardPolicy({ ...guardScope, deployers: [role("deploy")], network: of }));
    const change = { ...CREATE_BUCKET.changes[0], type: "aws_s3_bucket_policy", action: "update" } as ResourceChange;
    const guard = { ...change, values: { policy: policy(network) }, before: { policy: policy(deployed) } };
    const world = { ...emptyWorld(), plans: [{ changes: [guard], outputsChange: false }] };
    const { plan } = await runBootstrap(fakePort(world), options({ dryRun: true }));
    expect((plan.warnings ?? []).map(({ code }) => code)).toEqual(codes);
  });

  it("refuses an adoption that would replace something", async () => {
    const world = { ...emptyWorld(), bucketExists: true, existing: { aws_s3_bucket: "acme-tfstate" } };
    world.plans = [CREATE_BUCKET, changing("replace")];
    await expect(refusal(world, { adopt: true })).resolves.toEqual(["adopt-destroys"]);
    expect(world.log).toEqual([]);
  });

  it("refuses to deploy over a newer version without --allow-downgrade", async () => {
    const state = JSON.parse(stateText(3)) as object;
    const outputs = { statelock_version: { value: "99.0.0", type: "string" } };
    const world = { ...emptyWorld(), bucketExists: true, remote: JSON.stringify({ ...state, outputs }) };
    await expect(refusal(world)).resolves.toEqual(["newer-version"]);
    expect(world.log).toEqual([]);
    await expect(runBootstrap(fakePort(world), options({ allowDowngrade: true }))).resolves.toBeDefined();
  });

  it("with nothing to do, writes the record of an earlier version again and ends a started run; a dry run does neither", async () => {
    const world = emptyWorld();
    await runBootstrap(fakePort(world), options());
    world.plans = [NO_CHANGES];
    const { statelock, ...old } = world.record ?? never();
    world.record = old;
    world.log.length = 0;
    world.unfinished = true;
    await runBootstrap(fakePort(world), options({ dryRun: true }));
    expect(world).toMatchObject({ log: [], unfinished: true });
    await runBootstrap(fakePort(world), options());
    expect(world).toMatchObject({ log: ["release lock", "record"], unfinished: false, record: { statelock } });
  });
});

function never(): never {
  throw new Error("the run left no record");
}
