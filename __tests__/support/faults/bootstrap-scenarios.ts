import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeArtifacts } from "../../../lib/artifacts/write-artifacts";
import { papersOf } from "../../../lib/home/papers";
import type { FakeS3 } from "../../../lab/memory/memory-s3";
import { stateText } from "../state-text";
import { codesIn, codesText, projects, type Project } from "./migrate-scenarios";
import { awsOfRun } from "./run-place";
import { HOME, LOCK, plant, type Scenario } from "./scenarios";

export const BOOTSTRAP_STATE = "bootstrap/terraform.tfstate";
const LOCAL_STATE = "terraform.bootstrap.tfstate";
const DEPLOYED = stateText({
  instances: [{ type: "aws_s3_bucket", attributes: { bucket: HOME.bucket.name } }],
}).replaceAll("terraform.io/builtin/terraform", "registry.terraform.io/hashicorp/aws");
const STACK = { terraform: { required_providers: { aws: { source: "aws" } } } };

/** Terraform in a few words: it finds nothing to change, or, with CHANGES, an output. */
const ENGINE = `#!/bin/sh
case "$1" in
  version) echo "Terraform v1.11.4" ;;
  plan) [ -z "$CHANGES" ] || exit 2 ;;
  show) echo '{"output_changes":{"statelock_version":{"actions":["create"]}}}' ;;
esac
`;

/** A checkout whose first deploy has just ended: the bucket is there, and its state is still a local file. */
export function deployedProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), "statelock-faults-"));
  projects.set(awsOfRun(), folder);
  writeArtifacts(papersOf(HOME), join(folder, "prepared"));
  mkdirSync(join(folder, "cdktf.out"));
  mkdirSync(join(folder, "prepared", "stacks", "bootstrap"), { recursive: true });
  writeFileSync(join(folder, "prepared", "stacks", "bootstrap", "cdk.tf.json"), JSON.stringify(STACK));
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app: "cp -r prepared/. cdktf.out" }));
  writeFileSync(join(folder, LOCAL_STATE), DEPLOYED, { mode: 0o600 });
  writeFileSync(join(folder, "engine"), ENGINE, { mode: 0o755 });
  const { PATH } = process.env;
  return { workingDirectory: folder, environment: { PATH, TERRAFORM_BINARY_NAME: join(folder, "engine") } };
}

/** What is in the bucket before the bootstrap stack's state arrives there. */
export function plantUnmoved(s3: FakeS3): void {
  plant(s3);
  s3.remove(LOCK);
  s3.remove(BOOTSTRAP_STATE);
}

/** What is there, and not what was told. */
function left(s3: FakeS3) {
  const folder = projects.get(s3) ?? "";
  const [local, moved] = [join(folder, LOCAL_STATE), s3.body(BOOTSTRAP_STATE)];
  const lock = s3.body(`${BOOTSTRAP_STATE}.tflock`);
  return {
    /** The local state, or the backup of it. */
    isKept: readdirSync(folder).some(
      (name) => name.startsWith(LOCAL_STATE) && readFileSync(join(folder, name), "utf8") === DEPLOYED,
    ),
    isLocal: existsSync(local),
    isMoved: moved === DEPLOYED,
    isOther: moved !== undefined && moved !== DEPLOYED,
    isRecorded: existsSync(join(folder, "bootstrap.state.json")),
    lockId: lock === undefined ? undefined : (JSON.parse(lock) as { ID: string }).ID,
  };
}

const bootstrap: Scenario = {
  command: "bootstrap, which moves its state",
  args: () => ["bootstrap", "--yes", "--json", "--i-am", "arn:aws:iam::123456789012:role/ops"],
  settings: deployedProject,
  plant: plantUnmoved,
  told: (run, s3) => {
    const { isLocal, isMoved, isRecorded, lockId } = left(s3);
    const where = [isMoved ? "in the bucket" : "", isLocal ? "local" : ""]
      .filter((place) => place !== "")
      .join(" and ");
    const lock =
      lockId === undefined ? "" : run.stdout.includes(lockId) ? ", a lock is left, and named" : ", a lock is left";
    return `the state is ${where}${isRecorded ? ", recorded" : ""}${lock}${codesText(run)}`;
  },
  wrong: (run, s3, planted) => {
    const { isKept, isLocal, isMoved, isOther, isRecorded, lockId } = left(s3);
    const believed = planted?.kind.isWord === true;
    const fine = isMoved && isRecorded && !isLocal && lockId === undefined;
    return [
      ...(isKept ? [] : ["the local state is lost"]),
      ...(isOther ? ["the bucket holds another state"] : []),
      // The last look, for the outputs, may fail when all is done: exit code 2.
      ...(run.code === 2 || (run.code === 0) === fine || believed ? [] : ["the exit code is not what happened"]),
      ...(isLocal || (isMoved && isRecorded)
        ? []
        : ["the local state is retired, and the bucket has none or no record"]),
      ...(lockId === undefined || believed || run.stdout.includes(lockId) ? [] : ["a lock is left and not named"]),
      ...(run.code === 0 || codesIn(run).length > 0 ? [] : ["nothing says why"]),
    ];
  },
  mayDelete: (body) => body.includes("statelock bootstrap"),
  waits: true,
};

/** `bootstrap`, for its own calls: Terraform's are Terraform's. */
export const BOOTSTRAP_SCENARIOS: readonly Scenario[] = [bootstrap];
