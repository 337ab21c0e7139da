/** Returns `text` as JavaScript. Reports a syntax error as esbuild does: `file:line:column: ERROR: message`. */
export declare function stripTypes(text: string, filePath: string): string;

/** Registers the loader. `built` names the JavaScript file that stands for a source file, or returns undefined. */
export declare function runTypeScript(built?: (file: string) => string | undefined): void;
