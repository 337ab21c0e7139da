import { accountRegionalName, WITHOUT_NAMESPACE } from "../config/account-regional-name";

/** The languages that a config can be written in. */
export const CONFIG_FORMATS = ["ts", "js", "json"] as const;
export type ConfigFormat = (typeof CONFIG_FORMATS)[number];

/** What an operator answers when `statelock init` asks. */
export interface HomeAnswers {
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/** Where editors find the JSON Schema of a config after `npm i statelock`. */
const SCHEMA = "./node_modules/statelock/schemas/state-config.v1.schema.json";

/** Returns the text of a new config with one consumer. */
export function configText(answers: HomeAnswers, format: ConfigFormat, consumer: "network" | "demo"): string {
  if (format === "json") return jsonText(answers);
  const declared =
    format === "ts"
      ? [`import type { StateConfig } from "statelock";`, "", "export const stateConfig: StateConfig = {"]
      : [`/** @type {import("statelock").StateConfig} */`, "exports.stateConfig = {"];
  return [...declared, ...bucketLines(answers), ...CONSUMERS[consumer], "};", ""].join("\n");
}

function bucketLines({ name, region, account }: HomeAnswers): string[] {
  const reserved = accountRegionalName({ name, region, account });
  const isOffered = reserved !== name && reserved.length <= 63 && !WITHOUT_NAMESPACE.includes(region);
  return [
    "  bucket: {",
    `    name: ${JSON.stringify(name)},`,
    ...(isOffered
      ? [
          `    // name: ${JSON.stringify(reserved)}, // nobody else can take this name; it needs AWS provider 6.40 or later`,
        ]
      : []),
    `    region: ${JSON.stringify(region)},`,
    `    account: ${JSON.stringify(account)},`,
    '    // encryption: { type: "created-key" }, // a KMS key of your own; the default is SSE-S3',
    "    // guard: { deployers: [] }, // ARNs of the roles that run `statelock bootstrap`",
    "  },",
    "",
  ];
}

const CONSUMERS = {
  network: [
    "  consumers: [",
    "    // One entry for each Terraform root. Copy a file from cdktf.out/backends/network/ into the root.",
    '    { name: "network" },',
    "  ],",
  ],
  demo: [
    "  consumers: [",
    "    // A stack in this project: see stacks/index.ts.",
    '    { name: "demo", type: "cdktf" },',
    "    // A Terraform root elsewhere. Copy a file from cdktf.out/backends/network/ into the root.",
    '    { name: "network" },',
    "  ],",
  ],
} as const;

function jsonText({ name, region, account }: HomeAnswers): string {
  return `${JSON.stringify({ $schema: SCHEMA, bucket: { name, region, account }, consumers: [{ name: "network" }] }, null, 2)}\n`;
}
