import { posix } from "node:path";
import fc from "../../support/fuzz";
import { keyLengthProblems, stateKeyProblems, workspacePrefixProblems } from "../../../lib/config/rules/key-rules";
import { anyText, stateKey, workspaceKeyPrefix } from "../../support/arbitraries";
import { text } from "../../support/home";

describe.each([
  { what: "a state key", rule: stateKeyProblems },
  { what: "a workspace key prefix", rule: workspacePrefixProblems },
])("$what", ({ rule }) => {
  it.each([
    "a",
    "app/terraform.tfstate",
    "Team A/é+ß=~(1).tfstate",
    "a.b/c..d/...",
    "env:",
    "x/env:/y",
    "%7B",
    "$",
    "{}",
  ])("may be %j", (path) => {
    expect(rule(path)).toEqual([]);
  });

  it.each([
    [["", "  "], "must not be empty"],
    [["/app", "app/", "/"], 'must not begin or end with "/"'],
    [["app//s"], 'must not hold "//"'],
    [["./app", "app/../s", "app/."], 'must not hold a "." or ".." segment'],
    [["app/*", "app?", "app/${x}", "app/%{if"], "must not hold *, ?"],
    [["env:/prod/app"], 'must not be below "env:/"'],
    [['app"', "app\\s", "app\n", "app\u0000", "app\u0085s", " app", "app "], "must hold only Latin letters"],
    [["состояние", "e\u0301", "app/😀"], "must hold only Latin letters"],
  ])("must not be one of %j: %s", (paths, wrong) => {
    for (const path of paths) expect(text(rule(path))).toContain(wrong);
  });

  it("is judged whatever it is, and the value is in every message", () => {
    fc.assert(
      fc.property(anyText(), (path) => {
        for (const problem of rule(path)) {
          expect(problem.message).toContain("must ");
          expect(problem.message).toContain(", got ");
          expect(problem.fix).not.toBe("");
        }
      }),
    );
  });
});

it("a state key must not be where verify writes its probes", () => {
  expect(text(stateKeyProblems(".statelock/probe-1"))).toContain("must not begin with .statelock/probe-");
});

it("a state key must not end in the lock's suffix; a prefix may, for a key follows it", () => {
  expect(stateKeyProblems("app.tflock")).toHaveLength(1);
  expect(stateKeyProblems("app.tflock/s")).toEqual([]);
  expect(workspacePrefixProblems("app.tflock")).toEqual([]);
});

it("every mistake in a key has its own line and its next step", () => {
  expect(text(stateKeyProblems("/app//./*.tflock"))).toMatchInlineSnapshot(`
    "[state-key] key must not begin or end with "/", got "/app//./*.tflock"
      -> Remove that slash: Terraform refuses it.
    [state-key] key must not hold "//", got "/app//./*.tflock"
      -> Use one slash: Terraform lists and writes different paths for two.
    [state-key] key must not hold a "." or ".." segment, got "/app//./*.tflock"
      -> Write out the path: Terraform lists and writes different paths for this one.
    [state-key] key must not hold *, ?, \${ or %{, got "/app//./*.tflock"
      -> Use plain characters: these are patterns in IAM or templates in HCL.
    [state-key] key must not end in .tflock, got "/app//./*.tflock"
      -> Use another ending, such as terraform.tfstate: that suffix belongs to locks."
  `);
});

describe("a key that is accepted", () => {
  it("is what Terraform makes of it, alone and below its prefix", () => {
    fc.assert(
      fc.property(stateKey, workspaceKeyPrefix, (key, prefix) => {
        expect(posix.normalize(key)).toBe(key);
        expect(posix.join(prefix, "ws", key)).toBe(`${prefix}/ws/${key}`);
      }),
    );
  });

  it("is the same after Unicode normalization, which HCL does, and needs no escape in JSON or HCL", () => {
    fc.assert(
      fc.property(stateKey, (key) => {
        expect(key.normalize("NFC")).toBe(key);
        expect(JSON.stringify(key)).toBe(`"${key}"`);
      }),
    );
  });
});

describe("the longest object key must fit into S3's 1024 bytes", () => {
  it("with the lock's suffix", () => {
    expect(keyLengthProblems("k".repeat(1017), undefined)).toEqual([]);
    expect(keyLengthProblems("k".repeat(1018), undefined)).toHaveLength(1);
  });

  it("counted in bytes, not characters", () => {
    expect(keyLengthProblems("é".repeat(509), undefined)).toHaveLength(1);
  });

  it("with prefix and a workspace's name, which Terraform limits to 90 characters", () => {
    expect(keyLengthProblems("k".repeat(925), undefined)).toEqual([]);
    expect(text(keyLengthProblems("k".repeat(925), "w"))).toMatchInlineSnapshot(`
      "[state-key] key must make object keys of at most 1024 bytes with lock suffix and workspace, got 1025
        -> Shorten key or workspaceKeyPrefix by 1 bytes."
    `);
    expect(keyLengthProblems("k".repeat(924), "w")).toEqual([]);
  });
});
