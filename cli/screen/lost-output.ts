import { EXIT } from "./report-error";

/** A pipe without a reader, and a terminal whose window is closed: nobody wants the rest. */
const LOST = ["EPIPE", "EIO", "ENXIO"];

/** The process whose output may fail. */
interface OutputProcess {
  readonly stdout: NodeJS.EventEmitter;
  readonly stderr: NodeJS.EventEmitter & { write(text: string): unknown };
  exitCode?: number | string | null | undefined;
  exit(code?: number): void;
}

/**
 * Keeps a run alive whose output fails, while it holds a lock: it comes to its own end. Otherwise the run ends at once. A
 * result that nobody got, because nobody reads any more (`| head`) or because a disk is full, never ends with 0.
 * @returns what the process ends with, given the exit code of its run
 */
export function surviveLostOutput(process: OutputProcess, mustFinish: () => boolean): (code: number) => number {
  let failure: string | undefined;
  process.stdout.on("error", ({ code = "", message }: NodeJS.ErrnoException) => {
    const isLost = LOST.includes(code);
    if (!isLost) {
      failure = message;
      process.stderr.write(`Could not write to standard output: ${message}\n  next: Write it where there is room.\n`);
    }
    if (mustFinish()) return;
    process.exit(isLost ? Number(process.exitCode ?? EXIT.unknown) : EXIT.unknown);
  });
  // Nothing can show that standard error fails.
  process.stderr.on("error", () => undefined);
  return (code) => (failure === undefined ? code : EXIT.unknown);
}
