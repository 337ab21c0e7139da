import { hasWorkByHand, nextTarget, type MoveOptions } from "../../../lib/migrate/step/move-plan";
import { moved, phases, planned, scanned, type Fleet } from "../../support/fleet";
import { places, text } from "../../support/home";

function root(key: string, locking: string, bucket = '"b"'): string {
  return `terraform {\n  backend "s3" {\n    bucket = ${bucket}\n    key    = "${key}"\n${locking}  }\n}\n`;
}

const DYNAMODB = '    dynamodb_table = "t"\n';
const BOTH = '    dynamodb_table = "t"\n    use_lockfile   = true\n';
const LOCKFILE = "    use_lockfile = true\n";

function reader(key: string): string {
  return `data "terraform_remote_state" "r" {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "${key}"\n    dynamodb_table = "t"\n  }\n}\n`;
}

/** What a plan comes to: the roots that move, and `code place` of what keeps others. */
async function outcome(
  fleet: Fleet,
  options: MoveOptions,
  links?: Readonly<Record<string, string>>,
): Promise<{ moves: string[]; refusals: string[] }> {
  const plan = await planned(fleet, options, links);
  return {
    moves: plan.moves.map(({ roots }) => roots.join(" + ")),
    refusals: plan.refusals.flatMap(({ problems }) => places(problems)),
  };
}

describe("a step to both", () => {
  it("moves roots on dynamodb, and nothing else", async () => {
    const fleet = {
      "1/main.tf": root("1", DYNAMODB),
      "2/main.tf": root("2", BOTH),
      "3/main.tf": root("3", LOCKFILE),
      "4/main.tf": root("4", ""),
      "5/main.tf": reader("1"),
    };
    expect(await outcome(fleet, { to: "both" })).toEqual({ moves: ["1"], refusals: [] });
    const plan = await planned(fleet, { to: "both" });
    expect([plan.unlocked?.map(({ root: folder }) => folder), hasWorkByHand(plan)]).toEqual([["4"], true]);
  });

  it("can be repeated: the second time there is nothing to do", async () => {
    const once = await moved({ "1/main.tf": root("1", DYNAMODB) }, { to: "both" });
    expect(await phases(once)).toEqual(["both 1"]);
    expect(await outcome(once, { to: "both" })).toEqual({ moves: [], refusals: [] });
  });

  it("moves the roots that are selected", async () => {
    const fleet = { "1/main.tf": root("1", DYNAMODB), "2/main.tf": root("2", DYNAMODB) };
    expect(await outcome(fleet, { to: "both", roots: ["2"] })).toEqual({ moves: ["2"], refusals: [] });
  });

  it("leaves computed configs of Terragrunt and CDKTF's to people", async () => {
    const fleet = {
      "a/terragrunt.hcl": `remote_state {\n  backend = "s3"\n  config = merge(local.c, {\n${DYNAMODB}  })\n}\n`,
      "b/cdk.tf.json": '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "c", "dynamodb_table": "t"}}}}',
    };
    const { moves, byHand, unknown = [] } = await planned(fleet, { to: "both" });
    expect(moves).toEqual([]);
    expect([...unknown, ...byHand].map(({ source }) => source)).toEqual(["terragrunt", "cdktf"]);
  });

  it("lists a root whose files do not say how it locks, and leaves work by hand", async () => {
    const fleet = { "1/main.tf": 'terraform {\n  backend "s3" {}\n}\n', "2/main.tf": root("2", DYNAMODB) };
    const plan = await planned(fleet, { to: "both" });
    expect((plan.unknown ?? []).map((each) => each.root)).toEqual(["1"]);
    expect(hasWorkByHand(plan)).toBe(true);
    expect(hasWorkByHand(await planned({ "2/main.tf": root("2", DYNAMODB) }, { to: "both" }))).toBe(false);
  });

  it("moves all alternatives of a root or no alternative", async () => {
    const fleet = {
      "1/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      "1/prod.tfbackend": 'bucket = "p"\nkey = "k"\ndynamodb_table = "t"\n',
      "1/test.tfbackend": 'bucket = "t"\nkey = "k"\nlock_table = "t"\n',
    };
    expect(await outcome(fleet, { to: "both" })).toEqual({
      moves: [],
      refusals: ["legacy-argument 1/test.tfbackend:3 lock_table"],
    });
  });

  it("edits a block that alternatives share once", async () => {
    const fleet = {
      "1/main.tf": 'terraform {\n  backend "s3" {\n    dynamodb_table = "t"\n  }\n}\n',
      "1/prod.tfbackend": 'bucket = "p"\nkey = "k"\n',
      "1/test.tfbackend": 'bucket = "t"\nkey = "k"\n',
    };
    const after = await moved(fleet, { to: "both" });
    expect(after["1/main.tf"]?.match(/use_lockfile/g)).toHaveLength(1);
  });
});

