import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file without a name that a program writes to, and that is gone with the last who has it open. */
export interface OutputFile {
  readonly descriptor: number;
  /** All that was written so far. */
  text(): string;
  close(): void;
}

/**
 * Where a child's output goes instead of a pipe: Terraform dies at its next word when the reader of its pipe is gone,
 * in the middle of an apply and with its lock taken. With a file it lives on, saves its state and releases the lock.
 */
export function outputFile(): OutputFile {
  const directory = mkdtempSync(join(tmpdir(), "statelock-output-"));
  const descriptor = openSync(join(directory, "output"), "wx+", 0o600);
  // What a plan or a state says may be secret: nothing of it stays behind, however this process ends.
  rmSync(directory, { recursive: true });
  return {
    descriptor,
    text: () => {
      const content = Buffer.alloc(fstatSync(descriptor).size);
      // By position: the descriptor's own offset belongs to the writer.
      const length = readSync(descriptor, content, 0, content.length, 0);
      return content.toString("utf8", 0, length);
    },
    close: () => {
      closeSync(descriptor);
    },
  };
}
