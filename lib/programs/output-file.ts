import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file without a name that receives the output of a program. It is gone when the last process closes it. */
interface OutputFile {
  readonly descriptor: number;
  /** Returns everything that was written so far. */
  text(): string;
  close(): void;
}

/**
 * Creates a file for the output of a child process. If Terraform wrote to a pipe and the reader ended, its next write would
 * kill it in the middle of an apply, under its lock. With a file it continues, saves its state and releases the lock.
 */
export function outputFile(): OutputFile {
  const directory = mkdtempSync(join(tmpdir(), "statelock-output-"));
  const descriptor = openSync(join(directory, "output"), "wx+", 0o600);
  // A plan or a state may hold secrets: nothing stays on disk, however this process ends.
  rmSync(directory, { recursive: true });
  return {
    descriptor,
    text: () => {
      const content = Buffer.alloc(fstatSync(descriptor).size);
      // Read by position: the offset of the descriptor belongs to the writer.
      const length = readSync(descriptor, content, 0, content.length, 0);
      return content.toString("utf8", 0, length);
    },
    close: () => {
      closeSync(descriptor);
    },
  };
}
