/** True where a test writes the files it would compare: `UPDATE_GOLDEN=1 npx jest <test>`. CI refuses it. */
export const UPDATE = process.env["UPDATE_GOLDEN"] === "1";
if (UPDATE && process.env["CI"] !== undefined) throw new Error("UPDATE_GOLDEN=1 is for your own machine, not for CI.");
