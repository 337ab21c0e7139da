import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backendHcl } from "../../lib/backend/backend-files";
import { backendArguments } from "../../lib/backend/backend-arguments";
import { consumerBackend, readerBackend } from "../../lib/backend/backend-settings";
import type { Consumer } from "../../lib/config/state-home";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import { locksInDynamoDb } from "../../lib/policy/access-level";
import { SETUP_KEY, type Judged, type PolicyGate } from "../policy-gate/policy-gate";
import { requireSuccess } from "../machine/require-success";
import type { CommandResult, Workspace } from "../machine/workspace";
import { s3Error } from "../requests/s3-error";
import type { StandIn } from "../stand-in/stand-in";
import type { Lab } from "./lab";
import { enter, ORGANIZATION, TABLE, type Scenario } from "./scenario";

const ROOT = `
variable "blocks" {
  type    = number
  default = 1
}
variable "note" {
  default = "first"
}
locals {
  block = join("", [for n in range(64) : format("%01024d", n)])
}
resource "terraform_data" "content" {
  input = join("", [for n in range(var.blocks) : local.block])
}
resource "terraform_data" "note" {
  input = var.note
}
output "note" {
  value = terraform_data.note.output
}
`;

export const LOCK_ID = "6c0d8a2e-0d5e-4a0b-9a43-2f6e8c1b7d10";

/** One terraform command, or several that belong together. */
export interface TerraformRun {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How things are before a step. */
export interface Before {
  /** @default "full": applied in the default workspace and, where there are workspaces, in `dev` */
  readonly bucket?: "full" | "empty" | "locked" | "stale-digest";
  /** @default "initialized" */
  readonly directory?: "initialized" | "fresh" | "local-state" | "reader";
  /** @default "default" */
  readonly workspace?: "default" | "dev";
  /** Whether the parts of an upload are refused by S3. */
  readonly breaksUpload?: boolean;
  /** Files written over what is there. */
  readonly files?: (stage: Stage) => Readonly<Record<string, string>>;
}

/** What became of it. */
export interface Played {
  readonly results: readonly CommandResult[];
  readonly judged: readonly Judged[];
}

interface Baseline {
  readonly objects: ReadonlyMap<string, string>;
  readonly items: readonly string[];
}

const READS = /^(Get|Head|List)/;

let count = 0;

/** One scenario, set up in moto, with working directories for any number of steps. */
export class Stage {
  /** What the bucket is like: a step that writes nothing leaves it as it was. */
  private condition: Before["bucket"];
  private baseline: Baseline = { objects: new Map(), items: [] };

  private constructor(
    readonly scenario: Scenario,
    private readonly gate: PolicyGate,
    private readonly workspace: Workspace,
    private readonly motoUrl: string,
    private readonly standIn: StandIn,
  ) {}

  static async open(scenario: Scenario, lab: Lab): Promise<Stage> {
    const { gate, workspace, moto, standIn } = lab;
    const stage = new Stage(scenario, gate, workspace, moto.url, standIn);
    enter(gate.world, scenario);
    await stage.prepare();
    return stage;
  }

  /** Files of the consumer's root, with the backend file that synth writes. */
  files(consumer: Consumer = this.scenario.consumer): Record<string, string> {
    return { "main.tf": ROOT, "backend.tf": backendHcl(consumerBackend(this.scenario.home, consumer)).content };
  }

  /** A root that reads the consumer's outputs. */
  readerFiles(): Record<string, string> {
    const config = backendArguments(readerBackend(this.scenario.home, this.scenario.consumer));
    const data = { terraform_remote_state: { app: { backend: "s3", config } } };
    const output = { note: { value: "${data.terraform_remote_state.app.outputs.note}" } };
    return { "main.tf.json": JSON.stringify({ data, output }) };
  }

  /** The state of the default workspace, as it is before a step. */
  stateText(): string {
    return this.baseline.objects.get(this.scenario.consumer.key) ?? "";
  }

