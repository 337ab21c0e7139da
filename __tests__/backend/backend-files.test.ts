import fc from "../support/fuzz";
import { backendArguments } from "../../lib/backend/backend-arguments";
import { backendHcl, backendJson, partialConfiguration } from "../../lib/backend/backend-files";
import { consumerBackend, type BackendSettings } from "../../lib/backend/backend-settings";
import { requiredVersion } from "../../lib/engine/floors";
import { LOCKINGS } from "../../lib/policy/access-level";
import { anyText, stateKey, workspaceKeyPrefix } from "../support/arbitraries";
import { parseHcl } from "../support/hcl";
import { home, KEY_ARN } from "../support/home";

/** Everything that a backend can be told. */
const EVERYTHING: BackendSettings = {
  bucket: "acme-tfstate",
  key: "app/terraform.tfstate",
  region: "eu-central-1",
  encrypt: true,
  kmsKeyId: KEY_ARN,
  useLockfile: true,
  dynamodbTable: "terraform-locks",
  workspaceKeyPrefix: "app/ws",
  lockTags: { object: "lock" },
  stateTags: { "Cost Center": "a=b", teamName: "net" },
  assumeRole: { roleArn: "arn:aws:iam::123456789012:role/state", externalId: "a:b", sessionName: "ci" },
};

const [app] = home().consumers;
if (app === undefined) throw new Error("The test's home has no consumer.");
const DEFAULT = consumerBackend(home(), app);

it("tags keep their keys, in quotes where HCL needs them, and ask for an engine that knows them", () => {
  const made = home({
    engine: "tofu",
    consumers: [{ name: "app", lockTags: { object: "lock" }, stateTags: { "Cost Center": "a/b", teamName: "net" } }],
  });
  const [consumer] = made.consumers;
  if (consumer === undefined) throw new Error("The test's home has no consumer.");
  expect(backendHcl(consumerBackend(made, consumer), requiredVersion(consumer)).content).toMatchInlineSnapshot(`
    "terraform {
      required_version = ">= 1.11.0"

      backend "s3" {
        bucket       = "acme-tfstate"
        key          = "app/terraform.tfstate"
        region       = "eu-central-1"
        encrypt      = true
        use_lockfile = true
        lock_tags = {
          object = "lock"
        }
        state_tags = {
          "Cost Center" = "a/b"
          teamName      = "net"
        }
      }
    }
    "
  `);
  const dynamodb = { ...consumer, locking: "dynamodb" } as const;
  expect(Object.keys(consumerBackend(made, dynamodb))).not.toContain("lockTags");
});

describe("for a consumer that says nothing but its name", () => {
  it("backend.tf is a whole terraform block, laid out as terraform fmt does", () => {
    expect(backendHcl(DEFAULT).content).toMatchInlineSnapshot(`
      "terraform {
        required_version = ">= 1.11.0"

        backend "s3" {
          bucket       = "acme-tfstate"
          key          = "app/terraform.tfstate"
          region       = "eu-central-1"
          encrypt      = true
          use_lockfile = true
        }
      }
      "
    `);
  });

  it("backend.tf.json is the same in JSON", () => {
    expect(backendJson(DEFAULT).content).toMatchInlineSnapshot(`
      "{
        "terraform": {
          "required_version": ">= 1.11.0",
          "backend": {
            "s3": {
              "bucket": "acme-tfstate",
              "key": "app/terraform.tfstate",
              "region": "eu-central-1",
              "encrypt": true,
              "use_lockfile": true
            }
          }
        }
      }
      "
    `);
  });

  it("the partial configuration is the arguments alone", () => {
    expect(partialConfiguration("app", DEFAULT).content).toMatchInlineSnapshot(`
      "bucket       = "acme-tfstate"
      key          = "app/terraform.tfstate"
      region       = "eu-central-1"
      encrypt      = true
      use_lockfile = true
      "
    `);
  });
});

it("the files have the names that Terraform and its users look for", () => {
  expect(
    [backendHcl(DEFAULT), backendJson(DEFAULT), partialConfiguration("app", DEFAULT)].map(({ name }) => name),
  ).toEqual(["backend.tf", "backend.tf.json", "app.s3.tfbackend"]);
});

