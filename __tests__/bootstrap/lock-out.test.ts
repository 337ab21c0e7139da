import { lockOutProblems } from "../../lib/bootstrap/lock-out";
import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import { DEPLOYER, fullGuardScope, guardScope } from "../support/guard";
import { text } from "../support/home";

const guard = guardPolicy({ ...fullGuardScope, deployers: [DEPLOYER, "arn:aws:iam::123456789012:user/ci"] });

it.each([
  "arn:aws:sts::123456789012:assumed-role/deploy/session",
  "arn:aws:sts::123456789012:assumed-role/break-glass/me",
  "arn:aws:iam::123456789012:user/ci",
])("%s may deploy", (identity) => {
  expect(lockOutProblems(guard, identity)).toEqual([]);
});

it.each([
  "arn:aws:sts::123456789012:assumed-role/other/deploy",
  "arn:aws:sts::123456789012:assumed-role/ci/s",
  "arn:aws:sts::999999999999:assumed-role/deploy/s",
  "arn:aws:iam::123456789012:user/deploy",
  "arn:aws:iam::123456789012:root",
])("%s would shut itself out", (identity) => {
  expect(lockOutProblems(guard, identity)).toHaveLength(1);
});

it("a guard that does not keep the posture shuts nobody out", () => {
  expect(lockOutProblems(guardPolicy(guardScope), "arn:aws:iam::123456789012:root")).toEqual([]);
});

it("the problem says who is named and who asks", () => {
  expect(text(lockOutProblems(guard, "arn:aws:iam::123456789012:root"))).toContain(
    'must contain the identity that deploys, "arn:aws:iam::123456789012:root", got ',
  );
});
