/** Runs one named step and shows that it runs. The step returns what is worth saying when it is done. */
export type Progress = <T>(title: string, step: (say: (text: string) => void) => Promise<T>) => Promise<T>;
