import { consumerKey } from "../../config/config-defaults";
import { readEnvironment, type EnvironmentSettings } from "../../config/config-environment";
import { SyntaxProblem, type Attribute, type Span, type Value } from "../../hcl/syntax";
import type { Written } from "../../typescript/syntax";
import type { Finding } from "./hcl-sites";
import type { Setting } from "./phase";
import type { ConfigTools } from "../../files/project-files";
import type { Site, WrittenConsumer } from "./site";

/** The name that a config is exported by: main.ts imports it. */
export const CONFIG_EXPORT = "stateConfig";

/** What a field comes to: its text, or where that would have to be computed. */
type Fact = { readonly value: string } | { readonly at: Span } | undefined;

/** What a config says of its consumers; nothing where the file exports no config: it is another tool's. */
export function readConfigSites({ modules, environment }: ConfigTools, text: string): Finding | SyntaxProblem {
  const exported = modules.exported(text, CONFIG_EXPORT);
  if (exported instanceof SyntaxProblem) return exported;
  return configSites(text, exported, readEnvironment(environment).bucket);
}

/** Every consumer of a config, as the backend that synth gives it. What the environment says comes first. */
function configSites(text: string, config: Written | undefined, overrides: EnvironmentSettings["bucket"]): Finding {
  const consumers = config === undefined ? undefined : fieldOf(config, "consumers");
  if (config === undefined || consumers === undefined) return { sites: [], requiredVersions: [] };
  const items = consumers.kind === "list" ? consumers.items : [consumers];
  const isShared = isMentionedTwice(config) || isMentionedTwice(consumers);
  const sites = items.map((item, index) => consumerSite({ text, config, item, index, isShared, overrides }));
  return { sites, requiredVersions: [] };
}

interface Reading {
  readonly text: string;
  readonly config: Written;
  readonly item: Written;
  readonly index: number;
  /** The config or its list of consumers is used elsewhere too. */
  readonly isShared: boolean;
  readonly overrides: EnvironmentSettings["bucket"];
}

function consumerSite(reading: Reading): Site {
  const { text, config, item, index, overrides } = reading;
  const bucket = fieldOf(config, "bucket");
  const place = (name: "name" | "region" | "account"): Fact =>
    overrides[name] === undefined ? factOf(bucket, name) : { value: overrides[name] };
  const name = factOf(item, "name");
  const standard = factOf(config, "locking") ?? { value: "lockfile" };
  const facts: Readonly<Record<string, Fact>> = {
    bucket: place("name"),
    region: place("region"),
    key: keyOf(name, factOf(item, "key")),
    workspace_key_prefix: factOf(item, "workspaceKeyPrefix"),
    ...encryptionOf(item, bucket),
  };
  return {
    role: "consumer",
    syntax: "typescript",
    line: item.line,
    start: item.start,
    end: item.end,
    type: "s3",
    ...(name !== undefined && "value" in name ? { label: name.value } : {}),
    arguments: Object.entries(facts).flatMap(([argument, fact]) => attributeOf(item, argument, fact)),
    consumer: {
      index,
      locking: settingOf(text, factOf(item, "locking") ?? standard),
      standard: settingOf(text, standard),
      legacyTable: settingOf(text, factOf(config, "legacyTable")),
      account: settingOf(text, place("account")),
      written: item,
      fixed: fixedBy(reading),
    },
  };
}

/** The first thing that keeps `locking` from being changed where it stands. */
function fixedBy({ item, isShared }: Reading): WrittenConsumer["fixed"] {
  if (item.kind !== "object") return { line: item.line, got: "a consumer that is not written out there" };
  const name = item.members.find((member) => member.name === "name")?.value;
  if (name?.kind !== "text") return { line: item.line, got: "one whose name is not written out there" };
  const hiding = item.members.find(({ name }) => name === undefined);
  if (hiding !== undefined) return { line: hiding.line, got: "members that are not written out there" };
  const [own, again] = item.members.filter(({ name }) => name === "locking");
  if (again !== undefined) return { line: again.line, got: "locking again" };
  if (own !== undefined && (own.value.kind !== "text" || own.value.through !== undefined))
    return { line: own.line, got: "a value that is not written out there" };
  return isShared || isMentionedTwice(item)
    ? { line: item.line, got: "one that is used elsewhere as well" }
    : undefined;
}

/** A change there would change whatever else mentions the variable. */
function isMentionedTwice({ through }: Written): boolean {
  return through !== undefined && (through.mentions > 1 || through.isExported);
}

function keyOf(name: Fact, key: Fact): Fact {
  if (key !== undefined || name === undefined || "at" in name) return key ?? name;
  return { value: consumerKey({ name: name.value }) };
}

/** What the backend is told about encryption: see `BucketConfig.encryption` and `ConsumerConfig.kmsKeyArn`. */
function encryptionOf(item: Written, bucket: Written | undefined): Readonly<Record<string, Fact>> {
  const encrypted: Fact = { value: "true" };
  const own = factOf(item, "kmsKeyArn");
  if (own !== undefined) return { encrypt: encrypted, kms_key_id: own };
  const encryption = bucket === undefined ? undefined : fieldOf(bucket, "encryption");
  if (encryption === undefined) return { encrypt: encrypted };
  const [type, keyArn] = [factOf(encryption, "type"), factOf(encryption, "keyArn")];
  if (type === undefined || "at" in type) return { encrypt: { at: encryption } };
  if (keyArn !== undefined) return { encrypt: encrypted, kms_key_id: keyArn };
  return type.value === "sse-s3" ? { encrypt: encrypted } : {};
}

/** The field that counts: the last of its name, unless a member behind it may be another. */
function fieldOf(written: Written, name: string): Written | undefined {
  if (written.kind !== "object") return { ...written, kind: "computed" };
  return written.members.findLast((member) => member.name === name || member.name === undefined)?.value;
}

function factOf(written: Written | undefined, name: string): Fact {
  const field = written === undefined ? undefined : fieldOf(written, name);
  if (field === undefined) return undefined;
  return field.kind === "text" ? { value: field.text } : { at: field };
}

function settingOf(text: string, fact: Fact): Setting {
  return fact === undefined || "value" in fact ? fact : { expression: text.slice(fact.at.start, fact.at.end) };
}

/** As an argument of the backend, so that it is read like any other; a text stands where the consumer does. */
function attributeOf({ start, end, line }: Written, name: string, fact: Fact): Attribute[] {
  if (fact === undefined) return [];
  const value: Value =
    "value" in fact
      ? { start, end, kind: "literal", literal: fact.value }
      : { start: fact.at.start, end: fact.at.end, kind: "expression", isConstant: false };
  return [{ start, end, line, name, value }];
}
