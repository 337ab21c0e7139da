import { z } from "zod";
import type { CheckResult } from "./run-checks";

/** JSON of `verify`, version 1. */
export const verifySchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("verify"),
  bucket: z.string(),
  at: z.iso.datetime(),
  summary: z.strictObject({ pass: z.int(), fail: z.int(), unknown: z.int() }),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      title: z.string(),
      result: z.enum(["pass", "fail", "unknown"]),
      reason: z.string().describe("empty if the check passed"),
      fix: z.string().describe("the next step; empty if the check passed"),
    }),
  ),
});

export type VerifyReport = z.infer<typeof verifySchema>;

/** Returns the report of a run that ended now. */
export function verifyReport(bucket: string, findings: readonly CheckResult[]): VerifyReport {
  const count = (result: CheckResult["result"]): number => findings.filter((found) => found.result === result).length;
  return {
    version: 1,
    command: "verify",
    bucket,
    at: new Date().toISOString(),
    summary: { pass: count("pass"), fail: count("fail"), unknown: count("unknown") },
    findings: [...findings],
  };
}
