/**
 * Runs one named step and shows that it runs. The step calls `say` with its result.
 * @param isDone returns whether a finished step reached its goal (default: true)
 */
export type Progress = <T>(
  title: string,
  step: (say: (text: string) => void) => Promise<T>,
  isDone?: (result: T) => boolean,
) => Promise<T>;

/** Runs steps without showing them. */
export const silentProgress: Progress = (_title, step) => step(() => undefined);
