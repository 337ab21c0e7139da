import { reachesFloor } from "../../lib/engine/floors";
import { testEngine } from "./test-engine";

/** Where the engine under test does something else than the others, as far as tests see it. Measured in November 2026. */
export interface EngineDifferences {
  /** Uploads a state over 5 MiB in parts, and reads it in parts; otherwise each in one request. */
  readonly uploadsInParts: boolean;
  /** Over TLS, sends the checksum of an upload behind the body; otherwise always in a header. */
  readonly checksumFollows: boolean;
  /** `console` takes the lock. Terraform 1.15 no longer does. */
  readonly consoleLocks: boolean;
  /** How often `validate` warns of `dynamodb_table` in a backend and in a reader: Terraform 1.11 and 1.15 of the reader's. */
  readonly warnsOfTables: number;
  /** How a plan that would destroy a protected resource begins. */
  readonly refusesDestruction: string;
  /** Logs the ID of a lock before it asks for it; otherwise the digest of the lock's body. */
  readonly logsLockIds: boolean;
}

/** Returns the differences of the engine under test. */
export function engineDifferences({ name, version = "" } = testEngine()): EngineDifferences {
  const isTerraform = name === "terraform";
  return {
    uploadsInParts: isTerraform,
    checksumFollows: isTerraform,
    consoleLocks: !isTerraform || !reachesFloor(version, "1.15.0"),
    warnsOfTables: isTerraform ? 1 : 0,
    refusesDestruction: isTerraform ? "Instance cannot be destroyed" : "Resource instance cannot be destroyed",
    logsLockIds: isTerraform,
  };
}
