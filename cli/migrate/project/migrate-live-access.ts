import type { Command } from "commander";
import type { AwsPlace, BucketPlace, TablePlace } from "../../../lib/aws/connect";
import { tableIdentity } from "../../../lib/policy/table-identity";
import { liveStore } from "../../../lib/aws/live-store";
import { profileEndpoint } from "../../../lib/aws/profile-endpoint";
import { givenNetwork } from "../../../lib/aws/proxy-choice";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import { s3Objects } from "../../../lib/aws/s3-objects";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../../../lib/migrate/live/live-target";
import type { LivePorts, OpenLive } from "../../../lib/migrate/live/read-live";
import type { Scan, ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import type { PlanStepPort } from "../../../lib/migrate/step/plan-step";
import type { ProveLocking } from "../../../lib/migrate/step/prove-stores";
import type { Problem, UserError } from "../../../lib/problem/problem";
import { proveLocking } from "../../../lib/aws/prove-locking";
import type { Parsers } from "../../../lib/migrate/scan/source/parsers";
import type { CommandContext } from "../../screen/command-context";
import { seenRecords } from "./migrate-sightings";
import { lockTrial } from "../../options/lock-trial";
import { flagsText } from "../../options/printed-flags";
import { chosenRegion } from "../../options/region-option";
import { shared } from "../../options/shared-options";
import { knownPlaces, type VariableOptions } from "./known-places";

/** How to reach S3 and DynamoDB, and values for roots whose files do not name them. */
export interface LiveOptions {
  readonly region?: string;
  readonly expectedBucketOwner?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly endpointUrl?: string;
  readonly asBackend?: boolean;
}

/** Adds the options that every command with access to S3 and DynamoDB has. */
export function withLiveOptions(command: Command): Command {
  return command
    .addOption(shared("region", "region of backends that name no region (default: AWS_REGION)"))
    .addOption(shared("expectedBucketOwner"))
    .addOption(shared("profile"))
    .addOption(shared("roleArn"))
    .addOption(shared("endpointUrl", "another S3 endpoint, for backends that name none"))
    .option(
      "--as-backend",
      "ask each root's bucket and table with the profile, the role and the proxies of its backend",
    );
}

/**
 * Returns the values for roots whose files do not name them.
 * @param parsers reads the variables of `--var-file`. @default - the command looks at no root that computes its place
 */
export function liveDefaults(
  context: CommandContext,
  options: LiveOptions & VariableOptions,
  parsers?: Parsers,
): LiveDefaults {
  const { expectedBucketOwner, profile, roleArn, endpointUrl, asBackend = false } = options;
  const given = { expectedBucketOwner, profile, roleArn, endpointUrl };
  return {
    identity: {
      ...{ profile, roleArn, asBackend, network: givenNetwork(context.environment) },
      profileEndpoint: (service, of) => profileEndpoint(service, of, context.environment),
    },
    flagsFor: ({ tableEndpointUrl: _table, network: _way, ...own }) => flagsText({ ...given, ...own }),
    region: chosenRegion(options.region, context.environment),
    account: expectedBucketOwner,
    flags: flagsText(given),
    profile,
    ...(parsers === undefined ? {} : { known: knownPlaces(context, parsers, options) }),
  };
}

/** Returns a function that opens each place only once, however many roots share it. */
export function openedOnce(): <T>(place: object, open: () => T) => T {
  const opened = new Map<string, unknown>();
  return <T>(place: object, open: () => T): T => {
    const name = JSON.stringify(place);
    const known = opened.get(name) ?? open();
    opened.set(name, known);
    return known as T;
  };
}

/** Opens the bucket and the table of a root, each only once. */
export function liveOpener({ profile, roleArn, endpointUrl }: LiveOptions): OpenLive {
  const once = openedOnce();
  return (target): LivePorts => {
    const bucket = bucketOf(target, { profile, roleArn, endpointUrl });
    const table = target.table === undefined ? undefined : tableOf(target.table, target, bucket);
    return {
      store: once({ s3: bucket }, () => rememberingLists(liveStore(bucket))),
      table: table === undefined ? undefined : once({ dynamodb: table }, () => lockTable(table)),
    };
  };
}

/** Returns a function that proves the store of a root once for each bucket. It writes nothing to AWS. */
export function storeProver(options: LiveOptions): ProveLocking {
  const once = openedOnce();
  return (target) => {
    const bucket = bucketOf(target, options);
    return once(bucket, async (): Promise<UserError | undefined> =>
      (await s3Objects(bucket).isAws())
        ? undefined
        : proveLocking(lockTrial(bucket, "statelock migrate"), `s3://${bucket.name}`),
    );
  };
}

/** Returns the bucket of a root at the endpoint of its backend, otherwise at the one of the options. */
export function bucketOf(
  { bucket: name, region, account, access: own = {} }: LiveTarget,
  given: LiveOptions,
): BucketPlace {
  const { profile, roleArn, endpointUrl } = given;
  const { tableEndpointUrl, network } = own;
  const access = {
    profile: own.profile ?? profile,
    roleArn: own.roleArn ?? roleArn,
    endpointUrl: own.endpointUrl ?? endpointUrl,
    ...(tableEndpointUrl === undefined ? {} : { tableEndpointUrl }),
    ...(network === undefined ? {} : { network }),
  };
  return { name, region, account, access };
}

/** Returns the place of a table that is named by its name or its ARN. */
export function tableOf(
  table: string,
  { tableInAccount, account }: Pick<LiveTarget, "tableInAccount" | "account">,
  { region, access }: AwsPlace,
): TablePlace {
  const identity = tableIdentity(table);
  const owner = identity.account ?? (tableInAccount === true ? account : undefined);
  return { name: identity.name, region: identity.region ?? region, account: owner, access };
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
