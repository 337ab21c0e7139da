/** Returns `text` as JavaScript. Reports a syntax error as esbuild does: `file:line:column: ERROR: message`. */
export declare function stripTypes(text: string, filePath: string): string;

/** Registers the loader. */
export declare function runTypeScript(): void;
