import { Option } from "commander";

/** The groups of options in a help, after the command's own options. */
const GROUPS = { aws: "Bucket and AWS options:", common: "Common options:" } as const;

/** The options that several commands share. If the AWS CLI has the same option, it has the same name. */
const SHARED = {
  inventory: { flags: "--inventory <file>", about: "inventory that synth wrote", group: "aws" },
  bucket: { flags: "--bucket <name>", about: "any bucket", group: "aws" },
  region: { flags: "--region <region>", about: "region (default: AWS_REGION)", group: "aws" },
  expectedBucketOwner: {
    flags: "--expected-bucket-owner <account>",
    about: "account that the buckets must belong to",
    group: "aws",
  },
  profile: { flags: "--profile <name>", about: "profile of the AWS configuration", group: "aws" },
  roleArn: { flags: "--role-arn <arn>", about: "role to assume first", group: "aws" },
  endpointUrl: {
    flags: "--endpoint-url <url>",
    about: "another S3 endpoint, such as a gateway's or another store's",
    group: "aws",
  },
  yes: { flags: "-y, --yes", about: "ask nothing; required if nobody can answer", group: undefined },
  dryRun: { flags: "--dry-run", about: "show what would change, and change nothing", group: undefined },
  json: { flags: "--json", about: "print the result as JSON on standard output", group: "common" },
  engine: {
    flags: "--engine <program>",
    about: "engine of the roots: terraform, tofu, or a path (or set STATELOCK_ENGINE)",
    group: "common",
  },
  debug: {
    flags: "--debug",
    about: "print the causes of an error, with AWS request ids (or set STATELOCK_DEBUG=1)",
    group: "common",
  },
  help: { flags: "-h, --help", about: "print this help", group: "common" },
} as const;

type SharedOption = keyof typeof SHARED;

/** Returns a shared option. @param about its meaning in one command. @default - its usual meaning */
export function shared(name: SharedOption, about: string = SHARED[name].about): Option {
  const { flags, group } = SHARED[name];
  const option = new Option(flags, about);
  return group === undefined ? option : option.helpGroup(GROUPS[group]);
}

/** Returns the options in the order of a help: the command's own first, then each group. */
export function inHelpOrder(options: readonly Option[]): Option[] {
  const last = [undefined, ...Object.values(GROUPS)] as readonly (string | undefined)[];
  return [...options].sort((a, b) => last.indexOf(a.helpGroupHeading) - last.indexOf(b.helpGroupHeading));
}

/** The options that name the bucket of a command, and the identity to use. */
export interface BucketOptions {
  readonly inventory?: string;
  readonly bucket?: string;
  readonly region?: string;
  readonly expectedBucketOwner?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly endpointUrl?: string;
}
