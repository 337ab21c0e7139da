import type { FakeS3 } from "../../lab/memory/memory-s3";
import { lockBody } from "../../lab/memory/memory-s3";
import { HOME, plant, STATE } from "./faults/scenarios";
import { stateText } from "./state-text";

/** The moment at which the story plays, by every clock. */
export const NOW = new Date("2026-11-23T03:12:00Z");

/** A state that grows; somebody takes a service away, and brings it back. */
function stateOf(serial: number): string {
  const service = (name: string) => ({
    type: "aws_ecs_service",
    name,
    attributes: { id: name, image: String(serial) },
  });
  const names = ["api", "web", "jobs"].slice(0, serial === 42 ? 1 : 3);
  const network = ["a", "b", "c"].map((zone) => ({ type: "aws_subnet", name: "app", index: zone }));
  return stateText({ serial, instances: [...network, ...names.map(service)] });
}

/** A bucket at three in the morning: a run that still writes, one that may be dead, and a lifecycle that somebody changed. */
export function plantStory(s3: FakeS3): void {
  const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
  plant(s3);
  for (const key of s3.keys()) s3.remove(key);
  s3.put(HOME.bootstrap.key, stateOf(3), ago(60 * 24));
  for (const [serial, minutes] of [7 * 60, 25, 4].entries()) s3.put(STATE, stateOf(serial + 41), ago(minutes));
  s3.put("network/terraform.tfstate", "{}", ago(26 * 60));
  const lock = (key: string, minutes: number, part: Readonly<Record<string, string>>): void => {
    const Created = ago(minutes).toISOString();
    s3.put(`${key}.tflock`, lockBody("", { Created, Path: `acme-tfstate/${key}`, ...part }), ago(minutes));
  };
  lock(STATE, 11, { ID: "24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b", Who: "ci@runner-7" });
  lock("network/terraform.tfstate", 9 * 60, {
    ID: "7f0f1c1e-94c2-4d0b-8f0e-5f5f0c7f2d11",
    Operation: "OperationTypePlan",
    Who: "ana@laptop",
  });
  s3.settings.set(
    "GetBucketLifecycleConfiguration",
    "<LifecycleConfiguration><Rule><ID>cleanup</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>",
  );
}
