import { App } from "cdktf";
import { readBootstrapRecord } from "./lib/record/bootstrap-record-file";
import { writeRefusal } from "./lib/artifacts/refusal-file";
import { readSeenRecord } from "./lib/record/migration-record-file";
import { writeArtifacts } from "./lib/artifacts/write-artifacts";
import { stackProblems } from "./lib/home/find-consumer";
import { papersOf } from "./lib/home/papers";
import { policyProblems } from "./lib/home/policy-problems";
import { resolveStateHome } from "./lib/home/resolve-home";
import { refuse, UserError } from "./lib/problem/problem";
import { systemProblem } from "./lib/problem/system-problem";
import { BootstrapStack } from "./stacks/bootstrap-stack";
import { DemoStack } from "./stacks/demo-stack";
import { stateConfig } from "./state.config";

/** The stack of each consumer of type `cdktf`, by the consumer's name. */
const CONSUMER_STACKS = { demo: DemoStack };

function main(): void {
  const [record, seen] = [readBootstrapRecord(__dirname), readSeenRecord(__dirname)];
  const home = resolveStateHome(stateConfig, { environment: process.env, record, seen });
  const papers = papersOf(home);
  refuse([...stackProblems(home, Object.keys(CONSUMER_STACKS)), ...policyProblems(papers)]);

  const app = new App();
  new BootstrapStack(app, home.bootstrap.stack, { papers });
  for (const [name, Stack] of Object.entries(CONSUMER_STACKS)) new Stack(app, name, { home });
  app.synth();
  writeArtifacts(papers, app.outdir);
}

try {
  main();
} catch (error) {
  const ofSystem = systemProblem(error);
  if (error instanceof UserError) {
    writeRefusal(error.problems, process.env);
    console.error(`Nothing was written:\n\n${error.message}`);
  } else console.error(ofSystem === undefined ? error : new UserError([ofSystem]).message);
  process.exitCode = 1;
}
