import { counted } from "../text/counted";

/** What a synth wrote. */
export interface Synthesis {
  readonly bucket: string;
  /** Folder that synth wrote to. */
  readonly outdir: string;
  readonly stacks: readonly string[];
  readonly consumers: readonly string[];
  /** Number of policies of consumers. */
  readonly policies: number;
}

/** Returns two lines that say what a synth wrote. They stay short for any number of consumers. */
export function synthText({ bucket, outdir, stacks, consumers, policies }: Synthesis): string {
  const written = [
    counted(stacks.length, "stack"),
    `backend files of ${counted(consumers.length, "consumer")}`,
    counted(policies, "policy file"),
    "inventory.json",
  ];
  return `Synthesized ${bucket} into ${outdir}/\n  ${written.join(", ")}`;
}
