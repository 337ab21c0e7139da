import { execFileSync } from "node:child_process";
import { startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { rootOn } from "./root-on-store";
import { ScratchFolder } from "./scratch";

/** A git repository of roots, and the store that commands ask. */
interface StoreFleet {
  readonly s3: FakeS3;
  readonly folder: ScratchFolder;
  /** Writes a root whose key is its folder. */
  readonly write: (root: string, locking: string) => void;
  readonly commit: () => void;
}

/** Returns the fleet of the running test: each test of the file has a new one, without roots. */
export function storeFleet(): StoreFleet {
  let s3: FakeS3;
  let folder: ScratchFolder;
  const git = (...args: string[]): void => void execFileSync("git", args, { cwd: folder.directory });
  beforeEach(async () => {
    s3 = await startFakeS3();
    process.env["AWS_ENDPOINT_URL"] = s3.place.access?.endpointUrl ?? "";
    folder = new ScratchFolder();
    git("init", "-q");
  });
  afterEach(async () => {
    delete process.env["AWS_ENDPOINT_URL"];
    await s3.stop();
  });
  return {
    get s3() {
      return s3;
    },
    get folder() {
      return folder;
    },
    write: (root, locking) => {
      folder.write(`${root}/main.tf`, rootOn(s3, root, locking));
    },
    commit: () => {
      git("add", "-A");
      git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x");
    },
  };
}
