import { counted } from "../text/counted";
import type { Inventory } from "./inventory";

/** What a synth wrote. */
interface Synthesis {
  readonly bucket: string;
  /** Folder that synth wrote to. */
  readonly outdir: string;
  readonly stacks: readonly string[];
  readonly consumers: readonly string[];
  /** Number of policies of consumers. */
  readonly policies: number;
  /** Alias of a created key whose ARN is not known. */
  readonly keyAlias?: string | undefined;
}

/** Returns a few lines that say what a synth wrote. They stay short for any number of consumers. */
export function synthText({ bucket, outdir, stacks, consumers, policies, keyAlias }: Synthesis): string {
  const written = [
    counted(stacks.length, "stack"),
    `backend files of ${counted(consumers.length, "consumer")}`,
    counted(policies, "policy file"),
    "inventory.json",
  ];
  const key =
    keyAlias === undefined
      ? ""
      : `\n  Backends and policies name the key by its alias, ${keyAlias}, until bootstrap.state.json names its ARN.`;
  return `Synthesized ${bucket} into ${outdir}/\n  ${written.join(", ")}${key}`;
}

/** Returns the alias of a created key whose ARN synth does not know. */
export function aliasOfUnknownKey(encryption: Inventory["bucket"]["encryption"]): string | undefined {
  return encryption.type === "created-key" && encryption.keyArn === undefined ? encryption.alias : undefined;
}
