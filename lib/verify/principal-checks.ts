import { principalNameOf, underAnyPath, type PrincipalName } from "../policy/arn";
import { guardPrincipals } from "../policy/guard/guard-principals";
import type { PolicyDocument } from "../policy/policy-document";
import { shown } from "../problem/problem";
import type { Reading } from "./posture";
import { checkResult, type CheckResult } from "./run-checks";

/** Reads the whole ARN of a role or user of the bucket's account; no value if IAM has none of this name. */
export type ReadPrincipal = (principal: PrincipalName) => Promise<Reading<string>>;

/** A principal of a guard, and what IAM says about it. */
interface ComparedPrincipal {
  readonly named: string;
  readonly actual: Reading<string>;
}

/** Looks up every principal of the account that a guard names. Roles of other accounts are not readable from here. */
export function comparePrincipals(
  guard: PolicyDocument,
  account: string,
  read: ReadPrincipal,
): Promise<ComparedPrincipal[]> {
  const named = guardPrincipals(guard).map((arn) => ({ named: arn, name: principalNameOf(arn) }));
  return Promise.all(
    named.flatMap(({ named, name }) =>
      name?.account === account ? [read(name).then((actual) => ({ named, actual }))] : [],
    ),
  );
}

/** True if IAM has the principal under another path, or in another case: the guard then means nobody. */
export function isElsewhere({ named, actual }: ComparedPrincipal): boolean {
  if ("unreadable" in actual || actual.value === undefined) return false;
  return named !== actual.value && named !== underAnyPath(actual.value);
}

/** Checks that every principal of the guard exists, with the path that the guard names. No result if it names none. */
export function checkPrincipals(compared: readonly ComparedPrincipal[]): CheckResult[] {
  if (compared.length === 0) return [];
  const missing = compared.filter(({ actual }) => "value" in actual && actual.value === undefined);
  const faults = [
    ...missing.map(({ named }) => `IAM has no ${shown(named)}`),
    ...compared.flatMap((each) =>
      isElsewhere(each) && "value" in each.actual
        ? [`the guard names ${shown(each.named)}, and IAM has ${shown(each.actual.value)}`]
        : [],
    ),
  ];
  const unread = compared.flatMap(({ actual }) => ("unreadable" in actual ? [actual] : []));
  const about = {
    code: "principals",
    title: "the principals that the guard names exist in IAM, with their paths",
    fix: "Correct the ARN in the config (`aws iam get-role` shows it), or create the principal. Then run `statelock bootstrap`.",
  };
  if (faults.length === 0 && unread[0] !== undefined) return [checkResult(about, unread[0])];
  return [checkResult(about, { value: faults.length === 0 ? undefined : faults.join("; ") })];
}
