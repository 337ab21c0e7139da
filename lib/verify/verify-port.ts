import type { LockStore } from "../lock/lock-port";
import type { StatePosture } from "./consumer-checks";
import type { IamReader } from "./iam-checks";
import type { LockTrial } from "./probe-port";
import type { Posture, Reading } from "./posture";
import type { ReadPrincipal } from "./principal-checks";
import type { RecordReader } from "./record-checks";
import type { Surroundings } from "./surroundings";

/** What {@link verifyBucket} needs from outside. The real side is `cli/verify/verify-port.ts`. */
export interface VerifyPort {
  /** False for another store than AWS S3. */
  isAws(): Promise<boolean>;
  posture(): Promise<Posture>;
  surroundings(encryption: Posture["encryption"]): Promise<Surroundings>;
  readonly principal: ReadPrincipal;
  readonly iam: IamReader;
  readonly recorded: RecordReader;
  /** Lists the bucket and reads its locks. */
  readonly locks: LockStore;
  /** Reads how S3 encrypts a state, and whether its history is readable. It never reads the state. */
  state(stateKey: string): Promise<Pick<StatePosture, "encryption" | "history">>;
  /** Reads how S3 encrypts the bootstrap stack's state; no value without one. */
  bootstrapState(stateKey: string): Promise<StatePosture["encryption"]>;
  /** Reads the item of a state's digest in the legacy table; no value without one. Undefined if there is no table. */
  readonly digest: ((stateKey: string) => Promise<Reading<string>>) | undefined;
  /** The locks of the probe, on a key that only this run uses; undefined: the run must write nothing. */
  readonly probe: LockTrial | undefined;
}