  /** Key of a state, by workspace. */
  key(workspace: string): string {
    const { key, workspaceKeyPrefix } = this.scenario.consumer;
    return workspace === "default" ? key : `${workspaceKeyPrefix ?? ""}/${workspace}/${key}`;
  }

  /** Brings about what a step needs, and runs it as a role with these policies. */
  async play(
    runs: readonly TerraformRun[],
    before: Before,
    who: { readonly arn: string; readonly policies: readonly PolicyDocument[] },
  ): Promise<Played> {
    const unhook = before.breaksUpload === true ? this.breakUploads() : undefined;
    await this.restore(before.bucket ?? "full");
    const directory = this.directory(before);
    const accessKeyId = `actor-${String(++count)}`;
    this.gate.world.principals.set(accessKeyId, { ...who, organization: ORGANIZATION });
    const results: CommandResult[] = [];
    for (const run of runs) {
      const result = await this.terraform(directory, accessKeyId, run);
      results.push(result);
      if (result.code !== 0) break;
    }
    rmSync(directory, { recursive: true, force: true });
    unhook?.();
    const judged = this.gate.take(accessKeyId);
    if (judged.some(({ request }) => !READS.test(request.operation))) this.condition = undefined;
    return { results, judged };
  }

  /** Keys of all objects that are there now. */
  async keys(): Promise<string[]> {
    const listing = await (await this.s3("?list-type=2")).text();
    return [...listing.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
  }

  /** An object's text as it is now. */
  async object(key: string): Promise<string | undefined> {
    const answer = await this.s3(path(key));
    return answer.ok ? await answer.text() : undefined;
  }

  /** Whether uploads in parts were begun and neither completed nor aborted. */
  async openUploads(): Promise<number> {
    const listing = await (await this.s3("?uploads")).text();
    return [...listing.matchAll(/<UploadId>/g)].length;
  }

  async abortUploads(): Promise<void> {
    const listing = await (await this.s3("?uploads")).text();
    for (const [, entry = ""] of listing.matchAll(/<Upload>(.*?)<\/Upload>/gs)) {
      const [key, id] = ["Key", "UploadId"].map((name) => new RegExp(`<${name}>([^<]*)<`).exec(entry)?.[1] ?? "");
      await this.s3(`${path(key ?? "")}?uploadId=${encodeURIComponent(id ?? "")}`, { method: "DELETE" });
    }
  }

  private breakUploads(): () => void {
    return this.standIn.onRequest(({ operation, bucket }) =>
      operation === "UploadPart" && bucket === this.scenario.home.bucket.name
        ? s3Error(400, "InvalidPart", "broken by the test")
        : undefined,
    );
  }

  private async prepare(): Promise<void> {
    const { home, setup } = this.scenario;
    await this.s3("", { method: "PUT" });
    const template = this.workspace.path(this.scenario.name, "template");
    write(template, this.files());
    const steps = [
      ["init"],
      ["apply", "-auto-approve"],
      ...(setup.workspaces === "default"
        ? []
        : [
            ["workspace", "new", "dev"],
            ["apply", "-auto-approve"],
            ["workspace", "select", "default"],
          ]),
    ];
    for (const args of steps) requireSuccess(await this.terraform(template, SETUP_KEY, { args }));
    const keys = await this.keys();
    const objects = await Promise.all(keys.map(async (key) => [key, (await this.object(key)) ?? ""] as const));
    const scan = await this.dynamoDb("Scan", {});
    const items = (JSON.parse(scan) as { Items?: { LockID: { S: string } }[] }).Items ?? [];
    const own = items.filter(({ LockID }) => LockID.S.startsWith(`${home.bucket.name}/`));
    this.baseline = { objects: new Map(objects), items: own.map((item) => JSON.stringify(item)) };
  }

  /** Somebody else wrote to the bucket. */
  soil(): void {
    this.condition = undefined;
  }

  /** Puts the bucket and the table's items back into a condition. */
  async restore(bucket: NonNullable<Before["bucket"]>): Promise<void> {
    if (bucket === this.condition) return;
    this.condition = bucket;
    const wanted = bucket === "empty" ? new Map<string, string>() : new Map(this.baseline.objects);
    if (bucket === "locked") for (const key of [...wanted.keys()]) wanted.set(`${key}.tflock`, this.lockText(key));
    const superfluous = (await this.keys()).filter((key) => !wanted.has(key));
    await Promise.all(superfluous.map((key) => this.s3(path(key), { method: "DELETE" })));
    for (const [key, body] of wanted) await this.s3(path(key), { method: "PUT", body });
    if (!locksInDynamoDb(this.scenario.setup.locking)) return;
    const { name } = this.scenario.home.bucket;
    const states = [...this.baseline.objects.keys(), ...superfluous].map((key) => `${name}/${key}`);
    for (const id of states.flatMap((state) => [state, `${state}-md5`]))
      await this.dynamoDb("DeleteItem", { Key: { LockID: { S: id } } });
    if (bucket === "empty") return;
    for (const item of this.baseline.items) await this.dynamoDb("PutItem", { Item: JSON.parse(item) as object });
    const stale = bucket === "stale-digest" ? states : [];
    for (const state of stale)
      await this.dynamoDb("PutItem", { Item: { LockID: { S: `${state}-md5` }, Digest: { S: "0".repeat(32) } } });
    if (bucket !== "locked") return;
    for (const key of this.baseline.objects.keys())
      await this.dynamoDb("PutItem", { Item: { LockID: { S: `${name}/${key}` }, Info: { S: this.lockText(key) } } });
  }

  private directory({ directory = "initialized", workspace = "default", files }: Before): string {
    const at = this.workspace.path(this.scenario.name, `step-${String(++count)}`);
    const template = this.workspace.path(this.scenario.name, "template");
    mkdirSync(at, { recursive: true });
    if (directory === "reader") write(at, this.readerFiles());
    else write(at, this.files());
    if (directory === "initialized") cpSync(join(template, ".terraform"), join(at, ".terraform"), { recursive: true });
    if (directory === "local-state") write(at, this.localStates());
    if (workspace !== "default") write(at, { ".terraform/environment": workspace });
    if (files !== undefined) write(at, files(this));
    return at;
  }

  private localStates(): Record<string, string> {
    return { "terraform.tfstate": this.stateText() };
  }

  private terraform(
    directory: string,
    accessKeyId: string,
    { args, input, env }: TerraformRun,
  ): Promise<CommandResult> {
    const options = { cwd: directory, env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_MAX_ATTEMPTS: "1", ...env } };
    return this.workspace.terraform(args, { ...options, ...(input !== undefined && { input }) });
  }

