import { cpSync } from "node:fs";
import { join } from "node:path";
import { lockReleaseSchema } from "../../../cli/locks/release-json";
import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags, runStatelock } from "../../support/run-command";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";

const STATE = "app/terraform.tfstate";
const LOCK = `${STATE}.tflock`;
/** S3 alone is asked, by its address. */
const S3_ALONE = [
  "use_path_style",
  "skip_credentials_validation",
  "skip_requesting_account_id",
  "skip_metadata_api_check",
].map((name) => `-backend-config=${name}=true`);

/** One way to release the lock with an ID; says how it ended. */
type Release = (id: string) => Promise<string>;

/** How often each ending was seen, and whose locks were deleted. */
interface Tally {
  readonly endings: Readonly<Record<string, number>>;
  readonly deleted: { readonly asked: number; readonly other: number };
}

describeE2e("a lock that changes between read and delete", ["terraform"], () => {
  let s3: FakeS3;
  let root: Workspace;

  beforeAll(async () => {
    s3 = await startFakeS3();
    root = createWorkspace({
      env: {
        AWS_ENDPOINT_URL_S3: s3.place.access?.endpointUrl ?? "",
        AWS_REGION: s3.place.region,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
    });
    cpSync(join(__dirname, "..", "..", "support", "fixtures", "locked-root"), root.directory, { recursive: true });
    const place = [`-backend-config=bucket=${s3.place.name}`, `-backend-config=key=${STATE}`];
    requireSuccess(await root.terraform(["init", ...place, ...S3_ALONE]));
  });

  afterAll(async () => {
    await root.remove();
    await s3.stop();
  });

  const statelock: Release = async (id) => {
    const args = ["locks", "release", STATE, "--id", id, "--reason", "race", "--yes", "--json", ...bucketFlags(s3)];
    const { code, stdout } = await runStatelock(args);
    return `${lockReleaseSchema.parse(JSON.parse(stdout)).outcome}, exit ${String(code)}`;
  };

  const terraform: Release = async (id) => {
    const { code } = await root.terraform(["force-unlock", "-force", id]);
    return `exit ${String(code)}`;
  };

  /** In every other round the lock goes, and another's comes, in the very moment before the delete. */
  async function race(release: Release, rounds: number): Promise<Tally> {
    const endings: Record<string, number> = {};
    const before = s3.deleted.length;
    for (let round = 0; round < rounds; round += 1) {
      s3.onRequest(({ operation, key }) => {
        if (operation === "DeleteObject" && key === LOCK && round % 2 === 0) s3.put(LOCK, lockBody("other"));
        return undefined;
      });
      s3.put(LOCK, lockBody("asked"));
      const ending = await release("asked");
      endings[ending] = (endings[ending] ?? 0) + 1;
    }
    const ids = s3.deleted.slice(before).map((body) => (JSON.parse(body) as { ID: string }).ID);
    const of = (id: string): number => ids.filter((each) => each === id).length;
    return { endings, deleted: { asked: of("asked"), other: of("other") } };
  }

  it("is never removed by `locks release`: 200 rounds, 0 wrong deletions", async () => {
    expect(await race(statelock, 200)).toEqual({
      endings: { "changed, exit 1": 100, "released, exit 0": 100 },
      deleted: { asked: 100, other: 0 },
    });
  });

  it("is removed by Terraform's own force-unlock, which says that it succeeded", async () => {
    expect(await race(terraform, 4)).toEqual({ endings: { "exit 0": 4 }, deleted: { asked: 2, other: 2 } });
  });
});
