import fc from "../support/fuzz";
import { lockFailure } from "../../lib/lock/lock-failure";

const HELD = `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error
StatusCode: 412, RequestID:
9YKpQX6XR6ab1PaQM3uJkqo76jz0n2HFFwHgFVL6YSg8p7PzSQMI, HostID:
9Gjjt1m+cjU4OPvX9O9/8RuvnG41MRb/18Oux2o5H5MY7ISNTlXN+Dz9IG62/ILVxhAGI0qyPfg=,
api error PreconditionFailed: At least one of the pre-conditions you
specified did not hold
Lock Info:
  ID:        157ad913-37b1-698e-0b87-76ffe99ab717
  Path:      locked-root/p/t.tfstate
  Operation: OperationTypeApply
  Who:       root@vm
  Version:   1.11.4
  Created:   2026-11-23 01:08:24.348244138 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state from being written`;

const gone = (status: string): string => `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error
StatusCode: ${status}
unable to retrieve file from S3 bucket 'locked-root' with key
'p/t.tfstate.tflock': operation error S3: GetObject, https response error
StatusCode: 404, RequestID: , HostID: , NoSuchKey: 

Terraform acquires a state lock to protect the state from being written`;

const held = {
  kind: "held",
  id: "157ad913-37b1-698e-0b87-76ffe99ab717",
  bucket: "locked-root",
  stateKey: "p/t.tfstate",
  who: "root@vm",
};

it("a lock that is held names its holder", () => {
  expect(lockFailure(HELD)).toEqual(held);
});

it("also with Terraform's bar and colours, and with -json", () => {
  const barred = HELD.split("\n").map((line) => `\u001b[31m│\u001b[0m \u001b[0m${line}`);
  expect(lockFailure(barred.join("\n"))).toEqual(held);
  const diagnostic = {
    severity: "error",
    summary: "Error acquiring the state lock",
    detail: HELD.split("\n").slice(3).join("\n"),
  };
  const lines = [
    { type: "version" },
    { type: "diagnostic", "@message": "Error: Error acquiring the state lock", diagnostic },
  ];
  expect(lockFailure(lines.map((line) => JSON.stringify(line)).join("\n"))).toEqual(held);
});

it("412 and then 404, and 409, are worth another try", () => {
  expect(lockFailure(gone("412, RequestID: X, api error PreconditionFailed: no"))).toEqual({ kind: "just-released" });
  expect(lockFailure(gone("409, RequestID: X, api error ConditionalRequestConflict: no"))).toEqual({
    kind: "conflict",
  });
});

it.each([
  ["no failure", "Apply complete!"],
  [
    "no permission",
    "Error: Error acquiring the state lock\n\nError message: StatusCode: 403, api error AccessDenied: no",
  ],
  [
    "a body that is no lock",
    "Error: Error acquiring the state lock\n\nError message: StatusCode: 412, api error PreconditionFailed: no\ninvalid character",
  ],
  ["no bucket", "Error: Error acquiring the state lock\n\nError message: StatusCode: 404, NoSuchBucket: no"],
  ["the release failed", "Error: Error releasing the state lock\n\nStatusCode: 409 ConditionalRequestConflict"],
])("%s is not", (_name, output) => {
  expect(lockFailure(output)).toBeUndefined();
});

it("whatever a program writes, reading it does not throw", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constant(HELD))), (lines) => {
      expect(() => lockFailure(lines.join("\n"))).not.toThrow();
    }),
  );
});
