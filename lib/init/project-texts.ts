/** Versions of the packages that a new CDKTF project uses. */
export interface ProjectVersions {
  /** A version range, or the path of a package file. */
  readonly statelock: string;
  readonly packages: Readonly<Record<string, string>>;
}

/** Packages of a new CDKTF project, which uses the versions that Statelock is tested with. */
export const PROJECT_PACKAGES = [
  "@cdktf/provider-aws",
  "@types/jest",
  "@types/node",
  "cdktf",
  "constructs",
  "jest",
  "ts-jest",
  "typescript",
] as const;

export const MAIN = `import { synthesizeHome } from "statelock";
import { consumerStacks } from "./stacks";
import { stateConfig } from "./state.config";

synthesizeHome(stateConfig, consumerStacks);
`;

export const STACKS_INDEX = `import { DemoStack } from "./demo-stack";

/** The stack of each consumer of type \`cdktf\`, by the consumer's name. */
export const consumerStacks = { demo: DemoStack };
`;

export const DEMO_STACK = `import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ConsumerStack, type ConsumerStackProps } from "statelock";

/** A stack whose state is in the state bucket. Replace it with yours. */
export class DemoStack extends ConsumerStack {
  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id, props);
    new TerraformOutput(this, "greeting", { value: "This state is in the state bucket." });
  }
}
`;

export const SNAPSHOT_TEST = `import { Testing } from "cdktf";
import { BootstrapStack, papersOf, resolveStateHome } from "statelock";
import { stateConfig } from "../state.config";

/** Shows every change of the bootstrap stack in review. Accept one with \`npm test -- -u\`. */
test("the bootstrap stack is the one that was reviewed", () => {
  const papers = papersOf(resolveStateHome(stateConfig));
  const stack = new BootstrapStack(Testing.app(), "bootstrap", { papers });
  expect(JSON.parse(Testing.synth(stack, true))).toMatchSnapshot();
});
`;

export const JEST_CONFIG = `module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  transform: { "^.+\\\\.ts$": "ts-jest" },
};
`;

export const CDKTF_JSON = `${JSON.stringify(
  {
    language: "typescript",
    app: "node --require statelock/typescript main.ts",
    projectId: "statelock",
    sendCrashReports: "false",
    terraformProviders: [],
    terraformModules: [],
    context: {},
  },
  null,
  2,
)}\n`;

export const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: "ES2022",
      module: "node16",
      moduleResolution: "node16",
      types: ["node", "jest"],
      strict: true,
      isolatedModules: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ["*.ts", "stacks", "__tests__"],
  },
  null,
  2,
)}\n`;

export const WORKFLOW = `name: state

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 22
          cache: npm
      - run: npm ci
      - run: npm run types
      - run: npm test -- --ci
      - run: npm run synth
`;
