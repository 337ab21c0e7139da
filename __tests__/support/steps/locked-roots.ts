import { CreateBucketCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { awsClients } from "./aws-clients";

export const LOCKED_BUCKET = "locked-root";

/** A bucket on a stand-in, and Terraform roots that keep their states in it with the native lock. */
export interface LockedRoots {
  readonly standIn: StandIn;
  readonly s3: S3Client;
  /** A workspace with a copy of a fixture, without `init`. */
  workspaceWith(fixture: string): Workspace;
  /** A root that is initialized for a state key. */
  rootAt(stateKey: string): Promise<Workspace>;
  keysBelow(prefix: string): Promise<(string | undefined)[]>;
  stop(): Promise<void>;
}

export async function lockedRoots(): Promise<LockedRoots> {
  const standIn = await startStandIn();
  const aws = awsClients(standIn);
  const workspaces: Workspace[] = [];
  await aws.s3.send(new CreateBucketCommand({ Bucket: LOCKED_BUCKET }));

  const workspaceWith = (fixture: string): Workspace => {
    const workspace = createWorkspace({ env: standIn.env });
    workspaces.push(workspace);
    cpSync(join(__dirname, "..", "fixtures", fixture), workspace.directory, { recursive: true });
    return workspace;
  };
  return {
    standIn,
    s3: aws.s3,
    workspaceWith,
    rootAt: async (stateKey) => {
      const workspace = workspaceWith("locked-root");
      requireSuccess(await workspace.terraform(["init", `-backend-config=key=${stateKey}`]));
      return workspace;
    },
    keysBelow: async (prefix) => {
      const listing = await aws.s3.send(new ListObjectsV2Command({ Bucket: LOCKED_BUCKET, Prefix: prefix }));
      return (listing.Contents ?? []).map((object) => object.Key);
    },
    stop: async () => {
      aws.close();
      await Promise.all(workspaces.map((workspace) => workspace.remove()));
      await standIn.stop();
    },
  };
}
