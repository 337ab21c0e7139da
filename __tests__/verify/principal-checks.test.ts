import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import type { Reading } from "../../lib/verify/posture";
import { checkPrincipals, comparePrincipals } from "../../lib/verify/principal-checks";
import { ADMIN, BREAK_GLASS, DEPLOYER, fullGuardScope, UNLOCKER } from "../support/guard";
import { ACCOUNT } from "../support/home";

const guard = guardPolicy(fullGuardScope);

async function check(iam: readonly string[], denied: readonly string[] = []): Promise<[string, string] | undefined> {
  const compared = await comparePrincipals(guard, ACCOUNT, ({ name }): Promise<Reading<string>> => {
    if (denied.includes(name)) return Promise.resolve({ unreadable: "403" });
    return Promise.resolve({ value: iam.find((arn) => arn.endsWith(`/${name}`)) });
  });
  const [result] = checkPrincipals(compared);
  return result && [result.result, result.reason];
}

const EACH = [DEPLOYER, BREAK_GLASS, UNLOCKER, ADMIN];
const moved = (arn: string): string => arn.replace(":role/", ":role/moved/");

it("every principal that the guard names exists, also an unlocker under any path", async () => {
  await expect(check(EACH)).resolves.toEqual(["pass", ""]);
  await expect(check([DEPLOYER, BREAK_GLASS, moved(UNLOCKER), ADMIN])).resolves.toEqual(["pass", ""]);
});

it.each([DEPLOYER, BREAK_GLASS, ADMIN])("%s is elsewhere, or missing", async (arn) => {
  const others = EACH.filter((each) => each !== arn);
  await expect(check([...others, moved(arn)])).resolves.toEqual(["fail", expect.stringContaining(moved(arn))]);
  await expect(check(others)).resolves.toEqual(["fail", expect.stringContaining(`IAM has no "${arn}"`)]);
});

it("reports a principal that IAM lets nobody read as unknown, and still fails for a missing one", async () => {
  await expect(check(EACH, ["break-glass"])).resolves.toEqual(["unknown", "403"]);
  await expect(check([DEPLOYER], ["break-glass"])).resolves.toEqual(["fail", expect.any(String)]);
});
