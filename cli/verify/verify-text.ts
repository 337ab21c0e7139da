import { z } from "zod";
import { plainText } from "../../lib/text/plain-text";
import type { Output } from "../screen/output";

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
      reason: z.string().describe("empty when it passed"),
      fix: z.string().describe("the next step; empty when it passed"),
    }),
  ),
});

/** A line for each check, and for each that is not fine the reason and the next step; once where several have the same. */
export function verifyText({ bucket, findings, summary }: z.infer<typeof verifySchema>, { colors }: Output): string {
  const signs = { pass: colors.green("✔"), fail: colors.red("✖"), unknown: colors.yellow("?") };
  const lines = findings.flatMap(({ result, title, reason, fix }, at) => {
    const next = findings[at + 1];
    const isToldBelow = next?.result === result && next.reason === reason && next.fix === fix;
    const details = [`    ${plainText(reason, 2_000)}`, `    ${colors.cyan("next:")} ${plainText(fix)}`];
    return [`${signs[result]} ${plainText(title)}`, ...(result === "pass" || isToldBelow ? [] : details)];
  });
  const counts = `${String(summary.pass)} ✔  ${String(summary.fail)} ✖  ${String(summary.unknown)} ?`;
  return [...lines, "", `${colors.bold(`s3://${bucket}`)}  ${counts}`, ""].join("\n");
}
