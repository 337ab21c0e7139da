import { runBootstrap } from "../../lib/bootstrap/run-bootstrap";
import { taintedProblems } from "../../lib/bootstrap/tainted-resources";
import { emptyWorld, fakePort, options } from "./fake-port";

const stateWith = (type: string, status?: string): string =>
  JSON.stringify({
    ...{ version: 4, serial: 1, lineage: "line-1" },
    resources: [{ mode: "managed", type, name: "b", instances: [{ status, attributes: {} }] }],
  });

it.each<[string, string | undefined, string[]]>([
  ["a key that an interrupted apply left", stateWith("aws_kms_key", "tainted"), ["aws_kms_key.b"]],
  ["a bucket that an interrupted apply left", stateWith("aws_s3_bucket", "tainted"), ["aws_s3_bucket.b"]],
  ["a policy, which may be replaced", stateWith("aws_iam_policy", "tainted"), []],
  ["a key that was made", stateWith("aws_kms_key"), []],
  ["no state", undefined, []],
])("looks for what the engine may not replace: %s", (_, text, addresses) => {
  expect(taintedProblems(text).map(({ path }) => path)).toEqual(addresses);
});

it("stops a run before its plan, with the command that goes on", async () => {
  const world = { ...emptyWorld(), local: stateWith("aws_kms_key", "tainted") };
  await expect(runBootstrap(fakePort(world), options())).rejects.toMatchObject({
    problems: [{ code: "tainted-resource", fix: expect.stringContaining("untaint aws_kms_key.b") as string }],
  });
  expect(world.log).toEqual([]);
});
