import { posix } from "node:path";
import fc, { runs } from "../../support/fuzz";
import type { ConsumerPapers } from "../../../lib/home/consumer-papers";
import { papersOf } from "../../../lib/home/papers";
import { stateKeyProblems, workspacePrefixProblems } from "../../../lib/config/rules/key-rules";
import { stateOverlapProblems, type ConfiguredState } from "../../../lib/config/rules/overlap-rules";
import type { ConsumerConfig } from "../../../lib/config/state-config";
import type { StateHome } from "../../../lib/config/state-home";
import { LOCKINGS, locksInDynamoDb } from "../../../lib/policy/access-level";
import { listOf } from "../../../lib/policy/policy-document";
import { DEFAULT_WORKSPACE_KEY_PREFIX, stateKeys } from "../../../lib/state/state-keys";
import { UserError } from "../../../lib/problem/problem";
import { home, places as placesOf, text } from "../../support/home";
import { iamMatches } from "../../support/iam";

function place(name: string, key: string, workspaceKeyPrefix?: string): ConfiguredState {
  return {
    label: `consumer "${name}"`,
    keyPath: `${name}.key`,
    prefixPath: `${name}.workspaceKeyPrefix`,
    key,
    workspaceKeyPrefix,
  };
}

const BOOTSTRAP = place("bootstrap", "bootstrap/terraform.tfstate");

it.each<[string, ConfiguredState[]]>([
  ["own keys, own prefixes", [BOOTSTRAP, place("a", "a/s", "a/ws"), place("b", "b/s", "b/ws"), place("c", "c/s")]],
  ["a shared prefix, no key that ends in another", [place("a", "a/s", "env:"), place("b", "b/s", "env:")]],
  [
    "names that only look alike",
    [place("a", "app", "app/ws"), place("b", "app2", "app/ws2"), place("c", "app/w", "w")],
  ],
  ["keys that only look alike", [place("d", "xapp/terraform", "env:"), place("e", "app/terraform", "env:")]],
  ["a key inside its own prefix, where no workspace's state can be", [place("a", "a/ws/terraform.tfstate", "a/ws")]],
])("states do not meet: %s", (_what, states) => {
  expect(stateOverlapProblems(states)).toEqual([]);
});

it("every overlap is reported, with its own next step", () => {
  const all = [place("a", "s", "ws"), place("b", "s", "ws/b"), place("c", "ws/s", "ws")];
  expect(text(stateOverlapProblems(all))).toMatchInlineSnapshot(`
    "[duplicate-key] b.key must be used once, got "s", which is also the key of consumer "a"
      -> Use a key for each consumer: with a shared key, each apply would overwrite the other's state.
    [key-in-workspaces] c.key must be outside the workspaces of consumer "a", got "ws/s" below "ws"
      -> Move the key out of "ws/", or use another workspaceKeyPrefix for consumer "a".
    [nested-prefix] b.workspaceKeyPrefix must not be below another prefix, got "ws/b" below "ws" of consumer "a"
      -> Use a prefix for each consumer, with no prefix inside another.
    [shared-prefix] c.workspaceKeyPrefix must not be shared with consumer "a", got "ws": the key "ws/s" ends in "/" and "s"
      -> Use another workspaceKeyPrefix for consumer "c": policies of consumer "a" would reach its workspaces."
  `);
});

it("the bootstrap stack's key belongs to no other state and is below no prefix", () => {
  const meeting = [BOOTSTRAP, place("a", "bootstrap/terraform.tfstate"), place("b", "b", "bootstrap")];
  expect(placesOf(stateOverlapProblems(meeting))).toEqual([
    "duplicate-key a.key",
    "key-in-workspaces bootstrap.key",
    "key-in-workspaces a.key",
  ]);
});

it("a key is refused below another's prefix at any depth", () => {
  expect(placesOf(stateOverlapProblems([place("a", "s", "a/ws"), place("b", "a/ws/x/y/z")]))).toEqual([
    "key-in-workspaces b.key",
  ]);
});

it("where hundreds share a prefix, one key inside it makes one problem", () => {
  const sharing = Array.from({ length: 300 }, (_, index) => place(String(index), `${String(index)}/s`, "ws"));
  expect(placesOf(stateOverlapProblems([...sharing, place("x", "ws/x"), place("y", "y", "ws/y")]))).toEqual([
    "key-in-workspaces x.key",
    "nested-prefix y.workspaceKeyPrefix",
  ]);
});

it("twice as many consumers are twice as much work, not four times", () => {
  let looks = 0;
  const counted = (count: number): number => {
    const many = Array.from(
      { length: count },
      (_, index) =>
        new Proxy(place(String(index), `team/${String(index)}/s`, index % 2 === 0 ? "ws" : `own/${String(index)}`), {
          get: (target, field, receiver): unknown => {
            looks += 1;
            return Reflect.get(target, field, receiver);
          },
        }),
    );
    looks = 0;
    expect(stateOverlapProblems(many)).toEqual([]);
    return looks;
  };
  expect(counted(400)).toBeLessThan(counted(200) * 2.1);
});

