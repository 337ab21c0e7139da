import { plainText } from "../../lib/text/plain-text";
import type { VerifyReport } from "../../lib/verify/verify-report";
import { asStarted } from "../../lib/text/own-command";
import { shownMarks } from "../screen/ascii-marks";
import type { CommandContext } from "../screen/command-context";

/**
 * Returns a line for each check. A check that did not pass adds its reason and next step; checks in a row that share both
 * print them once.
 */
export function verifyText(
  { bucket, findings, summary, notApplicable = [] }: VerifyReport,
  { output: { colors }, program, environment }: Pick<CommandContext, "output" | "program" | "environment">,
): string {
  const [pass, fail] = ["✔", "✖"].map((mark) => shownMarks(mark, environment)) as [string, string];
  const signs = { pass: colors.green(pass), fail: colors.red(fail), unknown: colors.yellow("?") };
  const lines = findings.flatMap(({ result, title, reason, fix }, at) => {
    const next = findings[at + 1];
    const isRepeated = next?.result === result && next.reason === reason && next.fix === fix;
    const details = [
      `    ${plainText(reason, 2_000)}`,
      `    ${colors.cyan("next:")} ${plainText(asStarted(fix, program))}`,
    ];
    return [`${signs[result]} ${plainText(title)}`, ...(result === "pass" || isRepeated ? [] : details)];
  });
  const none = notApplicable.flatMap(({ title, reason }) => [
    colors.dim(`– ${plainText(title)}`),
    colors.dim(`    ${plainText(reason, 2_000)}`),
  ]);
  const counts = `${String(summary.pass)} ${pass}  ${String(summary.fail)} ${fail}  ${String(summary.unknown)} ?`;
  return [...lines, ...none, "", `${colors.bold(`s3://${bucket}`)}  ${counts}`, ""].join("\n");
}
