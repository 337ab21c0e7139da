import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lostKeyProblems } from "../../lib/artifacts/lost-key";
import { writeArtifacts } from "../../lib/artifacts/write-artifacts";
import type { BucketConfig } from "../../lib/config/state-config";
import { papersOf } from "../../lib/home/papers";
import { home, KEY_ARN, places } from "../support/home";

const KEYED = { encryption: { type: "created-key", keyArn: KEY_ARN } } as const;
const UNKNOWN = { encryption: { type: "created-key" } } as const;

describe("a synth over one that knew the ARN of the created key", () => {
  const outdir = mkdtempSync(join(tmpdir(), "lost-key-"));
  const lost = ["key-arn-lost bootstrap.state.json"];

  beforeAll(() => {
    writeArtifacts(papersOf(home({ bucket: KEYED })), outdir);
  });

  afterAll(() => {
    rmSync(outdir, { recursive: true });
  });

  it.each<[string, Partial<BucketConfig>, NodeJS.ProcessEnv, string[]]>([
    ["must know it too", UNKNOWN, {}, lost],
    ["knows it", KEYED, {}, []],
    ["may use another encryption", {}, {}, []],
    ["may use another alias", { encryption: { type: "created-key", alias: "alias/other" } }, {}, []],
    ["may be of another bucket", { ...UNKNOWN, name: "other-tfstate" }, {}, []],
    ["may ask the deployed state, as bootstrap does", UNKNOWN, { STATELOCK_BOOTSTRAP_STATE: "recorded" }, []],
  ])("%s", (_case, bucket, environment, expected) => {
    expect(places(lostKeyProblems(home({ bucket }), outdir, environment))).toEqual(expected);
  });

  it("asks nothing of an empty folder", () => {
    expect(lostKeyProblems(home({ bucket: UNKNOWN }), join(outdir, "none"), {})).toEqual([]);
  });
});
