import { FLEET_BUCKET, FLEET_TABLE } from "./legacy-fleet";
import { witnessedWork, type WorkOptions } from "./witnessed-work";

/** A plain root as some team wrote it. */
export interface StoryRoot {
  readonly name: string;
  readonly key: string;
  /** Path below the root → text. */
  readonly files: Readonly<Record<string, string>>;
  /** What `-backend-config` is given, one file for each way the root is set up. @default - nothing */
  readonly partials: readonly string[];
}

const PLACE = { bucket: FLEET_BUCKET, dynamodb_table: FLEET_TABLE };
const EMPTY = 'terraform {\n  backend "s3" {}\n}\n';

/** Twelve roots that lock in the table alone, no two written the same way. @param dynamoDb endpoint of DynamoDB */
export function storyRoots(dynamoDb: string): StoryRoot[] {
  return [
    root("network", {
      "main.tf": `# What everybody reads.
terraform {
  required_version = ">= 1.10.1"

  backend "s3" {
    bucket = "${FLEET_BUCKET}" # made long ago
    key    = "live/network"

    // locks
    dynamodb_table = "${FLEET_TABLE}" /* one for all */
  }
}
`,
    }),
    root("dns", { "backend.tf": EMPTY, "dns.s3.tfbackend": lines({ ...PLACE, key: "live/dns" }) }, [
      "dns.s3.tfbackend",
    ]),
    root("database", {
      "backend.tf.json": JSON.stringify(
        { terraform: { backend: { s3: { ...PLACE, key: "live/database" } } } },
        null,
        2,
      ),
    }),
    root("queue", {
      "main.tf": block(lines({ bucket: "somewhere-else", key: "old", dynamodb_table: "older" })),
      "backend_override.tf": block(lines({ ...PLACE, key: "live/queue" })),
    }),
    root("app", { "main.tf": block(lines({ ...PLACE, key: "live/app", workspace_key_prefix: "app-env" })) }, [], {
      workspaceKeyPrefix: "app-env",
    }),
    root("legacy", {
      "main.tf":
        `terraform {\n\n\tbackend "s3" {\n\t\tdynamodb_table = "${FLEET_TABLE}"   # tabs, CRLF\n\t\tkey="live/legacy"\n\n\t\tbucket="${FLEET_BUCKET}"\n\t}\n}\n`.replaceAll(
          "\n",
          "\r\n",
        ),
    }),
    root("cache", {
      "main.tf": block(
        `${lines({ ...PLACE, key: "live/cache" })}use_path_style = true\nendpoints = {\n  # a gateway\n  dynamodb = "${dynamoDb}"\n  s3       = "${dynamoDb}"\n}\n`,
      ),
    }),
    root("mail", {
      "main.tf": block(`${lines({ ...PLACE, key: "live/mail" })}endpoints = { dynamodb = "${dynamoDb}" }\n`),
    }),
    root("reports", {
      "main.tf": block(lines({ ...PLACE, key: "live/reports" })),
      "network.tf": `data "terraform_remote_state" "network" {
  backend = "s3"
  config = {
    bucket         = "${FLEET_BUCKET}"
    key            = "live/network"
    dynamodb_table = "${FLEET_TABLE}"
  }
}

output "seen" {
  value = data.terraform_remote_state.network.outputs.marks
}
`,
    }),
    root(
      "stage",
      {
        "main.tf": block(`dynamodb_table = "${FLEET_TABLE}"\n`),
        "prod.tfbackend": lines({ bucket: FLEET_BUCKET, key: "live/stage" }),
        "test.tfbackend": lines({ bucket: FLEET_BUCKET, key: "live/stage-test" }),
      },
      ["prod.tfbackend", "test.tfbackend"],
    ),
    root(
      "certs",
      {
        "versions.tf": `terraform {\n  backend "s3" { dynamodb_table = "${FLEET_TABLE}" }\n}\n`,
        "env/certs.tfbackend.json": JSON.stringify({ bucket: FLEET_BUCKET, key: "live/certs" }),
      },
      ["env/certs.tfbackend.json"],
    ),
    root("ops", { "main.tf": block(`${lines({ ...PLACE, key: "live/ops" })}use_lockfile = false\n`) }),
  ];
}

function root(
  name: string,
  backend: Readonly<Record<string, string>>,
  partials: readonly string[] = [],
  options?: WorkOptions,
): StoryRoot {
  const key = `live/${name}`;
  return { name, key, partials, files: { ...backend, "work.tf": witnessedWork(FLEET_BUCKET, key, options) } };
}

function lines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = "${value}"\n`)
    .join("");
}

function block(body: string): string {
  return `terraform {\n  backend "s3" {\n${body.replace(/^/gm, "    ").trimEnd()}\n  }\n}\n`;
}
