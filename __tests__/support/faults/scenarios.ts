import { papersOf } from "../../../lib/home/papers";
import { compactPolicyJson } from "../../../lib/policy/policy-document";
import { lockBody, type FakeS3, type Fault } from "../../../lab/memory/memory-s3";
import { home, IN_BUCKET, KEY_ARN, keyPolicyOf } from "../home";
import { bucketFlags, type Run, type RunSettings } from "../run-command";
import type { FaultKind } from "./fault-kinds";
import type { Call, PlantedFault } from "./play";

export const STATE = "app/terraform.tfstate";
export const OTHER_LOCK = "other/terraform.tfstate.tflock";
export const STATE_TEXT = '{"version":4,"outputs":{"password":{"value":"CANARY-SECRET"}}}';

export const LOCK = `${STATE}.tflock`;
/** The home whose bucket it is. */
export const HOME = home({ consumers: [{ name: "app", key: STATE }], managedPolicies: "attached" }, IN_BUCKET);
/** One with a key of its own, and a table that its consumer has left. */
export const HOME_WITH_KEY = home(
  {
    bucket: { encryption: { type: "created-key" } },
    legacyTable: "locks",
    consumers: [{ name: "app", key: STATE }],
    managedPolicies: "attached",
  },
  IN_BUCKET,
);

/** A command, and what can be said of a run of it. */
export interface Scenario {
  readonly command: string;
  readonly args: (s3: FakeS3) => string[];
  readonly settings?: () => RunSettings;
  /** What is in the bucket. @default - {@link plant} */
  readonly plant?: (s3: FakeS3) => void;
  /** Which of its calls are looked at; the others are another scenario's. @default - all */
  readonly calls?: (call: Call) => boolean;
  /** What it said, in a few words. */
  readonly told: (run: Run, s3: FakeS3) => string;
  /** What was not true, or ended with the wrong exit code. */
  readonly wrong: (run: Run, s3: FakeS3, planted: PlantedFault | undefined) => string[];
  /** Whether it may delete an object with this body. */
  readonly mayDelete: (body: string) => boolean;
  /** What may go wrong with a call. @default - {@link FAULT_KINDS} */
  readonly kinds?: readonly FaultKind[];
  /** It asks several things at one time. @default false */
  readonly parallel?: boolean;
  /** It waits more than it works: many can be played at one time. @default false */
  readonly waits?: boolean;
  /** It gives each look at AWS ten seconds, so that a look ends before the client gives up. @default false */
  readonly looks?: boolean;
  /** It writes the state. @default false */
  readonly writes?: boolean;
}

/** A state, its lock, and another's lock, in a bucket that is as it should be. */
export function plant(s3: FakeS3): void {
  for (const hours of [2, 1]) s3.put(STATE, STATE_TEXT, new Date(Date.now() - hours * 3_600_000));
  s3.put(HOME.bootstrap.key, STATE_TEXT);
  s3.put(LOCK, lockBody("A"), new Date(Date.now() - 1_800_000));
  s3.put(OTHER_LOCK, lockBody("B", { Path: "acme-tfstate/other/terraform.tfstate" }));
  for (const [operation, answer] of Object.entries(SETTINGS)) s3.settings.set(operation, answer);
}

/** The same, encrypted with the key of {@link HOME_WITH_KEY}, which is as it should be. */
function plantWithKey(s3: FakeS3): void {
  plant(s3);
  s3.encryptedWith({
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN,
  });
  s3.settings.set("GetBucketPolicy", compactPolicyJson(papersOf(HOME_WITH_KEY).guard));
  s3.settings.set(
    "GetBucketEncryption",
    `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${KEY_ARN}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`,
  );
  const { kms } = s3.services;
  kms.set("DescribeKey", { KeyMetadata: { KeyId: KEY_ARN, Arn: KEY_ARN, KeyState: "Enabled" } });
  kms.set("ListAliases", { Aliases: [{ AliasName: `alias/${HOME_WITH_KEY.bucket.name}` }] });
  kms.set("GetKeyRotationStatus", { KeyRotationEnabled: true });
  kms.set("GetKeyPolicy", { Policy: compactPolicyJson(keyPolicyOf(HOME_WITH_KEY)) });
}

