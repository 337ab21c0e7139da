import { partitionOf } from "../../policy/partition";
import { found, shown, type Problem } from "../../problem/problem";
import type { BucketConfig } from "../state-config";

const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function bucketNameProblems(name: string): Problem[] {
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
        "Use hyphens: S3's TLS certificate does not cover names with dots, and access to them fails.",
      ),
    !dotted &&
      !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) &&
      at(
        `must hold lower-case letters, digits and hyphens only, and begin and end with a letter or digit, got ${shown(name)}`,
        "Rename it, for example <organization>-tfstate-<account>-<region>.",
      ),
    prefix !== undefined &&
      at(`must not begin with "${prefix}", got ${shown(name)}`, "AWS reserves that prefix; choose another."),
    suffix !== undefined &&
      at(`must not end with "${suffix}", got ${shown(name)}`, "AWS reserves that suffix; choose another."),
  ]);
}

/** The region must be one whose partition is known; the account 12 digits. */
export function placeProblems(bucket: BucketConfig): Problem[] {
  return found([
    partitionOf(bucket.region) === undefined && {
      code: "region",
      path: "region",
      message: `must be a region of AWS, AWS China or AWS GovCloud, got ${shown(bucket.region)}`,
      fix: 'Give the region\'s code, for example "eu-central-1", "cn-north-1" or "us-gov-west-1".',
    },
    !/^\d{12}$/.test(bucket.account) && {
      code: "account",
      path: "account",
      message: `must be 12 digits, got ${shown(bucket.account)}`,
      fix: "Give the account id as text, with its leading zeros: aws sts get-caller-identity prints it.",
    },
  ]);
}

/** History must keep something, and no more than S3 can count. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html */
export function historyProblems(history: BucketConfig["history"]): Problem[] {
  const { days, newestVersions } = history ?? {};
  return found([
    days !== undefined &&
      days < 1 && {
        code: "history",
        path: "history.days",
        message: `must be 1 or more, got ${String(days)}`,
        fix: "Leave it out for 90 days.",
      },
    newestVersions !== undefined &&
      (newestVersions < 1 || newestVersions > 100) && {
        code: "history",
        path: "history.newestVersions",
        message: `must be 1 to 100, got ${String(newestVersions)}`,
        fix: "Leave it out for 100, the most that S3 keeps by count.",
      },
  ]);
}

/** Logs must not go into the bucket they are about, and a created log bucket needs a name that is one. */
export function accessLogsProblems(bucket: BucketConfig): Problem[] {
  const logs = bucket.accessLogs;
  if (logs === undefined) return [];
  const at = (path: string, message: string, fix: string): Problem => ({ code: "access-logs", path, message, fix });
  const created = `${bucket.name}-logs`;
  return found([
    logs.bucket === bucket.name &&
      at(
        "accessLogs.bucket",
        `must be another bucket, got ${shown(logs.bucket)}`,
        "A bucket that logs into itself grows for ever: leave it out to have one created.",
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
        `must be left out when accessLogs.bucket names an existing bucket, got ${String(logs.days)}`,
        "Its owner decides how long logs are kept there.",
      ),
    logs.days !== undefined &&
      logs.days < 1 &&
      at("accessLogs.days", `must be 1 or more, got ${String(logs.days)}`, "Leave it out for 365 days."),
    logs.bucket !== undefined &&
      bucketNameProblems(logs.bucket.replace(/\./g, "-")).length > 0 &&
      at(
        "accessLogs.bucket",
        `must be a bucket's name, got ${shown(logs.bucket)}`,
        "Give the name alone, no ARN and no URL.",
      ),
    logs.prefix?.startsWith("/") === true &&
      at(
        "accessLogs.prefix",
        `must not begin with "/", got ${shown(logs.prefix)}`,
        "Begin with the first folder's name.",
      ),
    logs.prefix !== undefined &&
      /[$%]\{|[\u0000-\u001f\u007f]/.test(logs.prefix) &&
      at(
        "accessLogs.prefix",
        `must not hold \${, %{ or control characters, got ${shown(logs.prefix)}`,
        "Terraform would read them as a template; use plain characters.",
      ),
  ]);
}

/** Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
export function tagProblems(tags: Readonly<Record<string, string>>): Problem[] {
  const at = (path: string, message: string, fix: string): Problem => ({ code: "tags", path, message, fix });
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const entries = Object.entries(tags);
  return found([
    entries.length > 45 &&
      at("tags", `must be at most 45, got ${String(entries.length)}`, "AWS allows 50 for a resource; keep some free."),
    ...entries.flatMap(([key, value]) => [
      (key.length < 1 || key.length > 128 || !allowed.test(key)) &&
        at(
          `tags.${key}`,
          `must have a key of 1 to 128 letters, digits, spaces and _.:/=+-@, got ${shown(key)}`,
          "Rename the tag.",
        ),
      /^aws:/i.test(key) &&
        at(`tags.${key}`, `must not begin with "aws:", got ${shown(key)}`, "AWS reserves that prefix; rename the tag."),
      (value.length > 256 || !allowed.test(value)) &&
        at(
          `tags.${key}`,
          `must be at most 256 letters, digits, spaces and _.:/=+-@, got ${shown(value)}`,
          "Shorten or correct the value.",
        ),
    ]),
  ]);
}
