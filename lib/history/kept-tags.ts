import type { ObjectTags } from "../policy/object-tags";
import type { RestoreStore } from "./history-port";
import type { RestorePlan } from "./restore-plan";

/**
 * Returns the tags of the restored state: the tags of the state that it replaces or, if that one is deleted, of the version. S3
 * does not say that there are tags to somebody who may not read them: the state then gets the tags that its backend declares.
 * @throws UserError if there are tags, and they cannot be read
 */
export async function keptTags(
  store: Pick<RestoreStore, "tags">,
  stateKey: string,
  { present, from }: Pick<RestorePlan, "present" | "from">,
  declared: ObjectTags | undefined,
): Promise<ObjectTags | undefined> {
  const { object, version } = present.object === undefined ? from : present;
  return (object?.tagCount ?? 0) > 0 ? store.tags(stateKey, version.versionId) : declared;
}
