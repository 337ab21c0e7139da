import fc, { runs } from "../support/fuzz";
import { ACCESS_LEVELS, LOCKINGS, type AccessLevel, type Locking } from "../../lib/policy/access-level";
import { s3Arn } from "../../lib/policy/arn";
import { listOf, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";
import type { KmsKey } from "../../lib/policy/kms-key";
import { stateAccessPolicy } from "../../lib/policy/state-access-policy";
import { levelsFor, type StateScope } from "../../lib/policy/state-scope";
import { vocabularyFaults } from "../support/aws-vocabulary";
import { scopeAndLevel, stateScope } from "../support/arbitraries";
import { allowedActions, grants } from "../support/iam";

const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555";
const BASE: StateScope = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  bucket: "acme-tfstate",
  key: "app/terraform.tfstate",
  locking: "lockfile",
};
const WORKSPACES: StateScope = { ...BASE, workspaceKeyPrefix: "app/ws" };
const LEGACY: StateScope = { ...BASE, locking: "dynamodb", legacyTable: "terraform-locks" };

const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/terraform-locks";

function policy(scope: StateScope, level: AccessLevel): string {
  return grants(stateAccessPolicy(scope, level));
}

describe("in a bucket with SSE-S3, native locking and the default workspace only", () => {
  it("a planner takes and releases the lock but never writes the state", () => {
    expect(policy(BASE, "planner")).toMatchInlineSnapshot(`
      "s3:ListBucket acme-tfstate if s3:prefix StringEquals app/terraform.tfstate
      s3:GetObject acme-tfstate/app/terraform.tfstate
      s3:PutObject acme-tfstate/app/terraform.tfstate.tflock if s3:if-none-match StringEquals *
      s3:DeleteObject s3:GetObject acme-tfstate/app/terraform.tfstate.tflock"
    `);
  });
});

describe("with workspaces", () => {
  it("a workspace-admin deletes states below the prefix only, and may look for one that is not there yet", () => {
    expect(policy(WORKSPACES, "workspace-admin")).toMatchInlineSnapshot(`
      "s3:ListBucket acme-tfstate if s3:prefix StringLike app/terraform.tfstate | app/ws/ | app/ws/*/app/terraform.tfstate
      s3:GetObject acme-tfstate/app/terraform.tfstate
      s3:GetObject acme-tfstate/app/ws/*/app/terraform.tfstate
      s3:AbortMultipartUpload s3:PutObject acme-tfstate/app/terraform.tfstate
      s3:AbortMultipartUpload s3:PutObject acme-tfstate/app/ws/*/app/terraform.tfstate
      s3:DeleteObject acme-tfstate/app/ws/*/app/terraform.tfstate
      s3:PutObject acme-tfstate/app/terraform.tfstate.tflock if s3:if-none-match StringEquals *
      s3:PutObject acme-tfstate/app/ws/*/app/terraform.tfstate.tflock if s3:if-none-match StringEquals *
      s3:DeleteObject s3:GetObject acme-tfstate/app/terraform.tfstate.tflock
      s3:DeleteObject s3:GetObject acme-tfstate/app/ws/*/app/terraform.tfstate.tflock"
    `);
  });
});

describe("while DynamoDB locks", () => {
  it("a planner locks in the table and cannot touch a lock object", () => {
    expect(policy(LEGACY, "planner")).toMatchInlineSnapshot(`
      "s3:ListBucket acme-tfstate if s3:prefix StringEquals app/terraform.tfstate
      s3:GetObject acme-tfstate/app/terraform.tfstate
      dynamodb:GetItem table/terraform-locks if dynamodb:LeadingKeys ForAllValues:StringEquals acme-tfstate/app/terraform.tfstate-md5
      dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem table/terraform-locks if dynamodb:LeadingKeys ForAllValues:StringEquals acme-tfstate/app/terraform.tfstate"
    `);
  });

  it("a workspace-admin deletes digests of workspaces, never the default workspace's", () => {
    const scope: StateScope = { ...WORKSPACES, locking: "dynamodb", legacyTable: "terraform-locks" };
    const ofTable = policy(scope, "workspace-admin")
      .split("\n")
      .filter((line) => line.includes("dynamodb"));
    expect(ofTable.join("\n")).toMatchInlineSnapshot(`
      "dynamodb:GetItem dynamodb:PutItem table/terraform-locks if dynamodb:LeadingKeys ForAllValues:StringLike acme-tfstate/app/terraform.tfstate-md5 | acme-tfstate/app/ws/*/app/terraform.tfstate-md5
      dynamodb:DeleteItem table/terraform-locks if dynamodb:LeadingKeys ForAllValues:StringLike acme-tfstate/app/ws/*/app/terraform.tfstate-md5
      dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem table/terraform-locks if dynamodb:LeadingKeys ForAllValues:StringLike acme-tfstate/app/terraform.tfstate | acme-tfstate/app/ws/*/app/terraform.tfstate"
    `);
  });
});