const SETTINGS: Readonly<Record<string, string>> = {
  GetBucketVersioning: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  GetBucketEncryption:
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
  GetPublicAccessBlock:
    "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
  GetBucketOwnershipControls:
    "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
  GetBucketPolicy: compactPolicyJson(papersOf(HOME).guard),
  GetBucketLifecycleConfiguration:
    "<LifecycleConfiguration><Rule><ID>trim</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays><NewerNoncurrentVersions>100</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>",
  GetBucketLogging: "<BucketLoggingStatus></BucketLoggingStatus>",
  GetBucketNotificationConfiguration: "<NotificationConfiguration></NotificationConfiguration>",
};

/** What `--json` answered, as far as it is looked at. */
interface Answer {
  readonly problems?: readonly { readonly code: string }[];
  readonly locks?: readonly unknown[];
  readonly unreadable?: readonly unknown[];
  readonly lock?: { readonly stateWrittenSince: boolean | null; readonly stateWrittenAt: string | null } | null;
  readonly outcome?: string;
  readonly audit?: object | null;
  readonly findings?: readonly {
    readonly code: string;
    readonly result: "pass" | "fail" | "unknown";
    readonly reason: string;
  }[];
}

export const nothing = (): boolean => false;

/** The codes where a command gave no answer. */
function unanswered({ problems }: Answer): string | undefined {
  return problems?.map(({ code }) => `no answer [${code}]`).join(", ");
}

function answer({ stdout }: Run): Answer {
  return JSON.parse(stdout) as Answer;
}

export const held = (s3: FakeS3): boolean => s3.body(LOCK) !== undefined;

/** Exit 0 of a command that looks at a lock must mean what it says; S3's own "no such key" it may believe. */
function believed(says: boolean, isSo: boolean, planted: PlantedFault | undefined, what: string): string[] {
  return says === isSo || planted?.kind.isWord === true ? [] : [what];
}

const list: Scenario = {
  command: "locks list",
  args: (s3) => ["locks", "list", "--json", ...bucketFlags(s3)],
  told: (run) => {
    const { locks = [], unreadable = [], ...rest } = answer(run);
    const more = unreadable.length === 0 ? "" : `, ${String(unreadable.length)} named as unreadable`;
    return unanswered(rest) ?? `${String(locks.length)} of 2 locks${more}`;
  },
  wrong: (run, _s3, planted) => {
    const { locks } = answer(run);
    return believed(run.code === 0, locks?.length === 2, planted, "exit 0 and all the locks do not go together");
  },
  mayDelete: nothing,
};

const show: Scenario = {
  command: "locks show",
  args: (s3) => ["locks", "show", STATE, "--json", ...bucketFlags(s3)],
  told: (run) => {
    const { lock, ...rest } = answer(run);
    if (lock === undefined) return unanswered(rest) ?? "";
    if (lock === null) return "not locked";
    const { stateWrittenSince, stateWrittenAt } = lock;
    const written = stateWrittenAt === null ? "none yet" : "not written since";
    return `the lock; its state: ${stateWrittenSince === null ? "unknown" : written}`;
  },
  wrong: (run, s3, planted) => {
    const { lock } = answer(run);
    return believed(
      run.code === 0 && lock !== null,
      held(s3) && lock !== undefined,
      planted,
      "the lock is not what it says",
    );
  },
  mayDelete: nothing,
};

const wait: Scenario = {
  command: "locks wait --timeout 0",
  looks: true,
  args: (s3) => ["locks", "wait", STATE, "--timeout", "0", "--json", ...bucketFlags(s3)],
  told: (run) => {
    const { outcome, ...rest } = answer(run);
    return unanswered(rest) ?? (outcome === "free" ? "free" : "still locked");
  },
  wrong: (run, s3, planted) => believed(run.code === 0, !held(s3), planted, "free is not what the lock is"),
  mayDelete: nothing,
};

const release: Scenario = {
  command: "locks release",
  args: (s3) => ["locks", "release", STATE, "--id", "A", "--reason", "test", "--yes", "--json", ...bucketFlags(s3)],
  told: (run, s3) => {
    const { outcome } = answer(run);
    return `${outcome ?? ""}; the lock is ${held(s3) ? "there" : "gone"}`;
  },
  wrong: (run, s3, planted) => {
    const { outcome, audit } = answer(run);
    const saysGone = ["released", "gone", "already-free"].includes(outcome ?? "");
    return [
      ...(run.code === 0 ? believed(true, !held(s3), planted, "exit 0, and the lock is there") : []),
      ...(saysGone === (run.code === 0) ? [] : ["the exit code is not that of the outcome"]),
      ...(outcome === "still-held" && !held(s3) ? ["it says still-held, and the lock is gone"] : []),
      ...(outcome === "released" && audit === null ? ["released without an audit line"] : []),
      ...(s3.deleted.length > 0 && audit === null && outcome !== "unknown" ? ["deleted without an audit line"] : []),
      ...(s3.deleted.length === 0 && outcome === "released" ? ["released, and nothing was deleted"] : []),
    ];
  },
  mayDelete: (body) => (JSON.parse(body) as { ID: string }).ID === "A",
};