/** The objects and items that one state uses: state, lock, and in the legacy table lock item and digest. */
interface Footprint {
  readonly owner: string;
  readonly objects: readonly string[];
  readonly items: readonly string[];
}

const WORKSPACE_NAMES = ["a", "b", "env:", "a-md5", "a.tflock"];

function footprint(owner: string, key: string, prefix: string | undefined, inTable: boolean): Footprint {
  const states = [key, ...(prefix === undefined ? [] : WORKSPACE_NAMES.map((name) => posix.join(prefix, name, key)))];
  return {
    owner,
    objects: states.flatMap((state) => [state, `${state}.tflock`]),
    items: inTable ? states.flatMap((state) => [`acme-tfstate/${state}`, `acme-tfstate/${state}-md5`]) : [],
  };
}

/** Everything that is used in a home, by whom. */
function footprints(of: StateHome): Footprint[] {
  return [
    footprint("the bootstrap stack", of.bootstrap.key, undefined, false),
    ...of.consumers.map((consumer) =>
      footprint(consumer.name, consumer.key, consumer.workspaceKeyPrefix, locksInDynamoDb(consumer.locking)),
    ),
  ];
}

/** The patterns of objects and items in all policies of a consumer. */
function reach({ policies }: ConsumerPapers): { objects: readonly string[]; items: readonly string[] } {
  const statements = policies.flatMap(({ document }) => document.Statement);
  const bucket = "arn:aws:s3:::acme-tfstate/";
  return {
    objects: statements
      .flatMap((statement) => listOf(statement.Resource))
      .filter((arn) => arn.startsWith(bucket))
      .map((arn) => arn.slice(bucket.length)),
    items: statements.flatMap((statement) =>
      Object.values(statement.Condition ?? {}).flatMap((keys) => listOf(keys["dynamodb:LeadingKeys"])),
    ),
  };
}

/** Where a policy of one consumer matches what another uses. */
function trespasses(of: StateHome): string[] {
  const used = footprints(of);
  return papersOf(of).consumers.flatMap((papers) => {
    const { consumer } = papers;
    const { objects, items } = reach(papers);
    const hits = (patterns: readonly string[], texts: readonly string[]): string[] =>
      texts.filter((text) => patterns.some((pattern) => iamMatches(pattern, text)));
    return used
      .filter(({ owner }) => owner !== consumer.name)
      .flatMap((other) => [...hits(objects, other.objects), ...hits(items, other.items)])
      .map((hit) => `${consumer.name} reaches ${hit}`);
  });
}

/** The workspaces that Terraform finds in a listing. Source: backend_state.go, Workspaces and keyEnv */
function workspacesFound(key: string, prefix: string | undefined, objects: readonly string[]): string[] {
  const folder = `${prefix ?? DEFAULT_WORKSPACE_KEY_PREFIX}/`;
  return objects.flatMap((object) => {
    if (!object.startsWith(folder)) return [];
    const rest = object.slice(folder.length);
    const slash = rest.indexOf("/");
    return slash !== -1 && rest.slice(slash + 1) === key ? [`${folder}${rest}`] : [];
  });
}

/** Where Terraform takes what one consumer uses for a workspace of another. */
function mistakes(of: StateHome): string[] {
  const used = footprints(of);
  const looking = [
    { name: "the bootstrap stack", key: of.bootstrap.key, workspaceKeyPrefix: undefined },
    ...of.consumers,
  ];
  return looking.flatMap(({ name, key, workspaceKeyPrefix }) =>
    workspacesFound(
      key,
      workspaceKeyPrefix,
      used.filter(({ owner }) => owner !== name).flatMap(({ objects }) => objects),
    ).map((object) => `${name} takes ${object} for a workspace`),
  );
}

