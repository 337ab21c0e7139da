import { App } from "cdktf";
import { readBootstrapRecord } from "./lib/artifacts/record-file";
import { writeArtifacts } from "./lib/artifacts/write-artifacts";
import { stackProblems } from "./lib/config/find-consumer";
import { policyProblems } from "./lib/config/home-policies";
import { resolveStateHome } from "./lib/config/resolve";
import { refuse, UserError } from "./lib/problem";
import { BootstrapStack } from "./stacks/bootstrap-stack";
import { DemoStack } from "./stacks/demo-stack";
import { stateConfig } from "./state.config";

async function main(): Promise<void> {
  const home = resolveStateHome(stateConfig, { environment: process.env, record: readBootstrapRecord(__dirname) });
  const app = new App();
  new BootstrapStack(app, home.bootstrap.stack, { home });
  new DemoStack(app, "demo", { home });

  const stacks = app.node.children.map((child) => child.node.id);
  refuse([...stackProblems(home, stacks), ...(await policyProblems(home))]);
  app.synth();
  writeArtifacts(home, app.outdir);
}

main().catch((error: unknown) => {
  console.error(error instanceof UserError ? `Nothing was written:\n\n${error.message}` : error);
  process.exitCode = 1;
});
