import { chooseEngine, type EngineHints } from "../../lib/engine/choose-engine";
import { engineOf, readVersion } from "../../lib/engine/engine";
import { speakingOf, speakOf, program, product } from "../../lib/engine/spoken-engine";

/** Every hint, strongest first; each names another engine than the hints after it. */
const HINTS: readonly (readonly [string, (engine: string) => Partial<EngineHints>])[] = [
  ["--engine", (option) => ({ option })],
  ["STATELOCK_ENGINE", (engine) => ({ environment: { STATELOCK_ENGINE: engine } })],
  ["TERRAFORM_BINARY_NAME", (engine) => ({ environment: { TERRAFORM_BINARY_NAME: engine } })],
  ["engine in the config", (engine) => ({ config: engineOf(engine).name })],
  ["what the root shows", (engine) => ({ root: engineOf(engine).name })],
  ["PATH", (engine) => ({ isOnPath: (name) => name === engine })],
];

const chosen = (...hints: Partial<EngineHints>[]): string => {
  const environment = Object.assign({}, ...hints.map((hint) => hint.environment ?? {})) as EngineHints["environment"];
  return chooseEngine({ isOnPath: () => false, ...(Object.assign({}, ...hints) as object), environment }).binary;
};

describe("the engine of a root", () => {
  it.each(HINTS.map(([name, hint], at) => ({ name, hint, weaker: HINTS.slice(at + 1) })))(
    "is what $name says, whatever weaker hints say",
    ({ hint, weaker }) => {
      for (const [strong, weak] of [
        ["tofu", "terraform"],
        ["terraform", "tofu"],
      ] as const)
        expect(chosen(...weaker.map(([, make]) => make(weak)).reverse(), hint(strong))).toBe(strong);
    },
  );

  it("is terraform where PATH has both, or neither", () => {
    expect([chosen({ isOnPath: () => true }), chosen()]).toEqual(["terraform", "terraform"]);
  });

  it("is not what an empty variable says", () => {
    expect(chosen({ environment: { STATELOCK_ENGINE: "", TERRAFORM_BINARY_NAME: "/opt/tofu" } })).toBe("/opt/tofu");
  });
});

it.each([
  ["tofu", "tofu"],
  ["/opt/tofu-1.12/bin/tofu_1.12", "tofu"],
  ["C:\\bin\\tofu.exe", "tofu"],
  ["/home/tofu/bin/terraform", "terraform"],
  ["terraform-1.15", "terraform"],
])("the binary %s is %s", (binary, name) => {
  expect(engineOf(binary)).toEqual({ name, binary });
});

it.each([
  ["OpenTofu v1.12.6\non linux_amd64\n", { name: "tofu", version: "1.12.6" }],
  ["Terraform v1.15.0-rc1\non linux_amd64\n", { name: "terraform", version: "1.15.0-rc1" }],
  ["terragrunt version v0.99.0\n", undefined],
])("reads %j", (output, expected) => {
  expect(readVersion(output)).toEqual(expected);
});

describe("the engine that texts name", () => {
  it("belongs to its run, and changes only there", async () => {
    const names = (): string[] => [program(), product()];
    const [one, other] = await Promise.all([
      speakingOf("terraform", async () => {
        await Promise.resolve();
        return names();
      }),
      speakingOf("terraform", async () => {
        speakOf("tofu");
        await Promise.resolve();
        return names();
      }),
    ]);
    expect([one, other, names()]).toEqual([
      ["terraform", "Terraform"],
      ["tofu", "OpenTofu"],
      ["terraform", "Terraform"],
    ]);
  });
});