describe("a step to lockfile", () => {
  const lockfile = { to: "lockfile" } as const;

  it("moves roots on both, and removes remaining table arguments of roots on lockfile", async () => {
    const fleet = {
      "1/main.tf": root("1", BOTH),
      "2/main.tf": root("2", `${LOCKFILE}    dynamodb_endpoint = "e"\n`),
      "3/main.tf": root("3", LOCKFILE),
      "4/main.tf": reader("1"),
    };
    expect(await outcome(fleet, lockfile)).toEqual({ moves: ["1", "2", "4"], refusals: [] });
    expect(await phases(await moved(fleet, lockfile))).toEqual(["lockfile 1", "lockfile 2", "lockfile 3"]);
  });

  it("refuses to skip both", async () => {
    const plan = await planned({ "1/main.tf": root("1", DYNAMODB) }, lockfile);
    expect(plan.refusals.map(({ problems }) => text(problems))).toEqual([
      "[phase-order] 1/main.tf:2 must be on both before it goes to lockfile, got dynamodb\n  -> Run `statelock migrate apply --to both`, and let every clone and pipeline run once on both.",
    ]);
  });

  it("refuses while another root of the same state is on dynamodb, selected or not, and moves the others", async () => {
    const fleet = {
      "1/main.tf": root("1", BOTH),
      "2/main.tf": root("2", BOTH),
      "copy/main.tf": root("1", DYNAMODB),
      "tg/root.hcl": `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "other"\n    key = local.key\n${DYNAMODB}  }\n}\n`,
    };
    expect(await outcome(fleet, { ...lockfile, roots: ["1", "2"] })).toEqual({
      moves: ["2"],
      refusals: ["still-dynamodb 1/main.tf:2"],
    });
  });

  it.each([
    ["a computed key", "local.key"],
    ["no key", undefined],
  ])("refuses while a root with %s may be on the same state", async (_what, key) => {
    const config = key === undefined ? "" : `    key = ${key}\n`;
    const fleet = {
      "1/main.tf": root("1", BOTH),
      "tg/root.hcl": `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n${config}${DYNAMODB}  }\n}\n`,
    };
    const { moves, refusals } = await planned(fleet, lockfile);
    expect(moves).toEqual([]);
    expect(refusals.map(({ problems }) => problems[0]?.message)).toEqual([
      "must leave dynamodb first: its bucket or key is computed or in no file, so it may write the state of another root. It holds 1 root",
      "must be on both before it goes to lockfile, got dynamodb",
    ]);
  });

  it("refuses while a root of the same state is in an unknown phase", async () => {
    const fleet = {
      "1/main.tf": root("1", BOTH),
      "2/main.tofu": root("1", '    dynamodb_table = "t"\n    use_lockfile = var.l\n'),
    };
    expect((await outcome(fleet, { ...lockfile, roots: ["1"] })).refusals).toEqual(["still-dynamodb 1/main.tf:2"]);
  });

  it("refuses to leave a reader behind, and takes it along where it is selected", async () => {
    const fleet = { "1/main.tf": root("1", BOTH), "2/main.tf": reader("1"), "3/main.tf": reader("other") };
    expect(await outcome(fleet, { ...lockfile, roots: ["1"] })).toEqual({
      moves: [],
      refusals: ["reader-left-behind 2/main.tf:1"],
    });
    expect((await outcome(fleet, { ...lockfile, roots: ["1", "2"] })).moves).toEqual(["1", "2"]);
  });

  it("never rewrites a reader that was generated", async () => {
    const fleet = {
      "1/main.tf": root("1", BOTH),
      "2/cdk.tf.json":
        '{"data": {"terraform_remote_state": {"x": {"backend": "s3", "config": {"bucket": "b", "key": "1", "dynamodb_table": "t"}}}}}',
    };
    expect(await outcome(fleet, lockfile)).toEqual({ moves: [], refusals: ["reader-left-behind 2/cdk.tf.json:1"] });
  });

  it("asks whoever else has to agree, about each root that would move", async () => {
    const asked: string[] = [];
    const fleet = { "1/main.tf": root("1", BOTH), "2/main.tf": root("2", BOTH), "3/main.tf": root("3", LOCKFILE) };
    const held = { code: "state-locked", path: "s3://b/2", message: "must be free", fix: "Wait." };
    const check = (configuration: { root: string }): Promise<(typeof held)[]> => {
      asked.push(configuration.root);
      return Promise.resolve(configuration.root === "2" ? [held] : []);
    };
    expect(await outcome(fleet, { ...lockfile, checks: [check] })).toEqual({
      moves: ["1"],
      refusals: ["state-locked s3://b/2"],
    });
    expect(asked).toEqual(["1", "2"]);
  });
});

