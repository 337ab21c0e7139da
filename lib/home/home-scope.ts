import type { StateScope } from "../policy/state-scope";
import type { Consumer, StateHome } from "../config/state-home";

/** What the policies of one consumer depend on. */
export function stateScope(home: StateHome, consumer: Consumer): StateScope {
  const { partition, region, account, name } = home.bucket;
  return {
    partition,
    region,
    account,
    bucket: name,
    key: consumer.key,
    workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    kmsKey: consumer.kmsKey,
    locking: consumer.locking,
    legacyTable: home.legacyTable,
  };
}
