import type { ConsumerConfig } from "./state-config";

/** A consumer's state key. */
export function consumerKey({ key, name }: Pick<ConsumerConfig, "name" | "key">): string {
  return key ?? `${name}/terraform.tfstate`;
}