describe("a step back to dynamodb", () => {
  const back: MoveOptions = { to: "dynamodb", back: { table: undefined } };

  it("refuses to skip both, and keeps the others of that state on both", async () => {
    expect(await outcome({ "1/main.tf": root("1", LOCKFILE), "2/main.tf": root("2", BOTH) }, back)).toEqual({
      moves: ["2"],
      refusals: ["phase-order 1/main.tf:2"],
    });
    expect(await outcome({ "1/main.tf": root("1", LOCKFILE), "2/main.tf": root("1", BOTH) }, back)).toEqual({
      moves: [],
      refusals: ["phase-order 1/main.tf:2", "still-lockfile 2/main.tf:2"],
    });
    const { refusals } = await planned({ "1/main.tf": root("1", LOCKFILE) }, back);
    expect(refusals[0]?.problems[0]?.fix).toContain("`statelock migrate rollback --to both --table NAME` first");
  });
});

describe("files that roots share", () => {
  const fleet = { "shared/backend.tf": 'terraform {\n  backend "s3" {\n    dynamodb_table = "t"\n  }\n}\n' };
  const links = { "1/backend.tf": "shared/backend.tf", "2/backend.tf": "shared/backend.tf" };
  const whole = {
    ...fleet,
    "1/x.tfbackend": 'bucket = "b"\nkey = "1"\n',
    "2/x.tfbackend": 'bucket = "b"\nkey = "2"\n',
  };

  it("are replaced once, where the links end, and their roots move together", async () => {
    const { moves } = await planned(whole, { to: "both" }, links);
    expect(moves.map(({ roots, replacements }) => [roots, replacements.map(({ realPath }) => realPath)])).toEqual([
      [["1", "2", "shared"], ["/real/shared/backend.tf"]],
    ]);
  });

  it("keep a root from moving without the others", async () => {
    expect(await outcome(whole, { to: "both", roots: ["1"] }, links)).toEqual({
      moves: [],
      refusals: ["shared-file 1/backend.tf", "shared-file 1/backend.tf"],
    });
  });

  it("keep all of them where one cannot move", async () => {
    const broken = { ...whole, "2/versions.tf": 'terraform {\n  required_version = "1.5.0"\n}\n' };
    expect(await outcome(broken, { to: "both" }, links)).toEqual({
      moves: [],
      refusals: ["terraform-version 2/versions.tf:2 required_version"],
    });
  });
});

it("the fleet's next step is both while anybody is on dynamodb, then lockfile", async () => {
  const before = { "1/main.tf": root("1", DYNAMODB), "2/main.tf": root("2", BOTH) };
  expect(nextTarget(await scanned(before))).toBe("both");
  expect(nextTarget(await scanned(await moved(before, { to: "both" })))).toBe("lockfile");
});

it("a unit that a stack of Terragrunt generates is settled in the folder of its file, which is there", async () => {
  const unit = `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "k"\n    dynamodb_table = "locks"\n    use_lockfile = true\n  }\n}\n`;
  const stack = 'unit "x" {\n  source = "../a"\n  path = "x"\n}\n';
  const { settled, settledFolders } = await planned(
    { "a/terragrunt.hcl": unit, "h/terragrunt.stack.hcl": stack },
    { to: "both" },
  );
  expect([settled, settledFolders]).toEqual([["h/.terragrunt-stack/x"], ["a"]]);
});
