import { rmSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { HOME, OTHER_LOCK, plant, STATE } from "../support/faults/scenarios";
import { bucketFlags, runStatelock } from "../support/run-command";
import { synthesizedFolder } from "../support/synthesized-folder";

/** A state as full of secrets as can be: in values, names, addresses and what Terraform keeps beside them. */
const SECRETS = JSON.stringify({
  version: 4,
  serial: 7,
  lineage: "CANARY-lineage",
  outputs: { "CANARY-output": { value: "CANARY-value", type: "string", sensitive: true } },
  resources: [
    {
      type: "aws_db_instance",
      name: "CANARY-name",
      instances: [
        { attributes: { password: "CANARY-password" }, sensitive_attributes: [], private: btoa("CANARY-private") },
      ],
    },
  ],
});

/** What Terraform says when somebody holds the lock; the run logs that it tried to take another. */
const HELD = `Error acquiring the state lock
Lock Info:
  ID:        A
  Path:      acme-tfstate/${STATE}
  Operation: OperationTypeApply
  Who:       ci@runner-7
`;

const KEY = `${STATE}.tflock`;
const FLAGS = ["--id", "A", "--reason", "test", "--yes"];

let s3: FakeS3;
let folder = "";
let written = "";

beforeEach(async () => {
  s3 = await startFakeS3();
  plant(s3);
  s3.put(STATE, SECRETS);
  folder = synthesizedFolder(HOME);
  written = "";
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, "write").mockImplementation((text) => {
      written += String(text);
      return true;
    });
});

afterEach(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await s3.stop();
});

/** Runs a command in every way it answers; everything that reached a screen or a file. */
async function output(args: readonly string[], ownArguments: readonly string[] = []): Promise<string> {
  const endpoint = s3.place.access?.endpointUrl ?? "";
  const byHand = args[0] === "verify" ? ["--endpoint-url", endpoint] : bucketFlags(s3);
  const behind = ownArguments.length === 0 ? [] : ["--", ...ownArguments];
  for (const format of ownArguments.length === 0 ? [[], ["--json"]] : [[]]) {
    s3.put(KEY, lockBody("A"));
    const run = await runStatelock([...args, ...format, ...byHand, ...behind], { workingDirectory: folder });
    written += run.stdout + run.stderr;
  }
  return written;
}

const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["verify", ["verify"]],
  ["locks list", ["locks", "list"]],
  ["locks show", ["locks", "show", STATE]],
  ["locks wait", ["locks", "wait", STATE, "--timeout", "0"]],
  ["locks release", ["locks", "release", STATE, ...FLAGS]],
  ["locks release, of another lock", ["locks", "release", "other/terraform.tfstate", ...FLAGS]],
];

it.each(COMMANDS)("%s says nothing of what a state holds, and never reads one", async (_name, args) => {
  expect(await output(args)).not.toContain("CANARY");
  expect(s3.requests.filter(({ operation, key }) => operation === "GetObject" && key === STATE)).toEqual([]);
  expect(s3.requests.length).toBeGreaterThan(1);
});

it.each(COMMANDS)("%s says nothing of a lock that is no lock", async (_name, args) => {
  for (const key of [KEY, OTHER_LOCK]) s3.put(key, SECRETS);
  s3.onRequest(() => {
    for (const key of [KEY, OTHER_LOCK]) if (s3.body(key) !== undefined) s3.put(key, SECRETS);
    return undefined;
  });
  expect(await output(args)).not.toContain("CANARY");
});

it("locks run says nothing of it either, whether it waits for a lock or releases its own", async () => {
  const who = `${userInfo().username}@${hostname()}`;
  const fails = `process.stderr.write(${JSON.stringify(HELD)}); process.exit(1);`;
  const wait = ["locks", "run", "--lock-timeout", "0"];
  expect(await output(wait, [process.execPath, "-e", fails])).toContain("ci@runner-7 (ID A) holds the lock");

  const logs = `require("fs").appendFileSync(process.env.TF_LOG_PATH, "Attempting to lock remote state: tf_backend.lock.id=A\\n");`;
  let runs = 0;
  s3.onRequest(({ operation, key }) => {
    if (operation === "GetObject" && key === KEY && ++runs === 1) s3.put(KEY, lockBody("A", { Who: who }));
    return undefined;
  });
  expect(await output(wait, [process.execPath, "-e", logs + fails])).toContain("released the lock that this run left");
  expect(written).not.toContain("CANARY");
  expect(s3.requests.filter(({ operation, key }) => operation === "GetObject" && key === STATE)).toEqual([]);
});