/** As whom it is done: a role first, and who that is for the audit line. */
const releaseAsRole: Scenario = {
  ...release,
  command: "locks release --role-arn",
  args: ({ place: { name, region } }) => [
    ...["locks", "release", STATE, "--id", "A", "--reason", "test", "--yes", "--json"],
    ...["--bucket", name, "--region", region, "--role-arn", "arn:aws:iam::123456789012:role/ops"],
  ],
  calls: isOfAnotherService,
};

/** What the probe's requests have done, or half an answer with its status, can be enough to tell. */
const TELLS: Readonly<Record<string, readonly Fault[]>> = {
  "the probe": [412, "stall", "truncate", "reset-after"],
  "the race": ["stall", "truncate", "reset-after"],
};

/** Sent again it got through; S3 has said that it is so; or what the probe needs to know was told. */
function mayBeFine({ call, kind }: PlantedFault): boolean {
  return !kind.lasting || kind.isWord || TELLS[call.about]?.includes(kind.fault) === true;
}

const isOfProbe = ({ about }: Call): boolean => about === "the probe";

export function isOfAnotherService({ operation }: Call): boolean {
  return operation.includes(":");
}

/** Without the probe a run has a third less to do: it is played for its own calls alone. */
const verify = (folder: () => string): Scenario => ({
  command: "verify --no-probe",
  args: ({ place }) => ["verify", "--no-probe", "--json", "--endpoint-url", place.access?.endpointUrl ?? ""],
  settings: () => ({ workingDirectory: folder() }),
  told: (run) => {
    const notFine = (answer(run).findings ?? []).filter(({ result }) => result !== "pass");
    return notFine.map(({ code, result }) => `${result === "fail" ? "✖" : "?"} ${code}`).join(", ") || "all ✔";
  },
  wrong: (run, s3, planted) => {
    const { findings = [] } = answer(run);
    const worst = findings.some(({ result }) => result === "fail")
      ? 1
      : findings.some(({ result }) => result === "unknown")
        ? 2
        : 0;
    const left = s3.keys().filter((key) => key.startsWith(".statelock/"));
    const reasons = findings.map(({ reason }) => reason).join();
    return [
      ...(run.code === worst ? [] : ["the exit code is not that of the findings"]),
      ...(planted === undefined || mayBeFine(planted) || worst !== 0 ? [] : [`all fine, with ${planted.kind.name}`]),
      ...left.filter((key) => !reasons.includes(key)).map(() => "a probe is left, and nobody is told"),
    ];
  },
  mayDelete: (body) => body.includes("statelock verify"),
});

const verifyWithProbe = (folder: () => string): Scenario => ({
  ...verify(folder),
  command: "verify, its probe",
  args: ({ place }) => ["verify", "--json", "--endpoint-url", place.access?.endpointUrl ?? ""],
  calls: isOfProbe,
});

/** The takers of a round do the same at the same time: the first one of each round stands for them, and a second one. */
const verifyWithRace = (folder: () => string): Scenario => ({
  ...verifyWithProbe(folder),
  command: "verify, the race of its probe",
  calls: ({ operation, about, nth }) =>
    about === "the race" && (operation !== "PutObject" || [1, 2, 17, 33].includes(nth)),
});

const verifyWithKey = (folder: () => string): Scenario => ({
  ...verify(folder),
  command: "verify --no-probe, with a KMS key and a legacy table",
  plant: plantWithKey,
  calls: isOfAnotherService,
});

/** Every command of `locks` and `verify` that asks AWS; the folders are what synth wrote for the two homes. */
export function scenarios(folder: () => string, folderWithKey: () => string): readonly Scenario[] {
  return [
    ...[list, show, wait, release, releaseAsRole],
    ...[verify(folder), verifyWithProbe(folder), verifyWithRace(folder), verifyWithKey(folderWithKey)],
  ];
}
