/** Where a client takes its lock. */
export type Locking = "table" | "both" | "file" | "nowhere";

/** One state of a fleet, how an engine gets at it, and where it has to lock after each step. */
export interface EngineRun {
  readonly root: string;
  /** The object of the state; undefined for a root that only reads another state. */
  readonly key: string | undefined;
  /** The name of the bucket in the fleet's files. @default "b" */
  readonly bucket?: string;
  /** Given with -backend-config, seen from the root. @default - none */
  readonly partial?: string;
  /** @default - the default workspace */
  readonly workspace?: string;
  /** The only engine that reads this root so. @default - both */
  readonly engine?: "terraform" | "tofu";
  /** At first, after the step to `both`, and after the step to `lockfile`. @default - the table, both, the file */
  readonly locks?: readonly [Locking, Locking, Locking];
}

/** The fleets that an engine can run as they are, and the truth about each of their states. */
export const ENGINE_RUNS: Readonly<Record<string, readonly EngineRun[]>> = {
  "plain roots": [
    { root: "a", key: "a" },
    { root: "b", key: "b", engine: "tofu" },
    { root: "c", key: "c" },
  ],
  "roots with their own prefixes": [
    { root: "a", key: "a/blue/k", workspace: "blue" },
    { root: "b", key: "b/blue/k", workspace: "blue" },
  ],
  "partial files of any name": [{ root: "a", key: "k", partial: "backend.hcl" }],
  "one folder of backend files, which a pipeline gives every root": ["a", "b"].flatMap((name) =>
    ["dev", "prod"].map((bucket) => ({
      root: `roots/${name}`,
      key: name,
      bucket,
      partial: `../../backends/${bucket}.hcl`,
    })),
  ),
  "a root beside a template": [{ root: "a", key: "a" }],
  "an override": [{ root: "a", key: "a" }],
  "odd names, Windows line ends, no line end": [
    { root: "my roots/größe", key: "a" },
    { root: "my roots/日本 & co", key: "b" },
    { root: "my roots/json", key: "c" },
    { root: "my roots/part", key: "k", partial: "x y.tfbackend" },
  ],
  "a reader": [
    { root: "a", key: "a" },
    { root: "r", key: undefined },
  ],
  "a number with an exponent": [{ root: "a", key: "a" }],
  "a generated file": [{ root: "a", key: "a", locks: ["table", "table", "table"] }],
  "a pipeline over a complete root": [{ root: "a", key: "a", locks: ["table", "both", "both"] }],
  "a computed reader": [{ root: "a", key: "a", locks: ["table", "both", "both"] }],
  "no lock at all": [{ root: "a", key: "a", locks: ["nowhere", "nowhere", "nowhere"] }],
  "two files with two lockings": [{ root: "a", key: "a", engine: "terraform" }],
};

/** The fleets of Terragrunt that it can run: the folder to run it in. */
export const TERRAGRUNT_RUNS: Readonly<Record<string, string>> = {
  "Terragrunt, literal": "live",
  "Terragrunt, root.hcl, _envcommon and dependencies": "live",
  "Terragrunt, account.hcl and region.hcl": ".",
  "Terragrunt, an attribute": ".",
  "Terragrunt, a remote_state that another file holds": ".",
  "Terragrunt, a unit with its own backend": ".",
  "Terragrunt, stacks in stacks": "live",
};

/** Returns a text of the corpus with names that a store takes: of buckets, of the region and of the table. */
export function inStore(text: string, bucketOf: (name: string) => string, table: string): string {
  return text
    .replaceAll(/(\bbucket"?\s*[=:]\s*)"(\w+)"/g, (_, before: string, name: string) => `${before}"${bucketOf(name)}"`)
    .replaceAll('"r"', '"us-east-1"')
    .replaceAll("locks", table)
    .replaceAll("$STAGE", table);
}
