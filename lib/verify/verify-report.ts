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
  notApplicable: z
    .array(z.strictObject({ code: z.string(), title: z.string(), reason: z.string() }))
    .optional()
    .describe("checks of settings that this store does not have; absent on AWS"),
});

export type VerifyReport = z.infer<typeof verifySchema>;

type Finding = CheckResult & VerifyReport["findings"][number];

/** Returns the report of a run that ended now. */
export function verifyReport(bucket: string, results: readonly CheckResult[]): VerifyReport {
  const findings = results.filter((each): each is Finding => each.result !== "none");
  const none = results.filter(({ result }) => result === "none");
  const count = (result: CheckResult["result"]): number => findings.filter((found) => found.result === result).length;
  return {
    version: 1,
    command: "verify",
    bucket,
    at: new Date().toISOString(),
    summary: { pass: count("pass"), fail: count("fail"), unknown: count("unknown") },
    findings,
    ...(none.length === 0 ? {} : { notApplicable: none.map(({ code, title, reason }) => ({ code, title, reason })) }),
  };
}
