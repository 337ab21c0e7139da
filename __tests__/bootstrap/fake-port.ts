import { papersOf } from "../../lib/home/papers";
import type { BootstrapPort, Import, Plan } from "../../lib/bootstrap/bootstrap-ports";
import type { BootstrapOptions } from "../../lib/bootstrap/run-bootstrap";
import type { BootstrapRecord } from "../../lib/record/bootstrap-record";
import { resolveStateHome } from "../../lib/home/resolve-home";
import { ENVIRONMENT_VARIABLES } from "../../lib/config/config-environment";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import { KEY_ARN } from "../support/home";
import { OWN_VERSION } from "../../lib/text/own-version";
import type { EncryptionConfig, GuardConfig, StateConfig } from "../../lib/config/state-config";
import type { Posture, Reading } from "../../lib/verify/posture";
import type { ObjectLock } from "../../lib/verify/surroundings";

const BUCKET = { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" };

export const NO_CHANGES: Plan = { changes: [], outputsChange: false };

/** A plan that creates the bucket. */
export const CREATE_BUCKET: Plan = {
  changes: [
    {
      address: "aws_s3_bucket.b",
      type: "aws_s3_bucket",
      action: "create",
      values: { bucket: BUCKET.name },
      before: {},
      differences: [],
    },
  ],
  outputsChange: true,
};

/** A state file's text. */
export function stateText(serial: number, lineage = "line-1", outputs: object = {}, keyArn?: string): string {
  const managed = (type: string, attributes: object): object => ({
    ...{ mode: "managed", type, name: "b", instances: [{ attributes }] },
  });
  const key = [managed("aws_kms_key", { arn: keyArn }), managed("aws_kms_alias", { name: `alias/${BUCKET.name}` })];
  const resources = [managed("aws_s3_bucket", { bucket: BUCKET.name }), ...(keyArn === undefined ? [] : key)];
  return JSON.stringify({ version: 4, serial, lineage, outputs, resources });
}

/** A world in memory, and the log of everything that was changed in it. */
export interface World {
  account: string;
  bucketExists: boolean;
  local: string | undefined;
  remote: string | undefined;
  record: BootstrapRecord | undefined;
  unfinished: boolean;
  /** Plans, in the order in which they are asked for; the last one stays. */
  plans: Plan[];
  existing: Record<string, string>;
  versioning: string;
  objectLock: Reading<ObjectLock>;
  providerLock: string | undefined;
  /** Who STS says the run is. */
  identity: string;
  readonly guard: GuardConfig | undefined;
  /** The bucket's encryption in the config. @default - SSE-S3 */
  encryption?: EncryptionConfig;
  /** What a first apply leaves in the state. @default - the bucket */
  applied?: string;
  /** The guard of the last apply. */
  deployed?: PolicyDocument | undefined;
  /** What IAM says about a role or user. */
  principals: (name: string) => Reading<string>;
  /** What the state in the bucket becomes when it is written; to plant a fault. */
  arrives: (text: string) => string;
  readonly log: string[];
  readonly imports: Import[][];
}

/** A fresh account and checkout. */
export function emptyWorld(): World {
  return {
    account: BUCKET.account,
    bucketExists: false,
    local: undefined,
    remote: undefined,
    record: undefined,
    unfinished: false,
    plans: [CREATE_BUCKET, NO_CHANGES],
    existing: {},
    versioning: "Enabled",
    objectLock: { value: undefined },
    providerLock: undefined,
    identity: "arn:aws:iam::123456789012:role/deployer",
    guard: undefined,
    principals: () => ({ value: undefined }),
    arrives: (text) => text,
    log: [],
    imports: [],
  };
}

/** The port of a world. */
export function fakePort(world: World): BootstrapPort {
  const { log } = world;
  const run = { bucket: BUCKET.name, lockId: "lock-1" };
  let latest: PolicyDocument | undefined;
  return {
    project: {
      localState: "terraform.bootstrap.tfstate",
      synthesize: (state, keyArn) => {
        const environment = { [ENVIRONMENT_VARIABLES.createdKey]: keyArn };
        const home = resolveStateHome(configOf(world), { record: world.record, environment });
        const location = state === "in-bucket" ? "bucket" : home.bootstrap.location;
        const inventory = buildInventory(papersOf({ ...home, bootstrap: { ...home.bootstrap, location } }));
        latest = papersOf(home).guard;
        return Promise.resolve({ inventory, guard: latest });
      },
      readProviderLock: () =>
        world.providerLock === undefined ? undefined : { text: world.providerLock, folder: "stack" },
      readRecord: () => world.record,
      writeRecord: (record) => {
        log.push("record");
        world.record = { ...record, statelock: OWN_VERSION };
      },
      readLocalState: () => world.local,
      retireLocalState: (text) => {
        if (text !== world.local) throw new Error("retired another text");
        log.push("retire");
        world.local = undefined;
        return "backup";
      },
      unfinishedRun: () => (world.unfinished ? run : undefined),
      markStarted: () => {
        world.unfinished = true;
        return run;
      },
      markFinished: () => {
        world.unfinished = false;
      },
      writeImports: (imports) => void world.imports.push([...imports]),
    },
    aws: {
      identity: () => Promise.resolve({ account: world.account, arn: world.identity }),
      principal: ({ name }) => Promise.resolve(world.principals(name)),
      bucketExists: () => Promise.resolve(world.bucketExists),
      readState: () => Promise.resolve(world.remote),
      encryption: () => Promise.resolve({ value: undefined }),
      listKeys: () => Promise.resolve([]),
      moveState: ({ text, replaces }) => {
        if (replaces !== world.remote) throw new Error("moved onto something else");
        log.push("move");
        world.remote = world.arrives(text);
        return Promise.resolve();
      },
      releaseLock: () => {
        log.push("release lock");
        return Promise.resolve();
      },
      posture: () => Promise.resolve(posture(world)),
      objectLock: () => Promise.resolve(world.objectLock),
      existing: (type) => Promise.resolve(world.existing[type]),
    },
    engine: {
      version: () => Promise.resolve("1.11.4"),
      init: () => Promise.resolve(),
      plan: () => Promise.resolve((world.plans.length > 1 ? world.plans.shift() : world.plans[0]) ?? NO_CHANGES),
      apply: () => {
        log.push("apply");
        world.bucketExists = true;
        if (world.remote === undefined) world.local ??= world.applied ?? stateText(1);
        world.deployed = latest;
        return Promise.resolve();
      },
    },
  };
}

/** Options of a run that answers yes. */
export function options(more: Partial<BootstrapOptions> = {}): BootstrapOptions {
  return {
    adopt: false,
    allowDowngrade: false,
    dryRun: false,
    confirm: () => Promise.resolve(true),
    progress: (_title, step) => step(() => undefined),
    ...more,
  };
}

function posture(world: World): Posture {
  const home = resolveStateHome(configOf(world));
  const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  const rule = { id: "trim-history", enabled: true, expiresCurrent: false, noncurrentDays: 90, newestVersions: 100 };
  return {
    versioning: { value: world.versioning },
    encryption: {
      value: world.encryption
        ? { algorithm: "aws:kms", keyArn: KEY_ARN, bucketKey: true }
        : { algorithm: "AES256", keyArn: undefined, bucketKey: false },
    },
    publicAccess: { value: flags },
    ownership: { value: "BucketOwnerEnforced" },
    guard: { value: world.deployed ?? papersOf(home).guard },
    lifecycle: { value: [rule] },
  };
}

function configOf({ guard, encryption }: World): StateConfig {
  const part = { ...(guard === undefined ? {} : { guard }), ...(encryption === undefined ? {} : { encryption }) };
  return { bucket: { ...BUCKET, ...part }, consumers: [] };
}
