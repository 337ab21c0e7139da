import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { rootOn, writeAsBoth } from "../../support/root-on-store";
import { startProxy, type LoopbackProxy } from "../../support/loopback-proxy";
import { bucketFlags, runStatelock, type Run } from "../../support/run-command";
import { ScratchFolder } from "../../support/scratch";

/**
 * Two fleets with the same bucket, keys and table names in two stores, and a third store that no backend means: it stands for
 * AWS, where a run without an endpoint would ask.
 */
const [ONE, TWO] = ["one/terraform.tfstate", "two/terraform.tfstate"];
let stores: { readonly mine: FakeS3; readonly other: FakeS3; readonly nobody: FakeS3 };
let folder: ScratchFolder;

const NAMES = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_IAM"];
const CONFIG = "AWS_CONFIG_FILE";
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
    environment: { AWS_REGION: "eu-central-1", ...(CONFIG in process.env && { [CONFIG]: process.env[CONFIG] }) },
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

  it("a step moves both, and sends no request to another store", async () => {
    await fleets("both");
    const { code } = await migrate("apply", "--to", "lockfile", "--force");
    expect([code, asked(stores.nobody)]).toEqual([0, []]);
    expect(folder.read("other/two/main.tf")).not.toContain("dynamodb_table");
  });

  it("a sighting in one store proves nothing about the other", async () => {
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

describe("a command on one bucket, where the environment names another store", () => {
  const STATE = (serial: number): string =>
    JSON.stringify({
      version: 4,
      terraform_version: "1.11.4",
      serial,
      lineage: "L",
      outputs: outputs(serial),
      resources: [],
    });
  const outputs = (value: number): object => ({ n: { value, type: "number" } });
  const VERSIONED = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  const about = ["--id", "A", "--reason", "the runner died", "--yes"];
  const met = `Error acquiring the state lock\\n\\nLock Info:\\n  ID:   A\\n  Path: acme-tfstate/${ONE}\\n`;
  const engine = [process.execPath, "-e", `console.error("${met}"); process.exit(1)`];

  it.each<[string, readonly string[], number, ...(readonly string[])[]]>([
    ["locks list", [], 0],
    ["locks show", [ONE], 0],
    ["locks wait", [ONE, "--timeout", "0"], 1],
    ["locks release", [ONE, ...about], 0],
    ["locks run", ["--lock-timeout", "1s"], 1, ["--", ...engine]],
    ["history list", [ONE], 0],
    ["history diff", [ONE, "v1", "v2"], 0],
    ["history restore", [ONE, "v1", "--reason", "INC-42", "--yes"], 1],
    ["history restore", [TWO, "v1", "--reason", "INC-42", "--yes"], 0],
    ["verify", [], 2],
  ])("%s %j asks that bucket's store alone", async (command, args, expected, last = []) => {
    for (const store of Object.values(stores)) {
      store.settings.set("GetBucketVersioning", VERSIONED);
      for (const key of [ONE, TWO]) for (const serial of [1, 2]) store.put(key, STATE(serial));
      store.put(`${ONE}.tflock`, lockBody("A", { Path: `acme-tfstate/${ONE}` }));
    }
    const { code, stderr } = await runStatelock([...command.split(" "), ...args, ...bucketFlags(stores.mine), ...last]);
    expect(`${String(code)} ${stderr}`).toMatch(new RegExp(`^${String(expected)} `));
    expect([asked(stores.other), asked(stores.nobody)]).toEqual([[], []]);
    expect(asked(stores.mine)).not.toEqual([]);
    expect(stores.nobody.body(`${ONE}.tflock`)).toContain('"ID":"A"');
  });
});

it("init of one fleet asks no store before its engine runs", async () => {
  await fleets("lockfile");
  expect((await migrate("init", "mine", "--dry-run")).code).toBe(0);
  expect(Object.values(stores).flatMap(asked)).toEqual([]);
});

it("retire removes the table of the store that it was pointed at", async () => {
  await fleets("lockfile");
  stores.mine.services.items.clear();
  process.env["AWS_ENDPOINT_URL_DYNAMODB"] = urlOf(stores.mine);
  const wish = ["--table", "locks", "--no-grants", "--yes", "--backup", folder.path("b.json"), "mine"];
  const { code, stdout } = await migrate("retire", ...wish);
  expect([code, stdout]).toEqual([0, expect.stringContaining('"removed"')]);
  expect([stores.mine.services.table, stores.other.services.table]).toEqual([undefined, { protected: true }]);
  expect([asked(stores.other), asked(stores.nobody)]).toEqual([[], []]);
});

describe("a fleet that its files lead elsewhere by another way", () => {
  const root = (...lines: string[]): string =>
    ['terraform {\n  backend "s3" {', `bucket = "${stores.mine.place.name}"`, `key = "${ONE}"`]
      .concat(['region = "eu-central-1"', 'dynamodb_table = "locks"', "use_lockfile = true", ...lines, "  }\n}\n"])
      .join("\n");
  const COMMANDS = [
    ["status"],
    ["plan", "--to", "lockfile", "--live"],
    ["apply", "--to", "lockfile", "--force"],
    ["rollback", "--to", "dynamodb", "--table", "locks", "--force"],
  ];
  let proxy: LoopbackProxy;

  beforeEach(async () => {
    proxy = await startProxy({ target: Number(new URL(urlOf(stores.mine)).port) });
    await writeAsBoth(stores.mine, ONE);
    for (const store of Object.values(stores)) (store.requests as unknown[]).length = 0;
  });

  afterEach(async () => {
    await proxy.stop();
    Reflect.deleteProperty(process.env, "AWS_CONFIG_FILE");
  });

  it.each(COMMANDS)("%s asks the store of the profile's endpoint", async (...args) => {
    for (const name of NAMES) Reflect.deleteProperty(process.env, name);
    const services = ["s3", "dynamodb"].map((service) => `${service} =\n  endpoint_url = ${urlOf(stores.mine)}\n`);
    const keys = "aws_access_key_id = AKIA-mine\naws_secret_access_key = s\n";
    process.env["AWS_CONFIG_FILE"] = folder.write(
      "aws/config",
      `[profile mine]\nendpoint_url = ${urlOf(stores.other)}\nservices = mine\n${keys}\n[services mine]\n${services.join("")}`,
    );
    folder.write("mine/main.tf", root('profile = "mine"'));
    for (const how of [["--profile", "mine"], ["--as-backend"]]) {
      const { code, stderr } = await migrate(...args, ...how, "mine");
      expect([code, stderr]).toEqual([0, expect.anything()]);
    }
    expect(asked(stores.mine)).not.toEqual([]);
    expect([asked(stores.other), asked(stores.nobody)]).toEqual([[], []]);
  });

  it.each(COMMANDS)("%s takes the backend's proxy with --as-backend, and otherwise no way", async (...args) => {
    // No name server knows this host: only the proxy leads to a store.
    const proxies = [`http_proxy = "http://ann:secret@127.0.0.1:${String(proxy.port)}"`, 'https_proxy = ""'];
    const endpoints = 'endpoints = { s3 = "http://s3.store.invalid", dynamodb = "http://table.store.invalid" }';
    folder.write("mine/main.tf", root(endpoints, ...proxies));
    const refused = await migrate(...args, "mine");
    expect([refused.code > 0, `${refused.stdout}${refused.stderr}`]).toEqual([
      true,
      expect.stringContaining("network-unknown"),
    ]);
    expect(proxy.seen).toEqual([]);
    const { code, stderr } = await migrate(...args, "--as-backend", "mine");
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`http_proxy http://127.0.0.1:${String(proxy.port)}, https_proxy ""`),
    ]);
    expect(stderr).not.toContain("secret");
    expect(proxy.seen).toHaveLength(asked(stores.mine).length);
    expect([asked(stores.other), asked(stores.nobody)]).toEqual([[], []]);
  });
});

