import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINES_TO_PROVE } from "../../lab/machine/engines-to-prove";
import { PROJECT_ROOT } from "../../lab/machine/project-root";

const FOLDER = join(PROJECT_ROOT, ".github", "workflows");
const EXAMPLE = readFileSync(join(PROJECT_ROOT, "examples", "github-actions", "terraform.yml"), "utf8");
const workflows = readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const);

/** The text of each job, by its name. */
function jobs(workflow: string): Map<string, string> {
  const [, all = ""] = workflow.split(/^jobs:\n/m);
  const parts = all.split(/^ {2}(?=[\w-]+:\n)/m).filter((part) => part.trim() !== "" && !part.startsWith(" "));
  return new Map(parts.map((part) => [part.slice(0, part.indexOf(":")), part]));
}

describe.each(workflows)("%s", (_name, text) => {
  it("pins every action by its commit, with the version beside it", () => {
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.filter((line) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/.test(line))).toEqual([]);
  });

  it("starts only scripts that the project has", () => {
    const scripts = [...text.matchAll(/(?:npx tsx|bash|node) (\w[\w./-]*)/g)].map(([, script = ""]) => script);
    expect(scripts.filter((script) => !existsSync(join(PROJECT_ROOT, script)))).toEqual([]);
  });

  it("keeps no credentials of a checkout", () => {
    const checkouts = text.match(/uses: actions\/checkout@.*\n.*\n.*/g) ?? [];
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => !step.endsWith("persist-credentials: false"))).toEqual([]);
  });

  it("ends a job that hangs, and gives .ci/run the 90 minutes that it may need", () => {
    for (const [, job] of jobs(text)) {
      const minutes = Number(/^ {4}timeout-minutes: (\d+)$/m.exec(job)?.[1]);
      expect(minutes).toBeLessThanOrEqual(90);
      expect(job.includes(".ci/run") ? minutes : 90).toBe(90);
    }
  });

  it("lets a workflow read alone, and only the job that publishes ask for an identity", () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    const withIdentity = [...jobs(text)].filter(([, job]) => job.includes("id-token: write")).map(([name]) => name);
    expect(withIdentity).toEqual(text.includes("npm publish") ? ["publish"] : []);
  });
});

it("CI tests each release line that the proof is for, with the oldest and the newest AWS provider", () => {
  const ci = readFileSync(join(FOLDER, "ci.yml"), "utf8");
  const tested = [...ci.matchAll(/\{ name: (\w+), version: "(\d+\.\d+)\.\d+" \}/g)].map(([, name, line]) => ({
    name,
    line,
  }));
  expect(tested).toEqual(ENGINES_TO_PROVE);
  expect(ci).toContain('aws: ["5.100.0", "~> 6.0"]');
});

describe("the example for GitHub Actions", () => {
  it("applies in an environment, with the subjects that its how-to names", () => {
    const { plan = "", apply = "" } = Object.fromEntries(jobs(EXAMPLE));
    const guide = readFileSync(join(PROJECT_ROOT, "docs", "how-to", "let-ci-in.md"), "utf8");
    const subjects = [plan, apply].map((job) => /its subject is (\S+)/.exec(job)?.[1] ?? "none");
    expect(subjects).toEqual(["repo:acme/network:pull_request", "repo:acme/network:environment:production"]);
    for (const subject of subjects) expect(guide).toContain(subject);
    expect(apply).toContain("environment: production");
    expect(plan).not.toContain("terraform apply");
  });

  it("skips the pull requests of forks", () => {
    expect(jobs(EXAMPLE).get("plan")).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });
});
