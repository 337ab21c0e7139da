import { cpSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describeE2e } from "../../support/describe-e2e";
import { engineDifferences } from "../../../lab/machine/engine-differences";
import { startMotoServer, type MotoServer } from "../../../lab/machine/moto-server";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type RequestRecord, type StandIn } from "../../../lab/stand-in/stand-in";
import { temporaryTlsIdentity, type TemporaryTlsIdentity } from "../../../lab/stand-in/tls-identity";
import { attachedProvider } from "../../support/steps/attached-provider";
import { LOCKED_BUCKET, lockedRoots, type LockedRoots } from "../../support/steps/locked-roots";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";

describeE2e("the AWS stand-in", ["terraform", "aws-provider", "moto-server"], () => {
  let place: LockedRoots;
  let bucketStack: Promise<CommandResult[]>;

  const requestsFor = (key: string): RequestRecord[] =>
    place.standIn.requests().filter((request) => request.key === key);

  beforeAll(async () => {
    place = await lockedRoots();
    // The provider's waiters sleep for a minute, so this runs beside the other tests.
    bucketStack = lifeOf(place.workspaceWith("bucket-stack"));
  });

  afterAll(() => place.stop());

  it("lets exactly one of 50 conditional writes win", async () => {
    const write = (n: number) =>
      place.s3.send(
        new PutObjectCommand({ Bucket: LOCKED_BUCKET, Key: "race.tflock", Body: String(n), IfNoneMatch: "*" }),
      );

    await Promise.allSettled(Array.from({ length: 50 }, (_, n) => write(n)));

    const statuses = requestsFor("race.tflock").map((request) => request.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(49);
  });

  it("serves Terraform's S3 backend: the lock is a conditional write, and gone afterwards", async () => {
    const root = await place.rootAt("small/terraform.tfstate");
    requireSuccess(await root.terraform(["apply", "-auto-approve"]));

    const lockRequests = requestsFor("small/terraform.tfstate.tflock");
    expect(lockRequests.map(({ operation, headers, status }) => ({ operation, headers, status }))).toEqual([
      {
        operation: "PutObject",
        headers: { "if-none-match": "*", "x-amz-server-side-encryption": "AES256" },
        status: 200,
      },
      { operation: "GetObject", headers: {}, status: 200 },
      { operation: "DeleteObject", headers: {}, status: 204 },
    ]);
    expect(await place.keysBelow("small/")).toEqual(["small/terraform.tfstate"]);
  });

  it("takes and gives large states, in parts where the engine does so", async () => {
    const root = await place.rootAt("large/terraform.tfstate");
    const env = { TF_VAR_blocks: "85" };
    requireSuccess(await root.terraform(["apply", "-auto-approve"], { env }));
    requireSuccess(await root.terraform(["plan", "-detailed-exitcode"], { env }));

    const operations = requestsFor("large/terraform.tfstate").map((request) => request.operation);
    const { uploadsInParts } = engineDifferences();
    expect(operations).toContain(uploadsInParts ? "CompleteMultipartUpload" : "PutObject");
    expect(operations.filter((operation) => operation === "GetObject").length > 1).toBe(uploadsInParts);
  });

  it("can hold a request, so that a process dies at exactly that moment", async () => {
    const root = await place.rootAt("killed/terraform.tfstate");
    const apply = root.start("terraform", ["apply", "-auto-approve", "-input=false"]);
    const unhook = place.standIn.onRequest(async (request) => {
      if (request.operation !== "PutObject" || request.key !== "killed/terraform.tfstate") return undefined;
      apply.kill("SIGKILL");
      await apply.done;
      return "drop";
    });

    expect(await apply.done).toMatchObject({ code: null, signal: "SIGKILL" });
    unhook();
    expect(await place.keysBelow("killed/")).toEqual(["killed/terraform.tfstate.tflock"]);
  });

  it("keeps every setting of a bucket stack: applied, nothing left to plan, destroyed", async () => {
    (await bucketStack).forEach(requireSuccess);

    expect(place.standIn.requests().filter((request) => request.operation === "Unrecognised")).toEqual([]);
    expect(place.standIn.bucketPolicy("stand-in-state")).toBeUndefined();
  });

  async function lifeOf(root: Workspace): Promise<CommandResult[]> {
    const provider = await attachedProvider(root);
    const results: CommandResult[] = [];
    for (const command of ["init", "apply -auto-approve", "plan -detailed-exitcode", "destroy -auto-approve"])
      results.push(await root.terraform(command.split(" "), { env: provider.env }));
    await provider.stop();
    return results;
  }
});

describeE2e("the AWS stand-in over TLS", ["terraform", "moto-server", "openssl"], () => {
  let motoServer: MotoServer;
  let tls: TemporaryTlsIdentity;
  let standIn: StandIn;
  let root: Workspace;

  beforeAll(async () => {
    motoServer = await startMotoServer();
    tls = temporaryTlsIdentity();
    standIn = await startStandIn({ motoServer, tls });
    root = createWorkspace({ env: standIn.env });
    cpSync(join(__dirname, "..", "..", "support", "fixtures", "locked-root"), root.directory, { recursive: true });
    await fetch(`${motoServer.url}/locked-root`, { method: "PUT" });
  });

  afterAll(async () => {
    await root.remove();
    await standIn.stop();
    await motoServer.stop();
    tls.remove();
  });

  it("serves the engine's S3 backend, whose uploads may then carry their checksum behind the body", async () => {
    const uploads: string[] = [];
    standIn.onRequest(({ operation, key }, { secure, headers }) => {
      if (operation === "PutObject")
        uploads.push([key, headers["content-encoding"], secure ? "TLS" : "plain"].join(" "));
    });

    requireSuccess(await root.terraform(["init", "-backend-config=key=tls/terraform.tfstate"]));
    requireSuccess(await root.terraform(["apply", "-auto-approve"]));
    requireSuccess(await root.terraform(["plan", "-detailed-exitcode", "-lock=false"]));

    const encoding = engineDifferences().checksumFollows ? "aws-chunked" : "";
    expect(uploads).toEqual([`tls/terraform.tfstate.tflock ${encoding} TLS`, `tls/terraform.tfstate ${encoding} TLS`]);
  });
});