describe("with a KMS key", () => {
  const kms = (scope: StateScope, level: AccessLevel): string =>
    policy(scope, level)
      .split("\n")
      .filter((line) => line.startsWith("kms:"))
      .join("\n");

  it("known by alias, the grant names the account's keys and is narrowed to the one with the alias", () => {
    const kmsKey: KmsKey = { alias: "alias/acme", account: "123456789012" };
    expect(kms({ ...BASE, kmsKey }, "reader")).toMatchInlineSnapshot(
      `"kms:Decrypt key/* if kms:ViaService StringEquals s3.eu-central-1.amazonaws.com if kms:ResourceAliases ForAnyValue:StringEquals alias/acme"`,
    );
  });

  it("in China both names that S3 may have there are accepted", () => {
    const scope: StateScope = {
      ...BASE,
      partition: "aws-cn",
      region: "cn-north-1",
      kmsKey: { arn: KEY_ARN.replace("aws:kms:eu-central-1", "aws-cn:kms:cn-north-1") },
    };
    expect(kms(scope, "reader")).toMatchInlineSnapshot(
      `"kms:Decrypt key/11111111-2222-4333-8444-555555555555 if kms:ViaService StringEquals s3.cn-north-1.amazonaws.com | s3.cn-north-1.amazonaws.com.cn"`,
    );
  });
});

/** What each level may do with a state and with its lock object, and with the two items in the legacy table. */
interface Rights {
  readonly state: readonly string[];
  readonly lock: readonly string[];
  readonly digestItem: readonly string[];
  readonly lockItem: readonly string[];
  readonly kms: readonly string[];
}

const READ = ["s3:GetObject"];
const WRITE = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const RELEASE = ["s3:DeleteObject", "s3:GetObject"];
const TAKE = [...RELEASE, "s3:PutObject"];
const ITEM_RELEASE = ["dynamodb:DeleteItem", "dynamodb:GetItem"];
const ITEM_TAKE = [...ITEM_RELEASE, "dynamodb:PutItem"];
const ITEM_WRITE = ["dynamodb:GetItem", "dynamodb:PutItem"];
const USE_KEY = ["kms:Decrypt", "kms:GenerateDataKey"];

/** Written out a second time, level by level, so that the code is compared with the requirement and not with itself. */
const RIGHTS: Readonly<Record<Exclude<AccessLevel, "workspace-admin">, Rights>> = {
  reader: { state: READ, lock: [], digestItem: ["dynamodb:GetItem"], lockItem: [], kms: ["kms:Decrypt"] },
  planner: { state: READ, lock: TAKE, digestItem: ["dynamodb:GetItem"], lockItem: ITEM_TAKE, kms: USE_KEY },
  applier: { state: WRITE, lock: TAKE, digestItem: ITEM_WRITE, lockItem: ITEM_TAKE, kms: USE_KEY },
  unlocker: { state: [], lock: RELEASE, digestItem: [], lockItem: ITEM_RELEASE, kms: ["kms:Decrypt"] },
};

const DEFAULT_STATE = "app/terraform.tfstate";
const WORKSPACE_STATE = "app/ws/prod/app/terraform.tfstate";
const FOREIGN: readonly string[] = [
  "other/terraform.tfstate",
  "app/terraform.tfstate2",
  "app/terraform.tfstate.tflock.tflock",
  "app/ws/prod/other/terraform.tfstate",
  "app/ws/app/terraform.tfstate",
  "app/ws2/prod/app/terraform.tfstate",
  "x/app/terraform.tfstate",
];

const KMS_KEYS: readonly (KmsKey | undefined)[] = [
  undefined,
  { arn: KEY_ARN },
  { alias: "alias/acme", account: "123456789012" },
];

const SCOPES: readonly StateScope[] = [BASE, WORKSPACES].flatMap((scope) =>
  KMS_KEYS.flatMap((kmsKey) =>
    LOCKINGS.map((locking) => ({ ...scope, kmsKey, locking, legacyTable: "terraform-locks" })),
  ),
);

