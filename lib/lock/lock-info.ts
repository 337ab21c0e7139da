import { z } from "zod";

/** The body of a lock object, as Terraform writes it. Source: hashicorp/terraform, internal/states/statemgr/locker.go */
export interface LockInfo {
  /** A UUID that only the holder knows before it takes the lock. */
  readonly ID: string;
  readonly Operation: string;
  readonly Info: string;
  /** `user@host` */
  readonly Who: string;
  /** Version of the program that took the lock. */
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

/** Parses a lock's body. Returns undefined if Terraform could not read it either. */
export function parseLockInfo(text: string): LockInfo | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
