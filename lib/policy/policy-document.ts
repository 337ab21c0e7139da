/**
 * IAM policy documents as plain readonly data. Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @example
 * const policy: PolicyDocument = stateAccessPolicy(scope, "reader");
 */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  /** Only in resource policies. */
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

/**
 * A statement of a {@link PolicyDocument}.
 * @example
 * const statements: readonly Statement[] = stateAccessPolicy(scope, "reader").Statement;
 */
export interface Statement {
  /** Letters and digits only. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in resource policies. */
  readonly Principal?:
    "*" | { readonly AWS: string | readonly string[] } | { readonly Service: string } | { readonly Federated: string };
  /** Either `Action`, or `NotAction`: every action but these. */
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Condition;
}

/**
 * Operator → condition key → value or values.
 * @example
 * const condition: Condition = { StringEquals: { "aws:PrincipalTag/team": "network" } };
 */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Returns a document of these statements with sorted actions. Resources may be tokens, so they keep their order. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      ...statement,
      ...(statement.Action === undefined ? {} : { Action: oneOrSorted(statement.Action) }),
      ...(statement.NotAction === undefined ? {} : { NotAction: oneOrSorted(statement.NotAction) }),
    })),
  };
}

/**
 * Returns the JSON for a file: indented with two spaces, with a newline at the end.
 * @example
 * writeFileSync("guard.json", policyJson(papersOf(home).guard));
 */
export function policyJson(document: PolicyDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Returns the JSON for AWS, without white space: some of AWS's limits count it. */
export function compactPolicyJson(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** Returns the JSON for an argument of Terraform, whose templates begin as the variables of a policy do. */
export function terraformPolicyJson(document: PolicyDocument): string {
  return compactPolicyJson(document).replaceAll("${", () => "$${");
}

/** Returns a single value as it is and several as a list, as AWS itself returns them. */
export function oneOrMany<T>(values: readonly T[]): T | readonly T[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

/** Returns a string or a list as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function oneOrSorted(actions: string | readonly string[]): string | readonly string[] {
  return typeof actions === "string" ? actions : oneOrMany([...actions].sort());
}
