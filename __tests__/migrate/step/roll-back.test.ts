import {
  rollBack,
  rollBackVerdict,
  type RollBackOptions,
  type RollBackResult,
} from "../../../lib/migrate/step/roll-back";
import { NO_ANSWER } from "../../support/fake-history";
import { parsers, scanned } from "../../support/fleet";
import { OTHER_MD5 } from "../../support/live-state";
import { staleWorld, type LiveWorld } from "../../support/live-world";
import { memoryApplyPorts } from "../../support/memory-apply-ports";
import { recordedProgress } from "../../support/recorded-progress";

const backend = (locking: string): string =>
  `terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "app"\n    region = "eu-central-1"\n    ${locking}\n  }\n}\n`;
const LOCKFILE = { "app/main.tf": backend("use_lockfile = true") };
const BOTH = { "app/main.tf": backend('use_lockfile = true\n    dynamodb_table = "locks"') };

let world: LiveWorld;
let apply: ReturnType<typeof memoryApplyPorts>;

beforeEach(() => {
  world = staleWorld();
  apply = memoryApplyPorts();
});

async function back(
  fleet: Readonly<Record<string, string>>,
  change: Partial<RollBackOptions> = {},
): Promise<RollBackResult & { readonly verdict: string }> {
  const scan = await scanned(fleet);
  const result = await rollBack(
    { open: () => world.ports, apply },
    { scan, parsers: await parsers(), folders: ["."] },
    {
      ...{ to: "both", table: "locks", roots: undefined, dryRun: false, force: false, accepted: [] },
      defaults: { region: undefined, account: undefined },
      isStopped: () => false,
      progress: recordedProgress().progress,
      ...change,
    },
  );
  return { ...result, verdict: rollBackVerdict(result, scan) };
}

it("repairs the digests, then rewrites the files, which name the table again", async () => {
  const { repairs, moved, refusals, verdict } = await back(LOCKFILE);
  expect([repairs.map(({ outcome }) => outcome), refusals, verdict]).toEqual([["repaired"], [], "fine"]);
  expect(moved.flatMap(({ replacements }) => replacements.map(({ after }) => after))).toEqual([
    expect.stringContaining('dynamodb_table = "locks"'),
  ]);
  expect(apply.calls).toContain("replace app 1");
});

it("leaves a root whose digest it must not repair, and says why once", async () => {
  world.versions = [];
  const { moved, refusals, verdict } = await back(LOCKFILE);
  expect([moved, verdict, apply.calls.filter((call) => call.startsWith("replace"))]).toEqual([[], "refused", []]);
  expect(refusals).toMatchObject([{ roots: ["app"], problems: [{ code: "digest-unexplained" }] }]);
});

it("also reports a root that has nothing to rewrite", async () => {
  world.versions = [];
  expect(await back(BOTH)).toMatchObject({ moved: [], refusals: [{ roots: ["app"] }], verdict: "refused" });
});

it("is unknown if a digest could not be judged", async () => {
  world.state = { found: "unreadable", problem: NO_ANSWER };
  expect((await back(LOCKFILE)).verdict).toBe("unknown");
});

it("changes nothing in a dry run", async () => {
  const { repairs, moved, verdict } = await back(LOCKFILE, { dryRun: true });
  expect([repairs[0]?.outcome, moved.length, verdict]).toEqual(["needed", 1, "fine"]);
  expect([world.digest, apply.calls]).toEqual([OTHER_MD5, []]);
});

it("works on the selected roots only", async () => {
  const fleet = { ...LOCKFILE, "other/main.tf": LOCKFILE["app/main.tf"].replace('"app"', '"other"') };
  const { repairs, moved } = await back(fleet, { roots: ["app"] });
  expect([repairs.map(({ root }) => root), moved.map(({ roots }) => roots)]).toEqual([["app"], [["app"]]]);
});
