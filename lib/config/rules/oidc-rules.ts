import type { AccessLevel } from "../../policy/access-level";
import { OIDC_CLAIMS } from "../../policy/trust-policy";
import { found, shown, type Problem } from "../../problem/problem";
import type { OidcClaims, TrustConfig } from "../state-config";
import { repeatProblems } from "./repeat-problems";

/** The issuers of GitHub: its own, an enterprise's, one with data residency, and a GitHub Enterprise Server. */
export const GITHUB_ISSUER =
  /^(token\.actions\.githubusercontent\.com(\/[\w-]+)?|token\.actions\.[\w-]+\.ghe\.com|[\w.-]+\/_services\/token)$/;

/** The issuers whose claims STS knows. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
const ISSUER_WITH_CLAIMS = /^(token\.actions\.githubusercontent\.com(\/[\w-]+)?|token\.actions\.[\w-]+\.ghe\.com)$/;

/**
 * The shape of a subject: the repository, by name (also with the IDs of an immutable subject) or by ID, with claims
 * around it. Source: https://docs.github.com/en/actions/reference/security/oidc
 */
const CLAIM = String.raw`[a-z_]+:[^:]+`;
const REPOSITORY = String.raw`((repo|repository):[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?|repository_id:\d+)`;
const SUBJECT = new RegExp(`^(${CLAIM}:)*${REPOSITORY}(:pull_request)?(:${CLAIM})*$`);

/** The levels whose roles change a state, or take a lock from somebody. */
const WRITING: readonly AccessLevel[] = ["applier", "workspace-admin", "unlocker"];

/**
 * Matches a subject with a claim that says: pull request, also one in a merge queue, which GitHub runs on a branch of its own.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
const OF_PULL_REQUEST =
  /:(pull_request(_target)?|merge_group)(:|$)|refs\/(pull|heads\/gh-readonly-queue)\/|(^|:)(base_ref|head_ref):/;

/**
 * Matches a subject with a claim that no pull request has: an environment, whose rules decide, or a branch or tag. Every run in
 * the repository has the other claims, such as the repository's alone, an actor, or a reusable workflow that it calls.
 */
const OF_PLACE = /(^|:)(environment:[^:]|ref:refs\/(heads|tags)\/[^:]|workflow_ref:[^:]+@refs\/(heads|tags)\/)/;

/** Refuses a role that writes for everybody who opens a pull request, unless the config allows it in so many words. */
export function pullRequestProblems(trust: TrustConfig, level: AccessLevel): Problem[] {
  if (trust.type !== "github-actions" || trust.allowPullRequests === true || !WRITING.includes(level)) return [];
  const { environment = [], ref = [] } = trust.claims ?? {};
  const ofPlace = environment.length > 0 || ref.length > 0;
  const claimed = ref.some((value) => OF_PULL_REQUEST.test(value));
  return trust.subjects.flatMap((subject, index) =>
    found([
      (OF_PULL_REQUEST.test(subject) || claimed || !(ofPlace || OF_PLACE.test(subject))) && {
        code: "oidc-pull-request",
        path: `subjects[${String(index)}]`,
        message: `must not be a subject that a pull request can get at the level ${level}, got ${shown(subject)}`,
        fix: "Use …:environment:<name> or …:ref:refs/heads/<branch>, and give pull requests a planner. Or set allowPullRequests: true in this trust.",
      },
    ]),
  );
}

/** Checks a subject: GitHub must write it so, for one repository. */
export function subjectProblems(subject: string, path: string): Problem[] {
  const at = (message: string, fix: string): Problem[] => [{ code: "oidc-subject", path, message, fix }];
  if (/[*?]|\$\{/.test(subject)) {
    return at(
      `must name one repository and one place in it, without wildcards, got ${shown(subject)}`,
      "Write out each subject: repo:<owner>/<repository>:environment:<name>, or …:ref:refs/heads/<branch>.",
    );
  }
  if (!/^[ -~]{1,512}$/.test(subject) || !SUBJECT.test(subject)) {
    return at(
      `must be a subject that GitHub writes for one repository, got ${shown(subject)}`,
      "Copy it from the token (`gh api repos/<owner>/<repository>/actions/oidc/customization/sub` shows its beginning): repo:<owner>/<repository>:environment:<name>, repo:<owner>@<id>/<repository>@<id>:ref:refs/heads/<branch>, or a customized subject that holds repo, repository or repository_id.",
    );
  }
  return [];
}

/** Checks the claims that a token must have besides its subject. */
export function claimProblems(claims: OidcClaims, issuer: string): Problem[] {
  const at = (path: string, message: string, fix: string): Problem => ({ code: "oidc-claim", path, message, fix });
  return OIDC_CLAIMS.flatMap((claim) => {
    const values = claims[claim];
    if (values === undefined) return [];
    const path = `claims.${claim}`;
    return [
      ...found([
        values.length === 0 && at(path, "must hold at least one value, got []", "Name the value, or remove the claim."),
        issuer !== "" &&
          !ISSUER_WITH_CLAIMS.test(issuer) &&
          at(
            path,
            `must not be set for the issuer ${shown(issuer)}, of which STS knows no claims but aud and sub`,
            "Remove it, and customize the subject on your server so that it holds the claim.",
          ),
        ...values.map(
          (value, index) =>
            (!/^[ -~]{1,512}$/.test(value) || /[*?]|\$\{/.test(value) || !CLAIM_VALUES[claim].test(value)) &&
            at(
              `${path}[${String(index)}]`,
              `must be a value as a token has it, without wildcards, got ${shown(value)}`,
              "Write out each value: IAM compares the text.",
            ),
        ),
      ]),
      ...values.flatMap((_, index) => repeatProblems(values, index, `${path}[${String(index)}]`)),
    ];
  });
}

/** The shape of a claim's value. */
const CLAIM_VALUES: Readonly<Record<keyof OidcClaims, RegExp>> = {
  environment: /./,
  job_workflow_ref: /^[\w.-]+\/[\w.-]+\/\.github\/workflows\/[^@]+@./,
  ref: /^refs\/(heads|tags|pull)\/./,
  repository_id: /^\d+$/,
  repository_owner_id: /^\d+$/,
};