it("a role to assume is an object, not a block, and aligned by itself", () => {
  expect(partialConfiguration("app", EVERYTHING).content).toMatchInlineSnapshot(`
    "bucket               = "acme-tfstate"
    key                  = "app/terraform.tfstate"
    region               = "eu-central-1"
    encrypt              = true
    kms_key_id           = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555"
    use_lockfile         = true
    dynamodb_table       = "terraform-locks"
    workspace_key_prefix = "app/ws"
    lock_tags = {
      object = "lock"
    }
    state_tags = {
      "Cost Center" = "a=b"
      teamName      = "net"
    }
    assume_role = {
      role_arn     = "arn:aws:iam::123456789012:role/state"
      external_id  = "a:b"
      session_name = "ci"
    }
    "
  `);
});

/** The arguments that each of the three files gives to the backend, and the Terraform version two of them ask for. */
async function meanings(settings: BackendSettings): Promise<readonly unknown[]> {
  const hcl = (await parseHcl(backendHcl(settings).content)) as {
    terraform: [{ required_version: string; backend: { s3: [Record<string, unknown>] } }];
  };
  const json = JSON.parse(backendJson(settings).content) as {
    terraform: { required_version: string; backend: { s3: Record<string, unknown> } };
  };
  expect(hcl.terraform[0].required_version).toBe(">= 1.11.0");
  expect(json.terraform.required_version).toBe(">= 1.11.0");
  return [
    hcl.terraform[0].backend.s3[0],
    json.terraform.backend.s3,
    await parseHcl(partialConfiguration("app", settings).content),
  ];
}

describe("the three files mean the same", () => {
  it.each([
    { what: "the default", settings: DEFAULT },
    { what: "everything at once", settings: EVERYTHING },
  ])("for $what", async ({ settings }) => {
    const [hcl, json, partial] = await meanings(settings);
    expect(hcl).toEqual(backendArguments(settings));
    expect(json).toEqual(hcl);
    expect(partial).toEqual(hcl);
  });

  it("for any key, prefix and locking", async () => {
    const settings = fc.record({
      bucket: fc.constant("acme-tfstate"),
      region: fc.constant("cn-north-1"),
      key: stateKey,
      workspaceKeyPrefix: fc.option(workspaceKeyPrefix, { nil: undefined }),
      useLockfile: fc.boolean(),
      dynamodbTable: fc.constantFrom(undefined, "terraform-locks"),
      encrypt: fc.constantFrom(true as const, undefined),
      assumeRole: fc.constantFrom(undefined, { roleArn: "arn:aws:iam::123456789012:role/a" }),
    });
    await fc.assert(
      fc.asyncProperty(settings, async (given) => {
        const [hcl, json, partial] = await meanings(given);
        expect(hcl).toEqual(backendArguments(given));
        expect([json, partial]).toEqual([hcl, hcl]);
      }),
    );
  });

  it("for every locking, use_lockfile and dynamodb_table are there exactly where they lock", async () => {
    const lines = await Promise.all(
      LOCKINGS.map(async (locking) => {
        const of = home({ legacyTable: "terraform-locks", consumers: [{ name: "app", locking }] });
        const [first] = await Promise.all(of.consumers.map((consumer) => meanings(consumerBackend(of, consumer))));
        const { use_lockfile, dynamodb_table } = first?.[0] as Record<string, unknown>;
        return `${locking} ${String(use_lockfile)} ${String(dynamodb_table)}`;
      }),
    );
    expect(lines).toEqual([
      "lockfile true undefined",
      "both true terraform-locks",
      "dynamodb undefined terraform-locks",
    ]);
  });
});

describe("a quoted string", () => {
  it.each([
    ["plain", '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["${x} %{y} $x %", '"$${x} %%{y} $x %"'],
    ["\b\f\n\r\t", '"\\u0008\\u000c\\n\\r\\t"'],
  ])("of %j is %s", (given, quoted) => {
    expect(backendHcl(EVERYTHING, given).content).toContain(`  required_version = ${quoted}\n`);
  });

  it("is read back as what it was, whatever it was", async () => {
    const any = fc.oneof(
      anyText(),
      fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "\\", '"', "\n", "\b", "\f", "a", "~") }),
    );
    await fc.assert(
      fc.asyncProperty(any, any, async (required, key) => {
        const read = await parseHcl(backendHcl({ ...EVERYTHING, key }, required).content);
        // HCL normalizes text.
        expect(read).toMatchObject({
          terraform: [
            { required_version: required.normalize("NFC"), backend: { s3: [{ key: key.normalize("NFC") }] } },
          ],
        });
      }),
    );
  });
});
