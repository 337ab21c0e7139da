import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { STORES } from "../../../lab/memory/store-rules";
import { rootOn, writeAsBoth } from "../../support/root-on-store";
import { runStatelock, type Run } from "../../support/run-command";
import { ScratchFolder } from "../../support/scratch";

const KEY = "app/terraform.tfstate";
let s3: FakeS3;
let folder: ScratchFolder;

beforeEach(async () => {
  s3 = await startFakeS3();
  folder = new ScratchFolder();
});

afterEach(() => s3.stop());

const apply = (to: string, ...more: string[]): Promise<Run> =>
  runStatelock(["migrate", "apply", "--to", to, "--force", "--json", ...more], {
    workingDirectory: folder.directory,
  });

interface Told {
  readonly refusals: readonly { readonly problems: readonly { readonly code: string }[] }[];
  readonly warnings: readonly { readonly code: string }[];
}

/** `exit code: codes of refusals; codes of warnings` */
function told({ code, stdout }: Run): string {
  const { refusals, warnings } = JSON.parse(stdout) as Told;
  const codes = (all: readonly { readonly code: string }[]): string => all.map((each) => each.code).join(" ");
  return `${String(code)}: ${codes(refusals.flatMap(({ problems }) => problems))}; ${codes(warnings)}`;
}

const writes = (): string[] =>
  s3.requests.filter(({ method }) => ["PUT", "DELETE"].includes(method)).map(({ key }) => key);

describe("a step to lockfile", () => {
  it.each<[keyof typeof STORES, string]>([
    ["AWS S3", "0: ; "],
    ["SeaweedFS", "0: ; "],
    ["MinIO", "0: ; "],
    ["Ceph RGW", "1: store-unfit store-unfit; "],
    ["versitygw", "1: store-unfit store-unfit; "],
    // Its list of versions cannot be read: nobody sees whether clients of the table are left.
    ["S3Mock", "2: aws-call overlap-unseen store-unfit aws-call overlap-unseen store-unfit; "],
  ])("of two roots onto %s: %s", async (name, expected) => {
    folder.write("app/main.tf", rootOn(s3, KEY, "both"));
    folder.write("other/main.tf", rootOn(s3, "other/terraform.tfstate", "both"));
    await writeAsBoth(s3, KEY);
    await writeAsBoth(s3, "other/terraform.tfstate");
    s3.play(STORES[name]);
    const before = writes().length;
    expect(told(await apply("lockfile"))).toBe(expected);
    expect(folder.read("app/main.tf").includes("dynamodb_table")).toBe(!expected.startsWith("0"));
    // One probe for both roots, on a key of its own; AWS gets none.
    const probes = new Set(
      writes()
        .slice(before)
        .map((key) => key.replace(/(-\d)?\.tflock$/, "")),
    );
    expect([...probes].map((key) => key.slice(0, 17))).toEqual(name === "AWS S3" ? [] : [".statelock/probe-"]);
    expect(s3.keys().sort()).toEqual([KEY, "other/terraform.tfstate"]);
  });

  it("stays where it is if the store may not be probed, with exit code 2", async () => {
    folder.write("app/main.tf", rootOn(s3, KEY, "both"));
    await writeAsBoth(s3, KEY);
    s3.play(STORES.MinIO);
    s3.onRequest(({ method, key }) => (method === "PUT" && key.startsWith(".statelock/") ? 403 : undefined));
    expect(told(await apply("lockfile"))).toBe("2: store-unproven; ");
    expect(folder.read("app/main.tf")).toContain("dynamodb_table");
  });

  it.each([["--dry-run"], ["--offline"]])("with %s writes nothing to the store", async (option) => {
    folder.write("app/main.tf", rootOn(s3, KEY, "both"));
    await writeAsBoth(s3, KEY);
    s3.play(STORES["Ceph RGW"]);
    const before = writes().length;
    await apply("lockfile", option);
    expect(writes().slice(before)).toEqual([]);
  });
});

it("a root that computes its key is looked at where it is initialized, and does not keep a known one from moving", async () => {
  folder.write("app/main.tf", rootOn(s3, KEY, "both"));
  folder.write("env/main.tofu", rootOn(s3, "${var.env}/terraform.tfstate", "both"));
  await writeAsBoth(s3, KEY);
  await writeAsBoth(s3, "dev/terraform.tfstate");
  const status = (...more: string[]): Promise<Run> =>
    runStatelock(["migrate", "status", ...more], { workingDirectory: folder.directory });
  const unknown = await status();
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("[place-unknown]")]);

  const config = {
    bucket: s3.place.name,
    key: "dev/terraform.tfstate",
    region: "eu-central-1",
    dynamodb_table: "locks",
  };
  folder.write("env/.terraform/terraform.tfstate", JSON.stringify({ backend: { type: "s3", config } }));
  const looked = await status();
  expect([looked.code, looked.stdout]).toEqual([1, expect.stringContaining("acme-tfstate/dev/terraform.tfstate")]);
  expect(looked.stderr).toContain("[place-computed]");
  expect((await status("--var", "env=dev")).code).toBe(0);
  const mistyped = await status("--var", "env");
  expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining("--var must be")]);

  expect(told(await apply("lockfile"))).toBe("1: place-computed; ");
  expect(
    [folder.read("app/main.tf"), folder.read("env/main.tofu")].map((text) => text.includes("dynamodb_table")),
  ).toEqual([false, true]);
  folder.write("dev.tfvars", 'env = "dev"\nother = [1]\n');
  expect(told(await apply("lockfile", "--var-file", "dev.tfvars"))).toBe("0: ; ");
});

it("status says first that a store keeps no lock history, and records a client that it sees; then the root may go on", async () => {
  folder.write("app/main.tf", rootOn(s3, KEY, "both"));
  s3.play(STORES["MinIO without versions"]);
  await writeAsBoth(s3, KEY);
  const settings = { workingDirectory: folder.directory };
  const free = await runStatelock(["migrate", "status"], settings);
  expect(free.stderr.split("\n").find((line) => line.includes("keeps no versions"))).toContain("acme-tfstate");
  expect(told(await apply("lockfile"))).toContain("1: overlap-unseen");
  const id = `acme-tfstate/${KEY}`;
  s3.put(`${KEY}.tflock`, lockBody("A"));
  s3.services.items.set(id, { LockID: { S: id }, Info: { S: lockBody("A") } });
  await runStatelock(["migrate", "status", "--record"], settings);
  s3.remove(`${KEY}.tflock`);
  s3.services.items.delete(id);
  expect(told(await apply("lockfile"))).toBe("0: ; ");
});

it.each<[keyof typeof STORES, string]>([
  ["AWS S3", "0: ; "],
  ["MinIO", "0: ; "],
  ["Ceph RGW", "0: ; store-unfit"],
  ["S3Proxy", "0: ; store-unfit"],
])("a step to both onto %s moves and warns: %s", async (name, expected) => {
  folder.write("app/main.tf", rootOn(s3, KEY, "dynamodb"));
  s3.play(STORES[name]);
  expect(told(await apply("both"))).toBe(expected);
  expect(folder.read("app/main.tf")).toMatch(/use_lockfile +=/);
});
