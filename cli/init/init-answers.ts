import { basename } from "node:path";
import { callerIdentity } from "../../lib/aws/identity";
import type { HomeAnswers } from "../../lib/init/config-text";
import { UserError, type Problem } from "../../lib/problem/problem";
import { chosenRegion } from "../options/region-option";
import type { CommandContext } from "../screen/command-context";

/** Options of `statelock init` that answer a question. */
export interface InitAnswerOptions {
  readonly name?: string;
  readonly region?: string;
  readonly account?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly yes?: boolean;
}

/** How long AWS may take to say whose the credentials are. */
const PATIENCE = 5_000;

/**
 * Returns the operator's answers: options first, then what a person types, with a proposal for each.
 * @throws UserError if nobody can answer and an option is missing
 */
export async function initAnswers(
  context: CommandContext,
  folder: string,
  options: InitAnswerOptions,
): Promise<HomeAnswers> {
  const { terminal, environment } = context;
  const mayAsk = terminal.interactive && options.yes !== true;
  const proposedRegion = chosenRegion(undefined, environment);
  const answer = async (given: string | undefined, question: string, proposal: string): Promise<string> => {
    if (given !== undefined || !mayAsk) return given ?? proposal;
    const shown = proposal === "" ? "" : ` [${proposal}]`;
    return (await terminal.ask(`${question}${shown}: `)).trim() || proposal;
  };
  const region = await answer(options.region, "Region of the state bucket", proposedRegion ?? "");
  const found = options.account ?? (await ownAccount(region, options));
  const account = await answer(options.account, "Account of the state bucket, 12 digits", found ?? "");
  const proposal = mayAsk && account !== "" && region !== "" ? proposedName(folder, account, region) : "";
  const name = await answer(options.name, "Name of the state bucket", proposal);
  const missing = Object.entries({ name, region, account }).filter(([, value]) => value === "");
  if (missing.length > 0)
    throw new UserError(
      missing.map(([option]) => noAnswer(option)),
      "unknown",
    );
  return { name, region, account };
}

/** Returns the account of the credentials, or undefined if there are no credentials or AWS does not answer in time. */
async function ownAccount(
  region: string,
  { profile, roleArn }: Pick<InitAnswerOptions, "profile" | "roleArn">,
): Promise<string | undefined> {
  if (region === "") return undefined;
  const gone = new AbortController();
  const tooLate = new Promise<undefined>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE, undefined);
    gone.signal.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  });
  const asked = callerIdentity({ region, access: { profile, roleArn } }).then(
    ({ account }) => account,
    () => undefined,
  );
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    gone.abort();
  }
}

/** Bucket names are global, so the proposal holds what is unique to an account and a region. */
function proposedName(folder: string, account: string, region: string): string {
  const organization = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return [organization.slice(0, 20) || "acme", "tfstate", account, region].join("-");
}

function noAnswer(option: string): Problem {
  return {
    code: "usage",
    path: `--${option}`,
    message: "must be given, but nobody is there to ask",
    fix: `Add --${option}${option === "account" ? ", or use AWS credentials of that account" : ""}.`,
  };
}
