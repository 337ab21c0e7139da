/** IAM policy documents as plain readonly data. Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export interface Statement {
  /** Letters and digits only. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in resource policies. */
  readonly Principal?:
    "*" | { readonly AWS: string | readonly string[] } | { readonly Service: string } | { readonly Federated: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Condition;
}

/** operator → condition key → value or values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A document of these statements, actions sorted; resources keep their order, for they may be tokens. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ ...statement, Action: oneOrSorted(statement.Action) })),
  };
}

/** The JSON that Statelock writes to files: two spaces, a newline at the end, the same on every run. */
export function policyJson(document: PolicyDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The JSON that is sent to AWS: without white space, which some of AWS's limits count. */
export function compactPolicyJson(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** One value stays a string, several stay a list: shorter policies, the form AWS itself returns. */
export function oneOrMany<T>(values: readonly T[]): T | readonly T[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

/** A string or a list as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function oneOrSorted(actions: string | readonly string[]): string | readonly string[] {
  return typeof actions === "string" ? actions : oneOrMany([...actions].sort());
}
