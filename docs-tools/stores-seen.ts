/** What one store did, in November 2026. The words are the cells of the table on the page of stores. */
interface SeenStore {
  readonly store: string;
  /** A second taker is refused, also at once. */
  readonly taking: string;
  /** A lock can be taken again after its release. */
  readonly again: string;
  /** A write with `If-Match`. */
  readonly overwriting: string;
  /** A delete with another ETag. */
  readonly releasing: string;
  readonly versions: "yes" | "no";
  /** How `verify --bucket` shows it. */
  readonly verify: string;
}

const YES = "yes";

/** SeaweedFS measured with `statelock verify`, the other servers with the AWS CLI and boto3; AWS as documented. */
export const SEEN_STORES: readonly SeenStore[] = [
  {
    ...{
      store: "AWS S3 (documented)",
      taking: YES,
      again: YES,
      overwriting: YES,
      releasing: "refused",
      versions: "yes",
    },
    verify: "all ✔",
  },
  {
    ...{ store: "SeaweedFS 4.48", taking: YES, again: YES, overwriting: YES, releasing: "refused", versions: "yes" },
    verify: "all ✔; `–` for what only AWS has",
  },
  {
    ...{ store: "MinIO, source of February 2026", taking: YES, again: YES, overwriting: YES, releasing: "deleted" },
    ...{ versions: "yes", verify: "`–` for `lock-release`: Statelock deletes the lock's version" },
  },
  {
    ...{
      store: "Ceph RGW 16.2.15, unversioned bucket",
      taking: YES,
      again: YES,
      overwriting: "refused, even the right ETag",
    },
    ...{ releasing: "deleted", versions: "no", verify: "✖ `lock-release`, ✖ `versioning`" },
  },
  {
    ...{ store: "Ceph RGW 16.2.15, versioned bucket", taking: "**everybody wins**", again: YES },
    ...{ overwriting: "refused, even the right ETag", releasing: "deleted", versions: "yes", verify: "✖ `lock-probe`" },
  },
  {
    ...{
      store: "versitygw 1.7, unversioned",
      taking: "**12 of 50 races had two winners**",
      again: YES,
      overwriting: YES,
    },
    ...{ releasing: "refused", versions: "no", verify: "✖ `lock-probe`, ✖ `versioning`" },
  },
  {
    ...{
      store: "versitygw 1.7, versioned",
      taking: "**1 of 25 races had two winners**",
      again: "**no**",
      overwriting: YES,
    },
    ...{ releasing: "refused", versions: "yes", verify: "✖ `lock-again`, as a rule ✖ `lock-probe`" },
  },
  {
    ...{
      store: "adobe S3Mock 5.0.0",
      taking: "**10 of 25 races had several winners**",
      again: "**no**",
      overwriting: YES,
    },
    ...{ releasing: "refused", versions: "yes", verify: "✖ `lock-probe`, ✖ `lock-again`; `?` for settings" },
  },
  {
    ...{
      store: "S3Proxy 3.0.0, filesystem",
      taking: "**9 of 20 races had several winners**",
      again: YES,
      overwriting: YES,
    },
    ...{ releasing: "deleted", versions: "no", verify: "✖ `lock-probe`, ✖ `lock-release`, ✖ `versioning`" },
  },
];

/** One run of `__tests__/e2e/locks/real-store.test.ts` against a real server. */
interface StoreRun {
  readonly store: string;
  readonly date: string;
  readonly result: string;
}

export const STORE_RUNS: readonly StoreRun[] = [
  {
    store: "SeaweedFS 4.48",
    date: "2026-11-27",
    result:
      "all stories pass: three runs of `locks run` in turn, a release by version, a restore that Terraform reads, a root with its own `endpoints` that leaves its table, `verify` without a finding",
  },
  {
    store: "adobe S3Mock 5.0.0, versioned",
    date: "2026-11-27",
    result:
      "unfit, and named so: up to 4 of 16 takers won, ✖ `lock-probe` and ✖ `lock-again`. A release deletes exactly the lock that it read. `history` and `restore` exit with 2: this server lists versions as another document than S3",
  },
  {
    store: "MinIO, built from its source of 2026-02-12",
    date: "2026-11-27",
    result:
      "all stories pass, twice: 12 of 12 races had one winner. The store deletes whatever the ETag, so Statelock releases by version, and `verify` prints `–` for `lock-release`",
  },
  {
    store: "versitygw, built from its source of 2026-08-19, posix, versioned",
    date: "2026-11-27",
    result:
      "unfit, and named so by ✖ `lock-again`. 1 of 12 races had two winners: the three races of `verify` may miss that, so that `lock-probe` is ✔. A release deletes exactly the lock that it read",
  },
];