/** How a failed comparison names the scope. */
function label({ workspaceKeyPrefix, kmsKey, locking }: StateScope): string {
  const key = kmsKey === undefined ? "no key" : `key by ${Object.keys(kmsKey)[0] ?? ""}`;
  return `${workspaceKeyPrefix === undefined ? "default workspace" : "workspaces"}, ${key}, ${locking}`;
}

/** The rights of a level as the locking allows them. */
function rightsOf(level: AccessLevel, locking: Locking): Rights {
  const all = RIGHTS[level === "workspace-admin" ? "applier" : level];
  const inS3 = locking !== "dynamodb";
  const inTable = locking !== "lockfile";
  const kmsWithoutLock: Partial<Record<AccessLevel, readonly string[]>> = { planner: ["kms:Decrypt"], unlocker: [] };
  return {
    state: all.state,
    lock: inS3 ? all.lock : [],
    digestItem: inTable ? all.digestItem : [],
    lockItem: inTable ? all.lockItem : [],
    kms: inS3 ? all.kms : (kmsWithoutLock[level] ?? all.kms),
  };
}

/** What is allowed with one state: its object, its lock, its two items. */
function rightsAt(document: PolicyDocument, state: string): Omit<Rights, "kms"> {
  const object = (key: string): string[] =>
    allowedActions(document, s3Arn("aws", "acme-tfstate", key), { "s3:if-none-match": "*" });
  const item = (leadingKey: string): string[] =>
    allowedActions(document, TABLE, { "dynamodb:LeadingKeys": `acme-tfstate/${leadingKey}` });
  return {
    state: object(state),
    lock: object(`${state}.tflock`),
    digestItem: item(`${state}-md5`),
    lockItem: item(state),
  };
}

