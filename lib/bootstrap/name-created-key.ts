import { deployedKeyArn, recordDeployed } from "./deployed-resources";
import type { BootstrapPort, Plan, ResourceChange, Synthesized } from "./bootstrap-ports";
import type { Progress } from "../work/progress";

/** Options of {@link nameCreatedKey}. */
interface NameKeyOptions {
  readonly confirm: (plan: Plan) => Promise<boolean>;
  readonly progress: Progress;
  /** Refuses a plan that destroys data. */
  readonly check: (plan: Plan) => Promise<void>;
}

/** The types of resources that hold a policy, and that name the key by its ARN as soon as the ARN is known. */
const POLICIES = ["aws_iam_policy", "aws_kms_key", "aws_s3_bucket_policy"];

/**
 * Deploys a second time if the first deploy created the key: only then is its ARN known, and the guard and the policies name
 * this key instead of any key with its alias. Records the ARN first, so that the next run finishes a killed one. Asks again
 * only if something else would change too.
 * @param planned the ARN that the deployed policies name
 * @returns what the second synth wrote. Undefined if the key is named already
 */
export async function nameCreatedKey(
  port: BootstrapPort,
  { inventory }: Synthesized,
  planned: string | undefined,
  { confirm, progress, check }: NameKeyOptions,
): Promise<Synthesized | undefined> {
  const stateText = await port.aws.readState(inventory.bootstrap.stateKey);
  const keyArn = deployedKeyArn(stateText);
  if (keyArn === undefined || keyArn === planned) return undefined;
  await recordDeployed(port, stateText, inventory, progress);
  const named = await port.project.synthesize("as-recorded", keyArn);
  const plan = await progress("Plan the key's ARN in policies", async (say) => {
    await port.engine.init();
    const next = await port.engine.plan({ lock: true });
    await check(next);
    say(keyArn);
    return next;
  });
  if (plan.changes.length === 0 && !plan.outputsChange) return named;
  if (!plan.changes.every(isPolicyUpdate) && !(await confirm(plan))) return undefined;
  await progress("Apply", (say) => port.engine.apply(say));
  return named;
}

function isPolicyUpdate({ type, action }: ResourceChange): boolean {
  return action === "update" && POLICIES.includes(type);
}
