import { product } from "../../engine/spoken-engine";
import { partitionOf } from "../../policy/partition";
import { found, shown, type Problem } from "../../problem/problem";
import { accountRegionalName, isAccountRegional, WITHOUT_NAMESPACE } from "../account-regional-name";
import { CONFIG_DEFAULTS, createdLogBucket } from "../config-defaults";
import type { BucketConfig } from "../state-config";

const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/** Checks a bucket's name. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function bucketNameProblems(bucket: Pick<BucketConfig, "name" | "account" | "region">): Problem[] {
  const { name, region } = bucket;
  const at = (message: string, fix: string): Problem => ({ code: "bucket-name", path: "name", message, fix });
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
  const suffix = RESERVED_SUFFIXES.find((reserved) => name.endsWith(reserved));
  const dotted = name.includes(".");
  return found([
    (name.length < 3 || name.length > 63) &&
      at(`must have 3 to 63 characters, got ${String(name.length)} in ${shown(name)}`, "Choose a name of that length."),
    dotted &&
      at(
        `must not hold a dot, got ${shown(name)}`,
        "Use hyphens: S3's TLS certificate does not cover names with dots, so requests to the bucket fail.",
      ),
    !dotted &&
      !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) &&
      at(
        `must hold only lower-case letters, digits and hyphens, and begin and end with a letter or digit, got ${shown(name)}`,
        "Rename it, for example <organization>-tfstate-<account>-<region>.",
      ),
    prefix !== undefined &&
      at(`must not begin with "${prefix}", got ${shown(name)}`, "Choose another name: AWS reserves that prefix."),
    suffix !== undefined &&
      at(`must not end with "${suffix}", got ${shown(name)}`, "Choose another name: AWS reserves that suffix."),
    name.endsWith("-an") &&
      !isAccountRegional(bucket) &&
      at(
        `must not end with "-an" after another account or region, got ${shown(name)}`,
        `Use ${shown(accountRegionalName(bucket))}, or leave "-an" out: S3 keeps such names for the account and the region in them.`,
      ),
    isAccountRegional(bucket) &&
      WITHOUT_NAMESPACE.includes(region) &&
      at(
        `must not end with "-an" in ${region}, where S3 has no account regional namespace, got ${shown(name)}`,
        'Leave "-an" out.',
      ),
  ]);
}

/** Checks region and account. */
export function placeProblems(bucket: BucketConfig): Problem[] {
  return found([
    partitionOf(bucket.region) === undefined && {
      code: "region",
      path: "region",
      message: `must be a region of AWS, AWS China, AWS GovCloud or the AWS European Sovereign Cloud, got ${shown(bucket.region)}`,
      fix: 'Use the region\'s code, for example "eu-central-1", "cn-north-1", "us-gov-west-1" or "eusc-de-east-1".',
    },
    mistypedRegion(bucket.region),
    !/^\d{12}$/.test(bucket.account) && {
      code: "account",
      path: "account",
      message: `must be 12 digits, got ${shown(bucket.account)}`,
      fix: "Write the account ID as a string with its leading zeros: `aws sts get-caller-identity` prints it.",
    },
  ]);
}

/** The words between the country and the number of a region. A new region has a new country or number; `eusc` has a country. */
const REGION_WORDS = [
  "north",
  "south",
  "east",
  "west",
  "central",
  "northeast",
  "northwest",
  "southeast",
  "southwest",
  "gov",
];

/** Returns a problem for a region with a word that no region has, such as `eu-centrl-1`. */
function mistypedRegion(region: string): Problem | undefined {
  if (partitionOf(region) === undefined) return undefined;
  const [country = "", ...words] = region.split("-");
  const number = words.pop() ?? "";
  const unknown = words.find((word, at) => !REGION_WORDS.includes(word) && !(country === "eusc" && at === 0));
  if (unknown === undefined) return undefined;
  const near = REGION_WORDS.find((word) => isNear(word, unknown));
  const meant = [country, ...words.map((word) => (word === unknown ? near : word)), number].join("-");
  return {
    code: "region",
    path: "region",
    message: `must be a region that exists, got ${shown(region)}${near === undefined ? "" : `; did you mean ${shown(meant)}?`}`,
    fix: "Correct it: `aws account list-regions` lists the regions of your account.",
  };
}

/** True if one letter is missing, added or wrong, or if two are swapped. */
function isNear(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  const at = short.split("").findIndex((letter, index) => letter !== long[index]);
  if (at < 0) return true;
  const swapped = long.slice(0, at) + (long[at + 1] ?? "") + (long[at] ?? "") + long.slice(at + 2);
  return long.slice(at + 1) === short.slice(short.length === long.length ? at + 1 : at) || swapped === short;
}

/** The largest number of days that the AWS provider takes: 32 bits. */
const MOST_DAYS = 2_147_483_647;

/** Checks the limits of history. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html */
export function historyProblems(history: BucketConfig["history"]): Problem[] {
  const { days, newestVersions, lockDays } = history ?? {};
  return found([
    lockDays !== undefined &&
      (lockDays < 1 || lockDays > (days ?? CONFIG_DEFAULTS.historyDays)) && {
        code: "history",
        path: "history.lockDays",
        message: `must be 1 to ${String(days ?? CONFIG_DEFAULTS.historyDays)}, as history.days, got ${String(lockDays)}`,
        fix: `Remove it for ${String(CONFIG_DEFAULTS.lockDays)} days.`,
      },
    days !== undefined &&
      (days < 1 || days > MOST_DAYS) && {
        code: "history",
        path: "history.days",
        message: `must be ${days < 1 ? "1 or more" : `at most ${String(MOST_DAYS)}`}, got ${String(days)}`,
        fix: `Remove it for ${String(CONFIG_DEFAULTS.historyDays)} days.`,
      },
    newestVersions !== undefined &&
      (newestVersions < 1 || newestVersions > 100) && {
        code: "history",
        path: "history.newestVersions",
        message: `must be 1 to 100, got ${String(newestVersions)}`,
        fix: `Remove it for ${String(CONFIG_DEFAULTS.newestVersions)}: S3 counts no more than 100 versions.`,
      },
  ]);
}

