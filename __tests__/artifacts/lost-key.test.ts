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
    ["must not drop the key", {}, {}, ["destroys-data bucket.encryption"]],
    ["may drop the key in bootstrap, which looks at the plan", {}, { STATELOCK_BOOTSTRAP_STATE: "recorded" }, []],
    ["may retire the key", { retiredKeys: [{ alias: "alias/acme-tfstate", management: "kept" }] }, {}, []],
    ["may use another alias", { encryption: { type: "created-key", alias: "alias/other" } }, {}, []],
    ["may be of another bucket", { ...UNKNOWN, name: "other-tfstate" }, {}, []],
    ["may ask the deployed state, as bootstrap does", UNKNOWN, { STATELOCK_BOOTSTRAP_STATE: "recorded" }, []],
  ])("%s", (_case, bucket, environment, expected) => {
    expect(places(lostKeyProblems(home({ bucket }), outdir, environment))).toEqual(expected);
  });

  it("believes a record that lists what is deployed", () => {
    const record = { deployed: { encryption: "sse-s3", consumers: [] } };
    expect(lostKeyProblems(home({}), outdir, {}, record)).toEqual([]);
    expect(places(lostKeyProblems(home({}), outdir, {}, {}))).toEqual(["destroys-data bucket.encryption"]);
  });

  it("asks nothing of an empty folder", () => {
    expect(lostKeyProblems(home({ bucket: UNKNOWN }), join(outdir, "none"), {})).toEqual([]);
  });
});