describe.each(ACCESS_LEVELS)("%s, with or without workspaces, in every locking, with every kind of key", (level) => {
  const cases = SCOPES.filter((scope) => levelsFor(scope).includes(level)).map((scope) => ({
    scope,
    document: stateAccessPolicy(scope, level),
    rights: rightsOf(level, scope.locking),
  }));
  /** Compares every case with what is expected of it, under its name. */
  function expectOfAll(
    actual: (of: (typeof cases)[number]) => unknown,
    expected: (of: (typeof cases)[number]) => unknown,
  ): void {
    expect(cases.map((of) => [label(of.scope), actual(of)])).toEqual(
      cases.map((of) => [label(of.scope), expected(of)]),
    );
  }

  it("may do with the default workspace what the level says", () => {
    expectOfAll(
      ({ document }) => rightsAt(document, DEFAULT_STATE),
      ({ rights: { kms: _, ...rights } }) => rights,
    );
  });

  it("may do the same with workspaces where there are any, and only an admin deletes them", () => {
    const nothing = { state: [], lock: [], digestItem: [], lockItem: [] };
    const more = (rights: readonly string[], action: string): string[] => [...rights, action].sort();
    expectOfAll(
      ({ document }) => rightsAt(document, WORKSPACE_STATE),
      ({ scope, rights: { kms: _, ...rights } }) => {
        if (scope.workspaceKeyPrefix === undefined) return nothing;
        if (level !== "workspace-admin") return rights;
        const digestItem = scope.locking === "lockfile" ? [] : more(rights.digestItem, "dynamodb:DeleteItem");
        return { ...rights, state: more(rights.state, "s3:DeleteObject"), digestItem };
      },
    );
  });

  it("overwrites no lock: a lock is written with If-None-Match only", () => {
    expectOfAll(
      ({ document }) =>
        [DEFAULT_STATE, WORKSPACE_STATE].flatMap((state) =>
          allowedActions(document, s3Arn("aws", "acme-tfstate", `${state}.tflock`)).filter((a) => a === "s3:PutObject"),
        ),
      () => [],
    );
  });

  it("touches no bucket of this name in another account, whoever has got the name", () => {
    expectOfAll(
      ({ document }) =>
        [DEFAULT_STATE, `${DEFAULT_STATE}.tflock`, WORKSPACE_STATE, undefined].flatMap((key) =>
          allowedActions(document, s3Arn("aws", "acme-tfstate", key), {
            "aws:ResourceAccount": "999999999999",
            "s3:if-none-match": "*",
            "s3:prefix": key ?? DEFAULT_STATE,
          }),
        ),
      () => [],
    );
  });

  it("takes a lock with If-None-Match: * alone, not with the ETag of an object", () => {
    expectOfAll(
      ({ document }) =>
        allowedActions(document, s3Arn("aws", "acme-tfstate", `${DEFAULT_STATE}.tflock`), {
          "s3:if-none-match": '"e"',
        }).filter((action) => action === "s3:PutObject"),
      () => [],
    );
  });

  it("touches nothing of anybody else", () => {
    const nothing = { state: [], lock: [], digestItem: [], lockItem: [] };
    expectOfAll(
      ({ document }) => FOREIGN.map((state) => rightsAt(document, state)),
      () => FOREIGN.map(() => nothing),
    );
  });

  it("lists what Terraform lists, and the key for a 404", () => {
    const lists = (document: PolicyDocument, prefix: string): boolean =>
      allowedActions(document, s3Arn("aws", "acme-tfstate"), { "s3:prefix": prefix }).length > 0;
    const prefixes = [DEFAULT_STATE, "app/ws/", WORKSPACE_STATE, "", "app/", "app/ws", "env:/", ...FOREIGN];
    expectOfAll(
      ({ document }) => [
        ...prefixes.filter((prefix) => lists(document, prefix)),
        ...allowedActions(document, s3Arn("aws", "acme-tfstate")),
      ],
      ({ scope }) => [
        ...(level === "unlocker" ? [] : [DEFAULT_STATE]),
        ...(scope.workspaceKeyPrefix === undefined ? [] : ["app/ws/"]),
        ...(level === "workspace-admin" ? [WORKSPACE_STATE] : []),
      ],
    );
  });

  it("uses the key through S3 in the region, as far as it reads and writes", () => {
    const through = (document: PolicyDocument, service: string): string[] =>
      allowedActions(document, KEY_ARN, { "kms:ViaService": service, "kms:ResourceAliases": "alias/acme" });
    expectOfAll(
      ({ document }) => [
        through(document, "s3.eu-central-1.amazonaws.com"),
        through(document, "s3.eu-west-1.amazonaws.com"),
        through(document, "dynamodb.eu-central-1.amazonaws.com"),
        allowedActions(document, KEY_ARN),
      ],
      ({ scope, rights }) => [scope.kmsKey === undefined ? [] : rights.kms, [], [], []],
    );
  });

  it("uses no other key", () => {
    expectOfAll(
      ({ document, scope }) => {
        const byAlias = scope.kmsKey !== undefined && "alias" in scope.kmsKey;
        return allowedActions(document, byAlias ? KEY_ARN : KEY_ARN.replace("1111-", "1112-"), {
          "kms:ViaService": "s3.eu-central-1.amazonaws.com",
          "kms:ResourceAliases": byAlias ? "alias/other" : "alias/acme",
        });
      },
      () => [],
    );
  });
});

it("a workspace-admin exists only with workspaces", () => {
  expect(levelsFor(BASE)).toEqual(["reader", "planner", "applier", "unlocker"]);
  expect(levelsFor(WORKSPACES)).toEqual(ACCESS_LEVELS);
});

