import { startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { rootOn, writeAsBoth } from "../../support/root-on-store";
import { runStatelock, type Run } from "../../support/run-command";
import { ScratchFolder } from "../../support/scratch";

/**
 * Two fleets with the same bucket, keys and table names in two stores, and a third store that no backend means: it stands for
 * AWS, where a run without an endpoint would ask.
 */
const [ONE, TWO] = ["one/terraform.tfstate", "two/terraform.tfstate"];
let stores: { readonly mine: FakeS3; readonly other: FakeS3; readonly nobody: FakeS3 };
let folder: ScratchFolder;

const NAMES = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_IAM"];
const urlOf = ({ place }: FakeS3): string => place.access?.endpointUrl ?? "";

beforeEach(async () => {
  const [mine, other, nobody] = await Promise.all([startFakeS3(), startFakeS3(), startFakeS3()]);
  stores = { mine, other, nobody };
  for (const name of NAMES) process.env[name] = urlOf(nobody);
  process.env["AWS_REGION"] = "eu-central-1";
  folder = new ScratchFolder();
});

afterEach(async () => {
  for (const name of [...NAMES, "AWS_REGION"]) Reflect.deleteProperty(process.env, name);
  await Promise.all(Object.values(stores).map((store) => store.stop()));
});

async function fleets(locking: string): Promise<void> {
  for (const [name, store] of [
    ["mine", stores.mine],
    ["other", stores.other],
  ] as const) {
    for (const key of [ONE, TWO]) {
      folder.write(`${name}/${key.split("/")[0] ?? ""}/main.tf`, rootOn(store, key, locking));
      await writeAsBoth(store, key);
    }
  }
  for (const store of Object.values(stores)) (store.requests as unknown[]).length = 0;
}

const migrate = (...args: string[]): Promise<Run> =>
  runStatelock(["migrate", ...args, "--json"], {
    workingDirectory: folder.directory,
    environment: { AWS_REGION: "eu-central-1" },
  });

/** `S3 or service: keys` that a store was asked for. */
const asked = (store: FakeS3): string[] => store.requests.map(({ operation, key }) => `${operation} ${key}`);

describe("two fleets with the same names in two stores", () => {
  it.each<[string, string, string[]]>([
    ["both", "status", ["status", "mine"]],
    ["both", "plan", ["plan", "--to", "lockfile", "--live", "mine"]],
    ["both", "apply", ["apply", "--to", "lockfile", "--force", "mine"]],
    ["dynamodb", "apply to both", ["apply", "--to", "both", "--force", "mine"]],
    ["both", "rollback", ["rollback", "--to", "dynamodb", "--table", "locks", "--force", "mine"]],
    ["both", "scan", ["scan", "mine"]],
  ])("on %s, %s of one fleet asks its own store alone", async (locking, _name, args) => {
    await fleets(locking);
    const { code, stderr } = await migrate(...args);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(asked(stores.other)).toEqual([]);
    expect(asked(stores.nobody)).toEqual([]);
    expect(asked(stores.mine).length > 0).toBe(args[0] !== "scan" && locking === "both");
  });

  it("a step moves both, and nobody else is asked", async () => {
    await fleets("both");
    const { code } = await migrate("apply", "--to", "lockfile", "--force");
    expect([code, asked(stores.nobody)]).toEqual([0, []]);
    expect(folder.read("other/two/main.tf")).not.toContain("dynamodb_table");
  });

  it("what was seen in one store is not believed of the other", async () => {
    await fleets("both");
    await migrate("status", "mine", "--record");
    // Nobody locked with a file in the other store.
    for (const key of [ONE, TWO]) stores.other.remove(`${key}.tflock`);
    const { code, stdout } = await migrate("apply", "--to", "lockfile", "--force", "other");
    expect([code, stdout.match(/overlap-unseen/g)?.length]).toEqual([1, 2]);
  });

  it("scrub touches no item of another table than the one that it lists", async () => {
    await fleets("lockfile");
    process.env["AWS_ENDPOINT_URL_DYNAMODB"] = urlOf(stores.mine);
    const before = [...stores.other.services.items.keys()];
    const both = await migrate("scrub", "--table", "locks", "--region", "eu-central-1");
    expect([both.code, both.stdout.match(/several-stores/g)?.length]).toEqual([1, 2]);
    expect([...stores.mine.services.items.keys()]).toHaveLength(2);
    const { code } = await migrate("scrub", "--table", "locks", "--region", "eu-central-1", "mine");
    expect([code, [...stores.mine.services.items.keys()]]).toEqual([0, []]);
    expect([...stores.other.services.items.keys()]).toEqual(before);
    expect(asked(stores.nobody)).toEqual([]);
  });
});
