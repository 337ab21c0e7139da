import type { Command } from "commander";
import type { AwsAccess } from "../../lib/aws/connect";
import { liveStore } from "../../lib/aws/live-store";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import type { FleetCheck } from "../../lib/migrate/scan/fleet-checks";
import { askLive, hasUnanswered, liveCheck } from "../../lib/migrate/live/live-fleet-check";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../../lib/migrate/live/live-target";
import type { LivePorts, OpenLive } from "../../lib/migrate/live/read-live";
import type { Scan, ScannedConfiguration } from "../../lib/migrate/scan/scan";
import type { Problem } from "../../lib/problem/problem";
import type { CommandContext } from "../screen/command-context";
import { terminalProgress } from "../screen/progress";
import { seenRecords } from "./migrate-sightings";
import { chosenRegion } from "../options/region-option";

/** As whom S3 and DynamoDB are asked, and what roots may leave unsaid. */
export interface LiveOptions {
  readonly region?: string;
  readonly expectedBucketOwner?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly endpointUrl?: string;
}

/** Adds the options, in the same words as the other commands. */
export function withLiveOptions(command: Command): Command {
  return command
    .option("--region <region>", "region of the backends that name none (default: AWS_REGION)")
    .option("--expected-bucket-owner <account>", "account that the buckets must belong to")
    .option("--profile <name>", "profile of the AWS configuration")
    .option("--role-arn <arn>", "role to assume first")
    .option("--endpoint-url <url>", "another S3 endpoint, such as a gateway's or another store's");
}

/** What roots may leave unsaid. */
export function liveDefaults({ environment }: CommandContext, options: LiveOptions): LiveDefaults {
  return {
    region: chosenRegion(options.region, environment),
    account: options.expectedBucketOwner,
  };
}

/** Opens the bucket and the table of a root: each once, however many roots share it. */
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

/** Roots that share a prefix for their workspaces share one listing of it. */
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

/** The roots of a scan that can be looked at, and why others cannot. Readers hold no state of their own. */
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

/** Asks S3 and DynamoDB, with progress on standard error, what stands in the way of a step to `lockfile`. */
export async function askProject(
  context: CommandContext,
  { configurations }: Scan,
  roots: readonly string[] | undefined,
  options: LiveOptions,
): Promise<{ readonly check: FleetCheck; readonly couldNotTell: boolean }> {
  const { record } = seenRecords(context, configurations);
  const selected = configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const answers = await terminalProgress(context.terminal)("Ask S3 and DynamoDB", (say) =>
    askLive(liveOpener(options), selected, liveDefaults(context, options), (done, of) => {
      say(`${String(done)} of ${String(of)} roots`);
    }),
  );
  return { check: liveCheck(answers, record), couldNotTell: hasUnanswered(answers) };
}
