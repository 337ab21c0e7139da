/** Why a command has none of an option that most commands have: the first row whose commands match counts. */
type Reasons = readonly (readonly [commands: readonly string[], reason: string])[];

const READS_FILES = ["synth", "migrate scan", "completion"];
const OF_CONFIG = ["bootstrap", "synth"];
const FOR_FILES: Reasons[number] = [READS_FILES, "It reads files alone, and asks nobody."];
const OF_ROOTS: Reasons[number] = [["migrate init"], "The backend of each root names it, as the engine reads it."];

const CHANGES_NOTHING = [
  ...["verify", "locks list", "locks show", "locks wait", "history list", "history diff"],
  ...["migrate scan", "migrate plan", "migrate status", "completion"],
];

const YES: Reasons = [[[], "It asks nothing."]];

/** The options that a user expects on every command, and where each value comes from on a command without it. */
const ABSENT: Readonly<Record<string, Reasons>> = {
  "--profile": [FOR_FILES],
  "--role-arn": [FOR_FILES],
  "--region": [[OF_CONFIG, "The config names it: bucket.region (or set STATELOCK_REGION)."], FOR_FILES, OF_ROOTS],
  "--endpoint-url": [
    FOR_FILES,
    OF_ROOTS,
    [[], "The environment names it: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_STS and others."],
  ],
  "--expected-bucket-owner": [
    [OF_CONFIG, "The config names it: bucket.account (or set STATELOCK_ACCOUNT)."],
    [["init"], "--account names it."],
    [["migrate retire"], "--table-owner names the account of the table."],
    FOR_FILES,
    OF_ROOTS,
  ],
  "-y": YES,
  "--yes": YES,
  "--dry-run": [
    [CHANGES_NOTHING, "It changes nothing."],
    [["synth"], "It writes only below cdktf.out (or CDKTF_OUTDIR): set that to another folder, and compare."],
    [["locks release"], "`statelock locks show` shows the lock, and the release asks first."],
    [["locks run"], "It changes the lock alone, and gives it back."],
  ],
};

/** The options of which every command either has one, or says where the value comes from. */
export const EXPECTED_OPTIONS: readonly string[] = Object.keys(ABSENT);

/** Returns why a command has not this option. Undefined if nobody expects it there. @param command without `statelock` */
export function absentReason(option: string, command: string): string | undefined {
  return ABSENT[option]?.find(([commands]) => commands.length === 0 || commands.includes(command))?.[1];
}
