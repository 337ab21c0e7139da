import { execFileSync } from "node:child_process";
import { needsPerson } from "../../lib/migrate/scan/needs-person";
import { stepVerdict } from "../../lib/migrate/step/apply-step";
import type { Target } from "../../lib/migrate/step/move-plan";
import { planDiff } from "../../lib/migrate/step/plan-diff";
import { planMoves } from "../../lib/migrate/step/plan-moves";
import { retireBlocks } from "../../lib/migrate/table/retire-blocks";
import { mentionsIn } from "../../lib/files/search-text";
import { withoutBackends } from "../../lib/migrate/table/table-mentions";
import { isTemplateName } from "../../lib/migrate/scan/source/outside-names";
import { parsers, scanned, type Fleet } from "../support/fleet";
import { ScratchFolder } from "../support/scratch";
import { FLEETS } from "./fleets";
import { TERRAGRUNT_FLEETS } from "./terragrunt-fleets";

interface Step {
  readonly fleet: Fleet;
  readonly moved: number;
  readonly verdict: string;
  readonly patch: string;
}

/** Makes one step, as `apply` does. */
async function step(fleet: Fleet, to: Target): Promise<Step> {
  const found = await scanned(fleet);
  const plan = await planMoves(await parsers(), found, { to });
  const changed = [...plan.moves.flatMap(({ replacements }) => replacements), ...(plan.templates ?? [])];
  const after = changed.map((each) => [each.path, each.after] as const);
  const real = new Map(changed.map(({ path, realPath }) => [realPath, path]));
  return {
    fleet: { ...fleet, ...Object.fromEntries(after) },
    moved: plan.moves.flatMap(({ roots }) => roots).length,
    verdict: stepVerdict({ plan, isUnanswered: false }, plan, found),
    patch: planDiff(plan, found, (realPath) => real.get(realPath) ?? realPath),
  };
}

/** Whether `retire` would let the table go. */
async function canGo(fleet: Fleet): Promise<boolean> {
  const { configurations, problems, byHand = [] } = await scanned(fleet);
  const mentions = Object.entries(fleet).flatMap(([path, text]) =>
    mentionsIn(text, "locks").map((mention) => ({ path, ...mention })),
  );
  const table = {
    arn: "arn:aws:dynamodb:r:111122223333:table/locks",
    status: "ACTIVE",
    deletionProtection: false,
  };
  const blocks = retireBlocks({
    name: "locks",
    table,
    items: [],
    fleet: configurations,
    inventory: undefined,
    byHand,
    mentions: withoutBackends(mentions, configurations),
    grants: [],
  });
  return blocks.length === 0 && problems.every(({ code }) => code !== "unreadable-file");
}

/** What `git apply` makes of a patch. */
function byGit(fleet: Fleet, patch: string): Fleet {
  const folder = new ScratchFolder();
  for (const [path, text] of Object.entries(fleet)) folder.write(path, text);
  if (patch !== "") execFileSync("git", ["apply", "-"], { cwd: folder.directory, input: patch });
  return Object.fromEntries(Object.keys(fleet).map((path) => [path, folder.read(path)]));
}

describe.each(Object.entries({ ...FLEETS, ...TERRAGRUNT_FLEETS }))(
  "a fleet of %s",
  (_, { files, moves, isLeft, mayGo = !isLeft }) => {
    it("goes as far as it may, by the same bytes as git, and is never done with something left", async () => {
      const both = await step(files, "both");
      const lockfile = await step(both.fleet, "lockfile");
      expect(byGit(files, both.patch)).toEqual(both.fleet);
      expect(byGit(both.fleet, lockfile.patch)).toEqual(lockfile.fleet);
      expect(lockfile.moved).toBe(moves);

      const again = await step(lockfile.fleet, "lockfile");
      expect(again.fleet).toEqual(lockfile.fleet);
      const end = await scanned(again.fleet);
      const isFine = end.problems.length === 0 && !end.configurations.some(needsPerson);
      expect([again.verdict === "fine" && isFine, await canGo(withoutTemplates(again.fleet))]).toEqual([
        !isLeft,
        mayGo,
      ]);
      expect(lockfile.verdict === "fine" && isLeft).toBe(false);
    });

    it("keeps its table while a template names it", async () => {
      expect(await canGo({ ...files, "x.tf.tmpl": 'dynamodb_table = "locks"\n' })).toBe(false);
    });
  },
);

it.each(Object.entries(TERRAGRUNT_FLEETS))("no table goes while units of %s may name it", async (_, { files }) => {
  expect(await canGo(files)).toBe(false);
});

function withoutTemplates(fleet: Fleet): Fleet {
  return Object.fromEntries(Object.entries(fleet).filter(([path]) => !isTemplateName(path)));
}
