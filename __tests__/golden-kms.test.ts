import { policyProblems } from "../lib/home/home-policies";
import { resolveStateHome } from "../lib/home/resolve";
import type { StateConfig } from "../lib/config/state-config";
import { goldenFiles } from "./support/golden";

const config: StateConfig = {
  bucket: {
    name: "acme-tfstate",
    region: "eu-central-1",
    account: "123456789012",
    encryption: { type: "created-key" },
    history: { days: 30, newestVersions: 20 },
    accessLogs: { days: 90 },
    tags: { managed_by: "statelock", "cost:center": "4711" },
  },
  consumers: [
    // Encrypted with the bucket's key, known by its alias until the first deploy.
    { name: "demo", type: "cdktf" },
    {
      name: "payments",
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555",
      access: { planner: ["arn:aws:iam::123456789012:role/payments-plan"] },
    },
  ],
};

const home = resolveStateHome(config);
const files = goldenFiles(home);

describe("a created key, a consumer with its own key, access logs", () => {
  it("has no problem that AWS would find", async () => {
    expect(await policyProblems(home)).toEqual([]);
  });

  it("makes these files and no others", () => {
    expect(files.map(([path]) => path)).toMatchSnapshot();
  });

  it.each(files)("%s", (_path, content) => {
    expect(content).toMatchSnapshot();
  });
});