/** The home of these consumers, or undefined where the config is refused. */
function accepted(consumers: readonly ConsumerConfig[], bootstrapKey?: string): StateHome | undefined {
  try {
    return home({ consumers, legacyTable: "locks", bucket: bootstrapKey === undefined ? {} : { bootstrapKey } });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const TEMPTING_KEYS = [
  ...["a", "b", "a/b", "b/a", "a/a", "a/b/a", "env:", "env:/a", "env:/a/b", "env:/b/a/b", "x/env:/a"],
  ...["a-md5", "a/b-md5", "b/a-md5", "a.tflock/b", "a.tflock/a", "a.tflock"],
];
const TEMPTING_PREFIXES = [undefined, "a", "b", "a/b", "b/a", "a.tflock", "a-md5", "env:", "env:/a", "env:/b/a"];

describe("a config that is accepted", () => {
  it("lets no consumer reach another's state, lock or item, nor take it for a workspace: every tempting pair", () => {
    const all = TEMPTING_KEYS.flatMap((key) =>
      TEMPTING_PREFIXES.map((workspaceKeyPrefix): Omit<ConsumerConfig, "name"> => ({
        key,
        locking: "both",
        ...(workspaceKeyPrefix === undefined ? {} : { workspaceKeyPrefix }),
      })),
    ).filter((consumer) => accepted([{ ...consumer, name: "one" }]) !== undefined);
    const homes = all.flatMap((one, index) =>
      all.slice(index + 1).flatMap(
        (two) =>
          accepted([
            { ...one, name: "one" },
            { ...two, name: "two" },
          ]) ?? [],
      ),
    );

    expect(homes.length).toBeGreaterThan(300);
    expect(homes.flatMap((of) => [...trespasses(of), ...mistakes(of)])).toEqual([]);
  });

  it("protects the bootstrap stack's state too", () => {
    const homes = TEMPTING_KEYS.flatMap((bootstrapKey) =>
      TEMPTING_KEYS.flatMap((key) =>
        TEMPTING_PREFIXES.flatMap((workspaceKeyPrefix) => {
          const prefix = workspaceKeyPrefix === undefined ? {} : { workspaceKeyPrefix };
          return accepted([{ name: "one", key, locking: "both", ...prefix }], bootstrapKey) ?? [];
        }),
      ),
    );
    expect(homes.length).toBeGreaterThan(300);
    expect(homes.flatMap((of) => [...trespasses(of), ...mistakes(of)])).toEqual([]);
  });

  it("keeps that with any number of consumers and any paths", () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "env:", "a-md5", "b.tflock"), { minLength: 1, maxLength: 4 })
      .map((segments) => segments.join("/"));
    const consumer = fc.record({
      key: path.filter((key) => stateKeyProblems(key).length === 0),
      workspaceKeyPrefix: fc.option(
        path.filter((prefix) => workspacePrefixProblems(prefix).length === 0),
        { nil: undefined },
      ),
      locking: fc.constantFrom(...LOCKINGS),
    });
    let kept = 0;
    fc.assert(
      fc.property(fc.array(consumer, { minLength: 2, maxLength: 4 }), path, (consumers, bootstrapKey) => {
        const of = accepted(
          consumers.map((each, index) => ({ ...each, name: `c${String(index)}` })),
          bootstrapKey,
        );
        if (of === undefined) return;
        kept += 1;
        expect([...trespasses(of), ...mistakes(of)]).toEqual([]);
      }),
      runs(2000),
    );
    expect(kept).toBeGreaterThan(100);
  });
});

describe("the rules alone, without those for single keys", () => {
  const path = fc
    .array(fc.constantFrom("a", "b", "env:", "a-md5"), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join("/"));

  it("keep every S3 pattern off every other's objects", () => {
    let kept = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(path, fc.option(path, { nil: undefined })), { minLength: 2, maxLength: 5 }),
        (pairs) => {
          const all = pairs.map(([key, prefix], index) => place(String(index), key, prefix));
          if (stateOverlapProblems(all).length > 0) return;
          kept += 1;
          for (const one of all) {
            const { states, locks } = stateKeys(one.key, one.workspaceKeyPrefix);
            const others = all
              .filter((other) => other !== one)
              .flatMap((other) => footprint(other.label, other.key, other.workspaceKeyPrefix, false).objects);
            expect(
              others.filter((object) => [...states, ...locks].some((pattern) => iamMatches(pattern, object))),
            ).toEqual([]);
          }
        },
      ),
      runs(3000),
    );
    expect(kept).toBeGreaterThan(200);
  });

  it("refuse nothing without a reason: two states meet, or one's folder holds the other's", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(path, fc.option(path, { nil: undefined })), { minLength: 2, maxLength: 2 }),
        (pairs) => {
          const all = pairs.map(([key, prefix], index) => place(String(index), key, prefix));
          const inside = (object: string, folder: string | undefined): boolean =>
            folder !== undefined && object.startsWith(`${folder}/`);
          const reasons = all.flatMap((one) =>
            all
              .filter((other) => other !== one)
              .map(
                (other) =>
                  one.key === other.key ||
                  inside(other.key, one.workspaceKeyPrefix) ||
                  inside(other.workspaceKeyPrefix ?? "", one.workspaceKeyPrefix) ||
                  (one.workspaceKeyPrefix !== undefined &&
                    one.workspaceKeyPrefix === other.workspaceKeyPrefix &&
                    other.key.endsWith(`/${one.key}`)),
              ),
          );
          expect(stateOverlapProblems(all).length > 0).toBe(reasons.includes(true));
        },
      ),
      runs(2000),
    );
  });
});
