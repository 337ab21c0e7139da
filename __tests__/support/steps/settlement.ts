import { OWN_VERSION } from "../../../lib/text/own-version";
import { readdirSync } from "node:fs";
import { posix } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { stateHead } from "../../../lib/state/parse-state";
import { objectKeys, objectText, versionCount } from "./bucket-contents";
import type { HomeProject } from "./home-project";

/** Everything that says where the bootstrap stack's state is. */
export interface Settlement {
  /** Keys beside the state's, and its own. */
  readonly objects: readonly string[];
  /** How often the state was written. */
  readonly versions: number;
  readonly lineage: string | undefined;
  readonly record: unknown;
  readonly localState: string | undefined;
  /** Texts of the dated backups. */
  readonly backups: readonly (string | undefined)[];
  /** What runs leave behind for the next one. */
  readonly notes: readonly string[];
}

const BACKUP = /^terraform\.bootstrap\.tfstate\.\d{8}T\d{6}Z\.backup$/;

/** Looks at the bucket and the checkout. */
export async function settlement(s3: S3Client, project: HomeProject): Promise<Settlement> {
  const { bucket, stateKey } = project;
  const record = project.read("bootstrap.state.json");
  const files = readdirSync(project.directory);
  return {
    objects: await objectKeys(s3, bucket, `${posix.dirname(stateKey)}/`),
    versions: await versionCount(s3, bucket, stateKey),
    lineage: stateHead((await objectText(s3, bucket, stateKey)) ?? "").lineage,
    record: record === undefined ? undefined : JSON.parse(record),
    localState: project.read("terraform.bootstrap.tfstate"),
    backups: files.filter((file) => BACKUP.test(file)).map((file) => project.read(file)),
    notes: readdirSync(project.path(".statelock")),
  };
}

/** How it has to be once `statelock bootstrap` is done with a state that was local, with this text. */
export function settled(project: HomeProject, localState: string): Settlement {
  const { bucket, stateKey } = project;
  const { region, account } = project.config.bucket;
  const lineage = stateHead(localState).lineage;
  return {
    objects: [stateKey],
    versions: 1,
    lineage,
    record: {
      version: 1,
      bucket,
      region,
      account,
      key: stateKey,
      lineage,
      deployed: expect.any(Object) as unknown,
      statelock: OWN_VERSION,
    },
    localState: undefined,
    backups: [localState],
    notes: [],
  };
}
