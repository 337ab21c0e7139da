import { homeGuardScope, homeKeyPolicy } from "../../lib/home/home-guard";
import { papersOf } from "../../lib/home/papers";
import type { GuardScope } from "../../lib/policy/guard/guard-scope";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import { resolveStateHome, type ResolveContext } from "../../lib/home/resolve-home";
import type { BucketConfig, StateConfig } from "../../lib/config/state-config";
import type { StateHome } from "../../lib/config/state-home";
import { ENVIRONMENT_VARIABLES } from "../../lib/config/config-environment";
import { UserError, type Problem } from "../../lib/problem/problem";

export const ACCOUNT = "123456789012";
export const KEY_ARN = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
export const OTHER_KEY_ARN = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef`;

/** ARN of a role in the bucket's account. */
export function role(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** What a test says of a config; everything else is the smallest that is valid. */
export type ConfigPart = Partial<Omit<StateConfig, "bucket">> & { readonly bucket?: Partial<BucketConfig> };

/** A valid config with one consumer, `app`, and whatever the test says instead. */
export function config(part: ConfigPart = {}): StateConfig {
  return {
    consumers: [{ name: "app" }],
    ...part,
    bucket: { name: "acme-tfstate", region: "eu-central-1", account: ACCOUNT, ...part.bucket },
  };
}

/** The home that a valid config makes. */
export function home(part: ConfigPart = {}, context: ResolveContext = {}): StateHome {
  return resolveStateHome(config(part), context);
}

/** As a record says it: the bootstrap stack's state is in the bucket. */
export const IN_BUCKET: ResolveContext = { environment: { [ENVIRONMENT_VARIABLES.bootstrap]: "bucket" } };

/** The problems of what may be no config at all. */
export function refusals(given: unknown, context: ResolveContext = {}): readonly Problem[] {
  return problemsOf(() => resolveStateHome(given as StateConfig, context));
}

/** The problems a function throws; none when it returns. */
export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

/** Problems as text: the code and the place, what is wrong, the next step. */
export function text(problems: readonly Problem[]): string {
  return problems.map(({ code, path, message, fix }) => `[${code}] ${path} ${message}\n  -> ${fix}`).join("\n");
}

/** Problems as `code path`. */
export function places(problems: readonly Problem[]): string[] {
  return problems.map(({ code, path }) => `${code} ${path}`);
}

/** The policy of the key that a home with `created-key` makes. */
export function keyPolicyOf(of: StateHome): PolicyDocument {
  return homeKeyPolicy(of, papersOf(of).consumers);
}

/** What the guard of a home depends on. */
export function guardScopeOf(of: StateHome): GuardScope {
  return homeGuardScope(of, papersOf(of).consumers);
}
