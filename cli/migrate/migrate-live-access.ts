import type { Command } from "commander";
import type { AwsAccess } from "../../lib/aws/connect";
import { liveStore } from "../../lib/aws/live-store";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../../lib/migrate/live/live-target";
import type { LivePorts, OpenLive } from "../../lib/migrate/live/read-live";
import type { Scan, ScannedConfiguration } from "../../lib/migrate/scan/scan";
import type { PlanStepPort } from "../../lib/migrate/step/plan-step";
import type { Problem } from "../../lib/problem/problem";
import type { CommandContext } from "../screen/command-context";
import { seenRecords } from "./migrate-sightings";
import { flagsText } from "../options/bucket-options";
import { chosenRegion } from "../options/region-option";

/** How to reach S3 and DynamoDB, and values for roots whose files do not name them. */
export interface LiveOptions {
  readonly region?: string;
  readonly expectedBucketOwner?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly endpointUrl?: string;
}

/** Adds the options that every command with access to S3 and DynamoDB has. */
export function withLiveOptions(command: Command): Command {
  return command
    .option("--region <region>", "region of backends that name no region (default: AWS_REGION)")
    .option("--expected-bucket-owner <account>", "account that the buckets must belong to")
    .option("--profile <name>", "profile of the AWS configuration")
    .option("--role-arn <arn>", "role to assume first")
    .option("--endpoint-url <url>", "another S3 endpoint, such as a gateway's or another store's");
}

/** Returns the values for roots whose files do not name them. */
export function liveDefaults({ environment }: CommandContext, options: LiveOptions): LiveDefaults {
  const { expectedBucketOwner, profile, roleArn, endpointUrl } = options;
  return {
    region: chosenRegion(options.region, environment),
    account: expectedBucketOwner,
    flags: flagsText({ expectedBucketOwner, profile, roleArn, endpointUrl }),
    profile,
  };
}

/** Opens the bucket and the table of a root, each only once, however many roots share it. */
export function liveOpener({ profile, roleArn, endpointUrl }: LiveOptions): OpenLive {
  const access: AwsAccess = { profile, roleArn, endpointUrl };
  const opened = new Map<string, unknown>();
  const once = <T>(name: string, open: () => T): T => {
    const known = opened.get(name) ?? open();
    opened.set(name, known);
    return known as T;
  };
  return ({ bucket, region, account, table }): LivePorts => ({
    store: once(`s3 ${region} ${bucket}`, () => rememberingLists(liveStore({ name: bucket, region, account, access }))),
    table:
      table === undefined
        ? undefined
        : once(`dynamodb ${region} ${table}`, () => lockTable({ name: table, region, account: undefined, access })),
  });
}

/** Returns a store that lists each prefix once: roots often share the prefix of their workspaces. */
function rememberingLists(store: LivePorts["store"]): LivePorts["store"] {
  const lists = new Map<string, Promise<readonly string[]>>();
  const read = async (prefix: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const key of store.keysBelow(prefix)) keys.push(key);
    return keys;
  };
  return {
    ...store,
    keysBelow: async function* (prefix) {
      const list = lists.get(prefix) ?? read(prefix);
      lists.set(prefix, list);
      yield* await list;
    },
  };
}

/** Returns where the states of the scanned roots are, and a problem for each root that does not say it. Readers keep no state. */
export function scanTargets(
  { configurations }: Pick<Scan, "configurations">,
  defaults: LiveDefaults,
): { readonly targets: readonly LiveTarget[]; readonly problems: readonly Problem[] } {
  const asked = configurations.filter(isLooked).map((configuration) => liveTarget(configuration, defaults));
  return {
    targets: asked.filter((each): each is LiveTarget => !("code" in each)),
    problems: asked.filter((each): each is Problem => "code" in each),
  };
}

function isLooked({ source }: ScannedConfiguration): boolean {
  return source !== "reader";
}

/** Returns the port that reads S3, DynamoDB and the records of a project for a plan. */
export function planStepPort(context: CommandContext, { configurations }: Scan, options: LiveOptions): PlanStepPort {
  return { open: liveOpener(options), record: () => seenRecords(context, configurations).record };
}