  private lockText(key: string): string {
    const Path = `${this.scenario.home.bucket.name}/${key}`;
    const created = "2026-01-01T00:00:00Z";
    return JSON.stringify({
      ID: LOCK_ID,
      Operation: "OperationTypeApply",
      Info: "",
      Who: "ci@runner",
      Version: "1.11.4",
      Created: created,
      Path,
    });
  }

  /** Past the gate, straight to moto, which wants a signature and does not read it. */
  private s3(target: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: signature("s3") };
    return fetch(`${this.motoUrl}/${this.scenario.home.bucket.name}${target}`, { ...init, headers });
  }

  private async dynamoDb(operation: string, body: object): Promise<string> {
    return dynamoDb(this.motoUrl, operation, { TableName: TABLE, ...body });
  }
}

/** The legacy table, once for all scenarios. */
export async function createTable(motoUrl: string): Promise<void> {
  await dynamoDb(motoUrl, "CreateTable", {
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: "LockID", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "LockID", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
}

async function dynamoDb(motoUrl: string, operation: string, body: object): Promise<string> {
  const answer = await fetch(motoUrl, {
    method: "POST",
    headers: {
      authorization: signature("dynamodb"),
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "content-type": "application/x-amz-json-1.0",
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`moto refused ${operation}: ${text}`);
  return text;
}

function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=setup/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;
}

function path(key: string): string {
  return `/${key.split("/").map(encodeURIComponent).join("/")}`;
}

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}
