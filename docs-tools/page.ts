/** A generated file: its path from the top of the project, and its text before prettier formats it. */
export interface Page {
  readonly path: string;
  readonly content: string;
}