describe("two fleets with own profiles and roles", () => {
  const FILES = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
  const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
  const keysOf = (store: FakeS3): string[] => [...new Set(store.requests.map(({ accessKeyId = "" }) => accessKeyId))];

  beforeEach(async () => {
    process.env["AWS_CONFIG_FILE"] = folder.write("aws/config");
    const keys = ["mine", "other"].map(
      (name) => `[${name}]\naws_access_key_id = AKIA-${name}\naws_secret_access_key = s\n`,
    );
    process.env["AWS_SHARED_CREDENTIALS_FILE"] = folder.write("aws/credentials", keys.join("\n"));
    for (const [name, store] of [
      ["mine", stores.mine],
      ["other", stores.other],
    ] as const) {
      folder.write(`${name}/one/main.tf`, rootOn(store, ONE, "both", [`profile = "${name}"`]));
      folder.write(`${name}/two/main.tf`, rootOn(store, TWO, "both", [`assume_role = { role_arn = "${role(name)}" }`]));
      for (const key of [ONE, TWO]) await writeAsBoth(store, key);
    }
    for (const store of Object.values(stores)) (store.requests as unknown[]).length = 0;
  });

  afterEach(() => {
    for (const name of FILES) Reflect.deleteProperty(process.env, name);
  });

  const COMMANDS = [
    ["status"],
    ["plan", "--to", "lockfile", "--live"],
    ["apply", "--to", "lockfile", "--force"],
    ["rollback", "--to", "dynamodb", "--table", "locks", "--force"],
    ["scrub", "--table", "locks", "--region", "eu-central-1", "--dry-run"],
  ];

  it.each(COMMANDS)("%s asks nobody with other credentials", async (...args) => {
    const { code, stdout, stderr } = await migrate(...args, "mine");
    expect(code).toBeGreaterThan(0);
    expect(`${stdout}${stderr}`).toContain("identity-unknown");
    expect(Object.values(stores).flatMap(asked)).toEqual([]);
  });

  it.each(COMMANDS.slice(0, 4))(
    "%s --as-backend shows whose credentials it uses, and uses those alone",
    async (...args) => {
      const { code, stderr } = await migrate(...args, "--as-backend", "mine");
      expect([code, stderr]).toEqual([0, expect.anything()]);
      const shown = stderr.split("\n").filter((line) => line.startsWith("--as-backend"));
      expect(shown).toEqual([
        expect.stringContaining(`asks as mine/one with profile mine of ${process.env["AWS_CONFIG_FILE"] ?? ""} and`),
        `--as-backend: asks as mine/two with role ${role("mine")}, S3 endpoint ${urlOf(stores.mine)}, DynamoDB endpoint ${urlOf(stores.mine)}`,
      ]);
      // Before the first request: nothing but the scan of the files.
      expect(stderr.slice(0, stderr.indexOf("--as-backend"))).toMatch(/^✔ Look for S3 backends .*\n$/);
      expect(stderr).not.toContain("AKIA");
      expect(asked(stores.other)).toEqual([]);
      // The environment's own STS gives the keys of the role.
      expect(new Set(asked(stores.nobody))).toEqual(new Set(["sts:AssumeRole "]));
      expect(keysOf(stores.mine).sort()).toEqual(["AKIA-mine", "ASIATEST"]);
    },
  );
});
