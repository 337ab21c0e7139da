import { product, program } from "../engine/spoken-engine";
import type { Inventory } from "../inventory/inventory";
import { refuse, UserError, type Problem } from "../problem/problem";
import type { Progress } from "../work/progress";
import { deployedHome } from "./deployed-resources";
import type { BootstrapPort, UnfinishedRun } from "./bootstrap-ports";
import type { Route } from "./situation";
import { readSnapshot, type StateSnapshot } from "./state-snapshot";

/**
 * Moves the bootstrap stack's state into the bucket, proves the copy, records where it is, and only then retires the
 * local file. Skips the steps that the route does not need.
 * @returns the new name of the local file, if this run retired it
 */
export async function settleState(
  port: BootstrapPort,
  inventory: Inventory,
  route: Route,
  run: UnfinishedRun,
  progress: Progress,
): Promise<string | undefined> {
  const { stateKey: key } = inventory.bootstrap;
  const { name: bucket, region, account } = inventory.bucket;
  const localText = port.project.readLocalState();
  if (route.push) {
    await progress("Move the state into the bucket", async () => {
      if (localText === undefined) throw new UserError([nothingToMove(port.project.localState)]);
      const replaces = await port.aws.readState(key);
      await port.aws.moveState({ key, text: localText, replaces, lockId: run.lockId });
    });
  }
  const remote = await progress("Verify the moved state", async (say) => {
    const moved = readSnapshot(await port.aws.readState(key), `s3://${bucket}/${key}`);
    const local = route.push ? readSnapshot(localText, port.project.localState) : undefined;
    if (moved === undefined || !agrees(local, moved))
      throw new UserError([unproven(`s3://${bucket}/${key}`, local, moved)]);
    say(`lineage ${moved.lineage}, serial ${String(moved.serial)}`);
    return moved;
  });
  await progress(`Check it with ${product()}`, async (say) => {
    await port.project.synthesize("in-bucket");
    await port.engine.init();
    // No lock: this plan only looks, and a lock left by a killed run would keep the next run out.
    const { changes } = await port.engine.plan({ lock: false });
    refuse(changes.filter(({ action }) => action === "create").map(({ address }) => unknownToState(address)));
    say("the state in the bucket knows every resource");
  });
  if (route.record) {
    await progress("Record where the state is", async () => {
      const deployed = deployedHome(await port.aws.readState(key), inventory);
      port.project.writeRecord({ version: 1, bucket, region, account, key, lineage: remote.lineage, deployed });
      await port.project.synthesize("as-recorded");
    });
  }
  if (!route.retire || localText === undefined) return undefined;
  return progress("Retire the local state", (say) => {
    const backup = port.project.retireLocalState(localText);
    say(`kept as ${backup}`);
    return Promise.resolve(backup);
  });
}

function agrees(local: StateSnapshot | undefined, moved: StateSnapshot): boolean {
  return local === undefined || local.digest === moved.digest;
}

function unproven(path: string, local: StateSnapshot | undefined, moved: StateSnapshot | undefined): Problem {
  const got = moved === undefined ? "no object" : `lineage ${moved.lineage}, serial ${String(moved.serial)}`;
  return {
    code: "move-unproven",
    path,
    message: `must hold the moved state (lineage ${local?.lineage ?? "?"}, serial ${String(local?.serial ?? "?")}), got ${got}${local?.digest === moved?.digest ? "" : " and other content"}`,
    fix: "The local state is unchanged. Find out who else writes to that key, then run the command again.",
  };
}

function unknownToState(address: string): Problem {
  return {
    code: "move-unproven",
    path: address,
    message: `must be in the moved state, but ${product()} would create it`,
    fix: `The local state is unchanged. Run the command again. If it fails again, compare both states (${program()} state list).`,
  };
}

function nothingToMove(path: string): Problem {
  return {
    code: "local-state-gone",
    path,
    message: "must hold the state of this deploy, but the file is gone",
    fix: "Somebody removed the file during this run. Restore it, then run the command again.",
  };
}
