/**
 * Runs one named step and shows that it runs. The step says what is worth saying when it is done.
 * @param isDone whether a step that came to an end did what it was for (default: it did)
 */
export type Progress = <T>(
  title: string,
  step: (say: (text: string) => void) => Promise<T>,
  isDone?: (result: T) => boolean,
) => Promise<T>;

/** Runs steps without showing them. */
export const silentProgress: Progress = (_title, step) => step(() => undefined);
