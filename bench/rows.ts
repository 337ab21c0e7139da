import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { lockBody, startFakeS3 } from "../lab/memory/memory-s3";
import type { Program } from "./measure";
import { ROOT, sizes, type Place } from "./place";

/** One row of the table: a program of Statelock against another program. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly against: string;
  /** The ratio of their times is at most this. */
  readonly goal: number;
  /** The program's peak memory is at most this. @default - no goal */
  readonly megabytes?: number;
  readonly rounds: number;
  /** Makes what the programs need. */
  readonly prepare: (place: Place) => Pair | Promise<Pair>;
}

/** The two programs of a row. */
interface Pair {
  readonly program: Program;
  readonly reference: Program;
  /** How many times the reference counts. @default 1 */
  readonly times?: number;
  readonly stop?: () => Promise<void>;
}

const CONSUMERS = 10_000;
const ROOTS = 10_000;
const [OBJECTS, LOCKS] = [100_000, 20];
const NOTHING: Program = { args: ["-e", "0"] };

export const ROWS: readonly Row[] = [
  {
    id: "synth-start",
    what: "the program that `npm run synth` starts",
    against: '`require("cdktf")`',
    goal: 1.5,
    rounds: 9,
    prepare: () => ({
      program: { args: ["--require", "./bin/typescript.js", "main.ts"], cwd: ROOT },
      reference: { args: ["-e", 'require("cdktf")'], cwd: ROOT },
    }),
  },
  helpRow("help", ["--help"]),
  helpRow("locks-help", ["locks", "list", "--help"]),
  {
    id: "consumers",
    what: `synth of ${count(CONSUMERS)} plain consumers, all artifacts`,
    against: "a loop that writes the same bytes",
    goal: 4,
    megabytes: 300,
    rounds: 3,
    prepare: synthAgainstLoop,
  },
  {
    id: "linear",
    what: `synth of ${count(CONSUMERS)} plain consumers`,
    against: `four times synth of ${count(CONSUMERS / 4)}`,
    goal: 1.2,
    rounds: 3,
    prepare: (place) => ({ program: synthOf(place, CONSUMERS), reference: synthOf(place, CONSUMERS / 4), times: 4 }),
  },
  {
    id: "resynth",
    what: "unchanged synth of 1,000 consumers again",
    against: "its first synth",
    goal: 1,
    rounds: 5,
    prepare: againAgainstFirst,
  },
  {
    id: "scan",
    what: `\`migrate scan\` of ${count(ROOTS)} roots in ${count(2 * ROOTS)} files`,
    against: "a loop that reads the files",
    goal: 5,
    rounds: 3,
    prepare: (place) => ({
      program: { args: [place.statelock, "migrate", "scan", fleet(place), "--json"] },
      reference: { args: [join(ROOT, "bench", "read-files.js"), fleet(place)] },
    }),
  },
  {
    id: "plan",
    what: `\`migrate plan --to both\` of ${count(ROOTS)} roots`,
    against: "that scan",
    goal: 2,
    rounds: 3,
    prepare: (place) => ({
      program: { args: [place.statelock, "migrate", "plan", "--to", "both", fleet(place), "--json"] },
      reference: { args: [place.statelock, "migrate", "scan", fleet(place), "--json"] },
    }),
  },
  {
    id: "locks-list",
    what: `\`locks list\` of ${count(OBJECTS)} objects`,
    against: "listing them",
    goal: 1.2,
    rounds: 3,
    prepare: locksAgainstListing,
  },
];

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function helpRow(id: string, args: readonly string[]): Row {
  return {
    id,
    what: `\`statelock ${args.join(" ")}\``,
    against: "`node -e 0`",
    goal: 2.5,
    rounds: 15,
    prepare: ({ statelock }) => ({ program: { args: [statelock, ...args] }, reference: NOTHING }),
  };
}

/** Returns the program that synthesizes a home with as many consumers into an empty folder. */
function synthOf(place: Place, consumers: number): Program {
  const folder = `home-${String(consumers)}`;
  const names = Array.from({ length: consumers }, (_, index) => ({ name: `team-${String(index)}` }));
  const bucket = { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" };
  place.write(`${folder}/state.config.json`, JSON.stringify({ bucket, managedPolicies: "attached", consumers: names }));
  const before = (): void => {
    place.clear(folder, "cdktf.out");
  };
  return { args: [place.app], cwd: place.path(folder), before };
}

function synthAgainstLoop(place: Place): Pair {
  const program = synthOf(place, CONSUMERS);
  synthesizeOnce(program);
  place.write("list.json", JSON.stringify(sizes(place.path(`home-${String(CONSUMERS)}`, "cdktf.out"))));
  const loop = [join(ROOT, "bench", "write-files.js"), place.path("list.json"), place.path("written")];
  const before = (): void => {
    place.clear("written");
  };
  return { program, reference: { args: loop, before } };
}

function againAgainstFirst(place: Place): Pair {
  const { before, ...again } = synthOf(place, 1_000);
  return { program: again, reference: { ...again, ...(before !== undefined && { before }) } };
}

async function locksAgainstListing({ statelock }: Place): Promise<Pair> {
  const s3 = await startFakeS3();
  for (let n = 0; n < OBJECTS - LOCKS; n += 1) s3.put(`team/${String(n)}/terraform.tfstate`, "{}");
  for (let n = 0; n < LOCKS; n += 1) s3.put(`team/${String(n)}/terraform.tfstate.tflock`, lockBody(String(n)));
  const { name, region, access } = s3.place;
  const url = access?.endpointUrl ?? "";
  const flags = ["--bucket", name, "--region", region, "--endpoint-url", url];
  return {
    program: { args: [statelock, "locks", "list", "--json", ...flags] },
    reference: { args: [join(ROOT, "bench", "list-objects.js"), name, region, url] },
    stop: () => s3.stop(),
  };
}

function synthesizeOnce({ args, cwd, before }: Program): void {
  before?.();
  execFileSync(process.execPath, args, { cwd, stdio: "inherit" });
}

/** Writes the roots of a fleet, once, and returns their folder. */
function fleet(place: Place): string {
  const folder = place.path("fleet");
  if (!place.has("fleet"))
    for (let n = 0; n < ROOTS; n += 1) {
      const [root, key] = [`fleet/live/${String(n % 100)}/root-${String(n)}`, `live/${String(n)}/terraform.tfstate`];
      place.write(`${root}/backend.tf`, backend(key));
      place.write(`${root}/main.tf`, RESOURCES);
    }
  return folder;
}

function backend(key: string): string {
  const settings = { bucket: "acme-tfstate", key, region: "eu-central-1", dynamodb_table: "terraform-locks" };
  const lines = Object.entries(settings).map(([name, value]) => `    ${name.padEnd(14)} = "${value}"\n`);
  return `terraform {\n  required_version = ">= 1.10.1"\n\n  backend "s3" {\n${lines.join("")}  }\n}\n`;
}

const RESOURCES = `variable "name" {
  type    = string
  default = "app"
}

resource "terraform_data" "content" {
  input = {
    name = var.name
    tags = ["a", "b", "c"]
  }
}

output "name" {
  value = terraform_data.content.output.name
}
`;