describe("whatever the key, the prefix, the partition and the KMS key", () => {
  /** Every (action, resource, condition) triple of a document, as text. */
  function triples(document: PolicyDocument): string[] {
    return document.Statement.flatMap((statement) =>
      listOf(statement.Action).flatMap((action) =>
        listOf(statement.Resource).map(
          (resource) =>
            `${action} ${resource} ${action === "s3:ListBucket" ? "" : JSON.stringify(statement.Condition ?? {})}`,
        ),
      ),
    );
  }

  /** The tests of a statement, without that on `If-None-Match`: its `*` is no pattern, but what the header says. */
  function conditionsOf({ Condition = {} }: Statement): { operator: string; values: readonly string[] }[] {
    return Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys)
        .filter(([key]) => key !== "s3:if-none-match")
        .map(([, values]) => ({ operator, values: listOf(values) })),
    );
  }

  /** Each level of a scope with the next one up; the unlocker stands beside the ladder. */
  function steps(scope: StateScope): { lower: PolicyDocument; higher: PolicyDocument }[] {
    const ladder = levelsFor(scope).filter((level) => level !== "unlocker");
    return ladder.slice(1).map((level, index) => ({
      lower: stateAccessPolicy(scope, ladder[index] ?? level),
      higher: stateAccessPolicy(scope, level),
    }));
  }

  it("every level holds all of the one before it, and lists at least the same", () => {
    const prefixes = (document: PolicyDocument): readonly string[] =>
      document.Statement.flatMap(({ Condition = {} }) =>
        Object.values(Condition).flatMap((keys) => listOf(keys["s3:prefix"])),
      );
    fc.assert(
      fc.property(stateScope, (scope) => {
        for (const { lower, higher } of steps(scope)) {
          expect(triples(higher)).toEqual(expect.arrayContaining(triples(lower)));
          expect(prefixes(higher)).toEqual(expect.arrayContaining([...prefixes(lower)]));
        }
      }),
    );
  });

  it("an unlocker may do less with locks than a planner, and nothing with states", () => {
    fc.assert(
      fc.property(stateScope, (scope) => {
        const planner = triples(stateAccessPolicy(scope, "planner"));
        const unlocker = triples(stateAccessPolicy(scope, "unlocker")).filter((triple) => !triple.startsWith("kms:"));
        expect(planner).toEqual(expect.arrayContaining(unlocker));
        expect(
          allowedActions(stateAccessPolicy(scope, "unlocker"), s3Arn(scope.partition, scope.bucket, scope.key)),
        ).toEqual([]);
      }),
    );
  });

  it("the state of the default workspace can never be deleted", () => {
    fc.assert(
      fc.property(scopeAndLevel, ({ scope, level }) => {
        const state = s3Arn(scope.partition, scope.bucket, scope.key);
        expect(allowedActions(stateAccessPolicy(scope, level), state)).not.toContain("s3:DeleteObject");
      }),
    );
  });

  it("the only wildcards are the workspace's name and, by alias, the key's id", () => {
    fc.assert(
      fc.property(scopeAndLevel, ({ scope, level }) => {
        const star = scope.workspaceKeyPrefix === undefined ? undefined : `${scope.workspaceKeyPrefix}/*/${scope.key}`;
        for (const statement of stateAccessPolicy(scope, level).Statement) {
          const values = conditionsOf(statement).flatMap(({ values }) => values);
          for (const text of [...listOf(statement.Action), ...listOf(statement.Resource), ...values]) {
            const known = [star, "key/*"].filter((part) => part !== undefined);
            expect(known.reduce((rest, part) => rest.replace(part, ""), text)).not.toMatch(/[*?]|\$\{/);
          }
        }
      }),
    );
  });

  it("every ARN is in the partition of the bucket", () => {
    fc.assert(
      fc.property(scopeAndLevel, ({ scope, level }) => {
        const resources = stateAccessPolicy(scope, level).Statement.flatMap((statement) => listOf(statement.Resource));
        expect(resources.filter((arn) => !arn.startsWith(`arn:${scope.partition}:`))).toEqual([]);
      }),
    );
  });

  it("a wildcard is matched with StringLike, and text without one with StringEquals", () => {
    fc.assert(
      fc.property(scopeAndLevel, ({ scope, level }) => {
        for (const { operator, values } of stateAccessPolicy(scope, level).Statement.flatMap(conditionsOf)) {
          expect([operator, operator.endsWith("StringLike")]).toEqual([
            operator,
            values.some((value) => value.includes("*")),
          ]);
        }
      }),
    );
  });

  it("AWS knows every action, key, operator and resource", async () => {
    await fc.assert(
      fc.asyncProperty(scopeAndLevel, async ({ scope, level }) => {
        expect(await vocabularyFaults(stateAccessPolicy(scope, level))).toEqual([]);
      }),
      runs(60),
    );
  });
});

describe("with a key with which OpenTofu itself encrypts", () => {
  const scope: StateScope = { ...WORKSPACES, encryptionKey: { arn: KEY_ARN } };

  it.each(["reader", "planner", "applier", "workspace-admin"] as const)(
    "a %s makes and decrypts data keys without S3, with that key alone",
    (level) => {
      const [own, without] = [policy(scope, level), policy(WORKSPACES, level)].map((text) => text.split("\n"));
      const added = own?.filter((line) => without?.includes(line) === false);
      expect(added).toEqual([`kms:Decrypt kms:GenerateDataKey ${KEY_ARN.slice(KEY_ARN.indexOf("key/"))}`]);
    },
  );

  it("an unlocker, who reads no state, gets nothing", () => {
    expect(policy(scope, "unlocker")).toBe(policy(WORKSPACES, "unlocker"));
  });
});
