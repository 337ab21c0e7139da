import { found, shown, type Problem } from "../../problem/problem";
import type { BucketConfig, StateConfig } from "../state-config";

/** Checks the retired key and log bucket: neither may be in use. */
export function retiredProblems({
  retiredKeys = [],
  retiredLogBucket,
  encryption,
  accessLogs,
}: BucketConfig): Problem[] {
  const [retired] = retiredKeys;
  return found([
    retiredKeys.length > 1 && {
      code: "retired-key",
      path: "retiredKeys",
      message: `must hold at most one key, got ${String(retiredKeys.length)}`,
      fix: "Release the first key before you retire the next one.",
    },
    retired !== undefined &&
      !/^alias\/[\w/-]{1,250}$/.test(retired.alias) && {
        code: "retired-key",
        path: "retiredKeys[0].alias",
        message: `must be the alias of the created key, got ${shown(retired.alias)}`,
        fix: "Use the alias that encryption.alias named; without it, the alias is alias/<bucket name>.",
      },
    retired !== undefined &&
      encryption?.type === "created-key" && {
        code: "retired-key",
        path: "retiredKeys",
        message: `must be empty while encryption.type is "created-key", got ${shown(retired.alias)}`,
        fix: "Use sse-s3 or existing-key for new objects: the stack manages one created key.",
      },
    retiredLogBucket !== undefined &&
      accessLogs !== undefined &&
      accessLogs.bucket === undefined && {
        code: "retired-log-bucket",
        path: "retiredLogBucket",
        message: `must not be set while accessLogs uses the created log bucket, got ${shown(retiredLogBucket)}`,
        fix: "Remove it, or remove accessLogs.",
      },
  ]);
}

/** Checks the retired consumers: one that is in use would no longer be protected. */
export function retiredConsumerProblems({ consumers, retiredConsumers = [] }: StateConfig): Problem[] {
  const names = new Set(consumers.map(({ name }) => name));
  return retiredConsumers.flatMap((name, index) =>
    names.has(name)
      ? [
          {
            code: "retired-consumer",
            path: `retiredConsumers[${String(index)}]`,
            message: `must not be a consumer of the config, got ${shown(name)}`,
            fix: "Remove it: synth would let the policies of this consumer go without a question.",
          },
        ]
      : [],
  );
}
