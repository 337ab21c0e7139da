import { join } from "node:path";

/** The checkout that these tests belong to. */
export const PROJECT_ROOT = join(__dirname, "..", "..");
