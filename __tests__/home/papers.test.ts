import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { writeArtifacts } from "../../lib/artifacts/write-artifacts";
import { papersOf } from "../../lib/home/papers";
import { policyProblems } from "../../lib/home/policy-problems";
import { LOCKINGS } from "../../lib/policy/access-level";
import * as guard from "../../lib/policy/guard/guard-policy";
import * as key from "../../lib/policy/key-policy";
import * as access from "../../lib/policy/state-access-policy";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { home, role, type ConfigPart } from "../support/home";
import { scratch } from "../support/scratch";

/** `<consumer>.<level>` of the policies, or of those that the bootstrap stack creates. */
function levels(part: ConfigPart, which: "policies" | "managed" = "policies"): string[] {
  return papersOf(home(part)).consumers.flatMap((papers) =>
    papers[which].map(({ level }) => `${papers.consumer.name}.${level}`),
  );
}

describe("the papers of a home", () => {
  it("hold a policy of each access level that a consumer has", () => {
    expect(levels({})).toEqual(["app.reader", "app.planner", "app.applier", "app.unlocker"]);
    expect(levels({ consumers: [{ name: "a", workspaceKeyPrefix: "a/ws" }] })).toContain("a.workspace-admin");
  });

  it("say which policies are created in IAM: all, or those that a role gets", () => {
    const consumers = [{ name: "app", access: { planner: [role("ci")] } }];
    expect(levels({ consumers }, "managed")).toHaveLength(4);
    expect(levels({ consumers, managedPolicies: "attached" }, "managed")).toEqual(["app.planner"]);
  });

  it("name the bucket, the table and the key of the home", () => {
    const part = { legacyTable: "locks", bucket: { encryption: { type: "created-key" } } } as const;
    const json = JSON.stringify(papersOf(home({ ...part, locking: "both" })));
    expect(json).toContain("arn:aws:s3:::acme-tfstate/app/terraform.tfstate");
    expect(json).toContain("arn:aws:dynamodb:eu-central-1:123456789012:table/locks");
    expect(json).toContain("alias/acme-tfstate");
    expect(JSON.stringify(papersOf(home({ bucket: { region: "cn-north-1" } })).guard)).toContain(
      "arn:aws-cn:s3:::acme-tfstate/*",
    );
  });

  it("have a key policy if the home creates a key, and a log bucket's policy if it creates a log bucket", () => {
    expect(papersOf(home())).toMatchObject({ keyPolicy: undefined, logDelivery: undefined });
    const papers = papersOf(home({ bucket: { encryption: { type: "created-key" }, accessLogs: {} } }));
    expect(papers.keyPolicy?.Statement[0]?.Sid).toBe("DelegateToIam");
    expect(papers.logDelivery?.Statement[0]?.Sid).toBe("AllowLogDelivery");
    expect(papersOf(home({ bucket: { accessLogs: { bucket: "logs" } } })).logDelivery).toBeUndefined();
  });

  it("name the table for consumers that lock in it, and the lock file for consumers that lock with it", () => {
    const of = home({ legacyTable: "locks", consumers: LOCKINGS.map((locking) => ({ name: locking, locking })) });
    const grants = papersOf(of).consumers.map(({ consumer, policies }) => {
      const json = policies.map(({ document }) => JSON.stringify(document));
      const holding = (word: string): number => json.filter((text) => text.includes(word)).length;
      return `${consumer.name}: table ${String(holding("dynamodb:"))}, file ${String(holding(".tflock"))}`;
    });
    expect(grants).toEqual(["lockfile: table 0, file 3", "both: table 4, file 3", "dynamodb: table 4, file 0"]);
  });
});

it("a synth builds each policy once: one per consumer and level, one guard, one key policy", () => {
  const counters = [
    jest.spyOn(access, "stateAccessPolicy"),
    jest.spyOn(guard, "guardPolicy"),
    jest.spyOn(key, "keyPolicy"),
  ];
  const external = "arn:aws:iam::222222222222:role/ci";
  const consumers = ["a", "b", "c"].map((name) => ({ name, access: { applier: [external], reader: [role("r")] } }));
  const bucket = { encryption: { type: "created-key" }, guard: { accounts: ["222222222222"] } } as const;
  const papers = papersOf(home({ consumers, bucket }));
  expect(policyProblems(papers)).toEqual([]);
  const app = new App({ outdir: mkdtempSync(join(scratch(), "out-")) });
  new BootstrapStack(app, "bootstrap", { papers });
  app.synth();
  writeArtifacts(papers, app.outdir);
  expect(counters.map(({ mock }) => mock.calls.length)).toEqual([3 * 4, 1, 1]);
});