/** A key has at most 1,024 bytes, and S3 adds `2026-11-26-19-03-04-0123456789ABCDEF`. */
const LONGEST_LOG_PREFIX = 1_024 - 36;

/** Checks the access logs: a bucket must not log into itself, and the log bucket needs a valid name. */
export function accessLogsProblems(bucket: BucketConfig): Problem[] {
  const logs = bucket.accessLogs;
  if (logs === undefined) return [];
  const at = (path: string, message: string, fix: string): Problem => ({ code: "access-logs", path, message, fix });
  const created = createdLogBucket(bucket);
  return found([
    logs.bucket === bucket.name &&
      at(
        "accessLogs.bucket",
        `must be another bucket, got ${shown(logs.bucket)}`,
        "Remove it, and the bootstrap stack creates a bucket: a bucket that logs into itself grows without end.",
      ),
    logs.bucket === undefined &&
      created.length > 63 &&
      at(
        "accessLogs",
        `must make a log bucket's name of at most 63 characters, got ${shown(created)}`,
        "Name an existing log bucket in accessLogs.bucket, or shorten the bucket's name.",
      ),
    logs.bucket !== undefined &&
      logs.days !== undefined &&
      at(
        "accessLogs.days",
        `must not be set if accessLogs.bucket names an existing bucket, got ${String(logs.days)}`,
        "Remove it: the owner of that bucket decides how long it keeps logs.",
      ),
    logs.days !== undefined &&
      (logs.days < 1 || logs.days > MOST_DAYS) &&
      at(
        "accessLogs.days",
        `must be ${logs.days < 1 ? "1 or more" : `at most ${String(MOST_DAYS)}`}, got ${String(logs.days)}`,
        `Remove it for ${String(CONFIG_DEFAULTS.accessLogDays)} days.`,
      ),
    logs.bucket !== undefined &&
      bucketNameProblems({ ...bucket, name: logs.bucket.replace(/\./g, "-") }).length > 0 &&
      at(
        "accessLogs.bucket",
        `must be a bucket's name, got ${shown(logs.bucket)}`,
        "Use only the name, without an ARN or URL around it.",
      ),
    logs.prefix?.startsWith("/") === true &&
      at("accessLogs.prefix", `must not begin with "/", got ${shown(logs.prefix)}`, "Remove the slash."),
    logs.prefix !== undefined &&
      (Buffer.byteLength(logs.prefix) > LONGEST_LOG_PREFIX || /\p{Surrogate}/u.test(logs.prefix)) &&
      at(
        "accessLogs.prefix",
        `must be the beginning of a key, at most ${String(LONGEST_LOG_PREFIX)} bytes in UTF-8, got ${shown(logs.prefix)}`,
        "Shorten or correct it: S3 adds the time and an ID, and a key has at most 1,024 bytes.",
      ),
    logs.prefix !== undefined &&
      /[$%]\{|[\u0000-\u001f\u007f]/.test(logs.prefix) &&
      at(
        "accessLogs.prefix",
        `must not hold \${, %{ or control characters, got ${shown(logs.prefix)}`,
        `Use plain characters: ${product()} would read these as a template.`,
      ),
  ]);
}

/** Checks tags. Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
export function tagProblems(tags: Readonly<Record<string, string>>): Problem[] {
  const count = Object.keys(tags).length;
  const keys = Object.keys(tags).map((key) => key.toLowerCase());
  const alike = Object.keys(tags).find((_, index) => keys.indexOf(keys[index] ?? "") !== index);
  return [
    ...found([
      count > 45 && {
        code: "tags",
        path: "tags",
        message: `must be at most 45, got ${String(count)}`,
        fix: "Remove some: AWS allows 50 for a resource, and Statelock leaves five of them to you.",
      },
      alike !== undefined && {
        code: "tags",
        path: "tags",
        message: `must not have keys that differ only by case, got ${shown(alike)}`,
        fix: "Remove one of them: IAM ignores the case of a tag's key, and refuses both on one policy.",
      },
    ]),
    ...tagTextProblems(tags, "tags"),
  ];
}

/** Checks the text of each tag in the field `path`. */
export function tagTextProblems(tags: Readonly<Record<string, string>>, path: string): Problem[] {
  const at = (key: string, message: string, fix: string): Problem => ({
    ...{ code: "tags", path: `${path}.${key}`, message, fix },
  });
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  return found(
    Object.entries(tags).flatMap(([key, value]) => [
      (key.length < 1 || key.length > 128 || !allowed.test(key)) &&
        at(
          key,
          `must have a key of 1 to 128 letters, digits, spaces and _.:/=+-@, got ${shown(key)}`,
          "Rename the tag.",
        ),
      /^aws:/i.test(key) &&
        at(key, `must not begin with "aws:", got ${shown(key)}`, "Rename the tag: AWS reserves that prefix."),
      (value.length > 256 || !allowed.test(value)) &&
        at(
          key,
          `must be at most 256 letters, digits, spaces and _.:/=+-@, got ${shown(value)}`,
          "Shorten or correct the value.",
        ),
    ]),
  );
}
