import { DEFAULT_ENGINE, type EngineName } from "./engine";

/** The lowest version of each engine that can do something; undefined if no version of that engine can. */
interface Floor extends Readonly<Record<EngineName, string | undefined>> {
  readonly what: string;
  readonly source: string;
}

/** What an engine needs for what. docs/reference/engines.md shows the same table, and a test compares the two. */
export const FLOORS = {
  lockfile: {
    what: "lock correctly with a file (`use_lockfile`)",
    terraform: "1.10.1",
    tofu: "1.10.2",
    source: "https://github.com/hashicorp/terraform/pull/36120, https://github.com/opentofu/opentofu/issues/2970",
  },
  home: {
    what: "run a new state home, where the lock file is generally available",
    terraform: "1.11.0",
    tofu: "1.10.2",
    source:
      "https://github.com/hashicorp/terraform/releases/tag/v1.11.0, https://opentofu.org/docs/v1.10/intro/whats-new/",
  },
  sovereign: {
    what: "keep states in the AWS European Sovereign Cloud (`eusc-de-east-1`)",
    terraform: "1.14.0",
    tofu: "1.11.0",
    source: "https://github.com/hashicorp/terraform/pull/37721, https://github.com/opentofu/opentofu/issues/3312",
  },
  assumeRole: {
    what: "take the role of a backend as an object (`assume_role`)",
    terraform: "1.6.0",
    tofu: "1.6.0",
    source: "https://github.com/hashicorp/terraform/issues/30495, https://github.com/opentofu/opentofu/issues/747",
  },
  awsLogin: {
    what: "use the credentials of `aws login` in a backend",
    terraform: "1.15.0",
    tofu: "1.12.0",
    source: "https://github.com/hashicorp/terraform/issues/37976, https://github.com/opentofu/opentofu/pull/3767",
  },
  tags: {
    what: "tag locks and states (`lock_tags`, `state_tags`)",
    terraform: undefined,
    tofu: "1.11.0",
    source: "https://github.com/opentofu/opentofu/issues/2960",
  },
  earlyEvaluation: {
    what: "read variables and locals in a backend",
    terraform: undefined,
    tofu: "1.8.0",
    source: "https://opentofu.org/docs/v1.8/intro/whats-new/",
  },
  encryption: {
    what: "encrypt states and plans itself (`encryption {}`)",
    terraform: undefined,
    tofu: "1.7.0",
    source: "https://opentofu.org/docs/v1.7/intro/whats-new/",
  },
  tofuFiles: {
    what: "read a `.tofu` file in place of the `.tf` file of the same name",
    terraform: undefined,
    tofu: "1.8.0",
    source: "https://opentofu.org/docs/v1.8/intro/whats-new/",
  },
  language: {
    what: "read the versions that a root allows in `language {}`",
    terraform: undefined,
    tofu: "1.12.0",
    source: "https://github.com/opentofu/opentofu/blob/v1.12.0/internal/configs/language.go",
  },
  validateBackend: {
    what: "check the backend block in `validate`",
    terraform: "1.15.0",
    tofu: undefined,
    source: "https://github.com/hashicorp/terraform/releases/tag/v1.15.0",
  },
} as const satisfies Readonly<Record<string, Floor>>;

/** What of a root decides the versions that can run it. */
export interface RootNeeds {
  /** Undefined if the config names no engine. */
  readonly engine?: EngineName | undefined;
  /** The partition of the state's bucket. @default - one that every supported version knows */
  readonly partition?: string | undefined;
  readonly lockTags?: object | undefined;
  readonly stateTags?: object | undefined;
}

/** Returns the constraint that synth writes into `required_version`. */
export function requiredVersion({ engine = DEFAULT_ENGINE, partition, lockTags, stateTags }: RootNeeds = {}): string {
  const floors: readonly (string | undefined)[] = [
    lockTags !== undefined || stateTags !== undefined ? FLOORS.tags[engine] : undefined,
    partition === "aws-eusc" ? FLOORS.sovereign[engine] : undefined,
  ];
  const needed = floors.filter((floor) => floor !== undefined);
  return `>= ${needed.reduce((highest, floor) => (reachesFloor(floor, highest) ? floor : highest), FLOORS.home[engine])}`;
}

/** Returns how people write a floor: `1.11` for `1.11.0`. */
export function floorText(version: string): string {
  return version.replace(/\.0$/, "");
}

/** True if a version is the floor or later. A pre-release counts as its release. */
export function reachesFloor(version: string, floor: string): boolean {
  const [is, needed] = [version, floor].map((text) => text.split(/[-+]/)[0]?.split(".").map(Number) ?? []);
  for (const [at, number] of (needed ?? []).entries()) {
    const own = is?.[at] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}
