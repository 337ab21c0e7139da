import { z } from "zod";

/** The body of a lock object, as Terraform writes it. Source: hashicorp/terraform, internal/states/statemgr/locker.go */
export interface LockInfo {
  /** A UUID; the holder proves with it that the lock is its own. */
  readonly ID: string;
  readonly Operation: string;
  readonly Info: string;
  /** `user@host` */
  readonly Who: string;
  /** Version of the program that took it. */
  readonly Version: string;
  /** RFC 3339, by the holder's clock. */
  readonly Created: string;
  /** `<bucket>/<state key>` */
  readonly Path: string;
}

const schema: z.ZodType<LockInfo> = z.object({
  ID: z.string(),
  Operation: z.string(),
  Info: z.string(),
  Who: z.string(),
  Version: z.string(),
  Created: z.string(),
  Path: z.string(),
});

/** Reads a lock's body; undefined where it is not one that Terraform could read. */
export function parseLockInfo(text: string): LockInfo | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
