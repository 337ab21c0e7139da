import { papersOf } from "../../lib/home/papers";
import { SSE_C_CHECK } from "../../lib/verify/handmade-checks";
import type { Posture } from "../../lib/verify/posture";
import { runChecks } from "../../lib/verify/run-checks";
import { home } from "../support/home";

const { guard } = papersOf(home());
const WITHOUT = guard.Statement.filter(({ Sid }) => Sid !== "DenySseC");
const WEAKER = guard.Statement.map((statement) =>
  statement.Sid === "DenySseC" ? { ...statement, Condition: { Bool: { "aws:SecureTransport": "false" } } } : statement,
);
const encryption = (blocked?: string[]): Posture["encryption"] => ({
  value: { algorithm: "AES256", keyArn: undefined, bucketKey: false, ...(blocked && { blocked }) },
});
const FORBIDDEN = { unreadable: "403 AccessDenied" };

/** What the check finds: `pass`, or the result and its reason. */
function found(posture: Pick<Posture, "encryption" | "guard">, synthesized = true): string[] {
  const expected = { bucket: { name: "b" }, guard, synthesized };
  return runChecks([SSE_C_CHECK], expected, posture as Posture).map(({ result, reason }) =>
    reason === "" ? result : `${result}: ${reason}`,
  );
}

const OPEN = "fail: neither the bucket nor its policy refuses SSE-C, which hides states from all but the writer";

it.each<[string, Pick<Posture, "encryption" | "guard">, string]>([
  ["the guard refuses it", { encryption: encryption(), guard: { value: guard } }, "pass"],
  ["the bucket blocks it", { encryption: encryption(["SSE-C"]), guard: { value: undefined } }, "pass"],
  ["the bucket blocks it, and the policy is closed", { encryption: encryption(["SSE-C"]), guard: FORBIDDEN }, "pass"],
  ["the guard refuses it, and the encryption is closed", { encryption: FORBIDDEN, guard: { value: guard } }, "pass"],
  ["the bucket blocks nothing", { encryption: encryption(["NONE"]), guard: { value: { Statement: WITHOUT } } }, OPEN],
  ["the guard is weaker", { encryption: encryption([]), guard: { value: { Statement: WEAKER } } }, OPEN],
  ["the policy is closed", { encryption: encryption(), guard: FORBIDDEN }, "unknown: 403 AccessDenied"],
  ["the encryption is closed", { encryption: FORBIDDEN, guard: { value: undefined } }, "unknown: 403 AccessDenied"],
])("SSE-C, if %s", (_case, posture, expected) => {
  expect(found(posture)).toEqual([expected]);
});

it("a bucket without a config may use SSE-C", () => {
  expect(found({ encryption: encryption(), guard: { value: undefined } }, false)).toEqual([]);
});
