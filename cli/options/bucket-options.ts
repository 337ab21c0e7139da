import type { Command } from "commander";
import { join, resolve } from "node:path";
import type { BucketPlace } from "../../lib/aws/connect";
import { speakOf } from "../../lib/engine/spoken-engine";
import { inventorySchema, type Inventory } from "../../lib/inventory/inventory";
import { INVENTORY_FILE } from "../../lib/inventory/inventory-file";
import { plainFileText } from "../../lib/files/plain-file";
import { parseJson } from "../../lib/text/parse-json";
import { shown } from "../../lib/problem/problem";
import type { CommandContext } from "../screen/command-context";
import { chosenRegion } from "./region-option";
import type { OwnCommand } from "../../lib/text/own-command";
import { flagsText, kebab } from "./printed-flags";
import { accessOf } from "./engine-access";
import { shared, type BucketOptions } from "./shared-options";
import { usage } from "./usage-problem";

export type { BucketOptions } from "./shared-options";

/** The bucket a command works on. */
export interface OpenedBucket {
  readonly place: BucketPlace;
  /** Undefined if --bucket named the bucket. */
  readonly inventory: Inventory | undefined;
  /** Folder of the inventory, which its paths are relative to. */
  readonly folder: string | undefined;
  /** The given options, for commands that Statelock prints. */
  readonly flags: string;
  /** How the reader starts Statelock, for these commands. */
  readonly program: OwnCommand;
}

const DEFAULT_INVENTORY = join("cdktf.out", INVENTORY_FILE);

/** Adds the options. If the AWS CLI has the same option, it has the same name. */
export function withBucketOptions(command: Command): Command {
  return command
    .addOption(shared("inventory", `inventory that synth wrote (default: ${DEFAULT_INVENTORY})`))
    .addOption(shared("bucket", "any bucket, instead of the inventory's; needs --region or AWS_REGION"))
    .addOption(shared("region", "region of --bucket"))
    .addOption(shared("expectedBucketOwner", "account that --bucket must belong to"))
    .addOption(shared("profile"))
    .addOption(shared("roleArn"))
    .addOption(shared("endpointUrl"));
}

/** Returns the bucket that the options name. @throws UserError if they name no bucket, or two */
export function openBucket(context: CommandContext, options: BucketOptions): OpenedBucket {
  const { endpointUrl } = options;
  checkEndpoint(endpointUrl);
  const access = { ...accessOf(options), endpointUrl };
  const printed = { flags: flagsText(options), program: context.program };
  if (options.bucket !== undefined) return { ...byHand(context, options.bucket, options, access), ...printed };
  const stray = (["region", "expectedBucketOwner"] as const).find((name) => options[name] !== undefined);
  if (stray !== undefined)
    throw usage(`--${kebab(stray)}`, "must come with --bucket", "Add --bucket, or remove this option.");
  const path = resolve(context.workingDirectory, options.inventory ?? DEFAULT_INVENTORY);
  const inventory = readInventory(path, options.inventory ?? DEFAULT_INVENTORY);
  if (inventory.engine !== undefined && !context.engine.isGiven) speakOf(inventory.engine);
  const { name, region, account } = inventory.bucket;
  return { place: { name, region, account, access }, inventory, folder: resolve(path, ".."), ...printed };
}

/** Checks the option now. Otherwise the first AWS call would fail, with a message about something else. */
function checkEndpoint(endpointUrl: string | undefined): void {
  if (endpointUrl !== undefined && !(URL.canParse(endpointUrl) && /^https?:\/\//i.test(endpointUrl)))
    throw usage(
      "--endpoint-url",
      `must be a URL that begins with http:// or https://, got ${shown(endpointUrl)}`,
      "Give the whole URL, for example https://s3.example.com. For AWS, remove the option.",
    );
}

/** Matches a bucket's name. Old buckets and other stores allow capitals, `_` and dots; an ARN or a path never matches. */
const BUCKET_NAME = /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

function byHand(
  context: CommandContext,
  name: string,
  options: BucketOptions,
  access: BucketPlace["access"],
): Omit<OpenedBucket, "flags" | "program"> {
  if (options.inventory !== undefined)
    throw usage(
      "--bucket",
      "must not come with --inventory, which names a bucket too",
      "Remove one of the two options.",
    );
  if (!BUCKET_NAME.test(name))
    throw usage("--bucket", `must be a bucket's name, got ${shown(name)}`, "Give the name alone: no URL, ARN or path.");
  const region = chosenRegion(options.region, context.environment);
  if (region === undefined) throw usage("--region", "must be given with --bucket", "Add --region, or set AWS_REGION.");
  if (!/^[a-z0-9-]+$/.test(region))
    throw usage(
      "--region",
      `must be a region's code, got ${shown(region)}`,
      "Give --region or AWS_REGION, such as eu-central-1.",
    );
  const account = options.expectedBucketOwner;
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw usage(
      "--expected-bucket-owner",
      `must be an account number of 12 digits, got ${shown(account)}`,
      "Correct the number.",
    );
  return { place: { name, region, account, access }, inventory: undefined, folder: undefined };
}

function readInventory(path: string, given: string): Inventory {
  const text = plainFileText(path);
  if (text === undefined)
    throw usage(
      given,
      "must be an inventory, got no such file",
      "Run `statelock synth`, name the file with --inventory, or use --bucket and --region.",
    );
  const result = inventorySchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw usage(
    given,
    `must be an inventory of version 1: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    "Run `statelock synth` again.",
  );
}
