/** `npm run licenses`: prints how many packages are in the bundles under which licence, and fails on one that is not in the list. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that allow use in a package under MPL-2.0 without further conditions on the users' own code. */
const ALLOWED = ["Apache-2.0", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "MPL-2.0", "Public Domain"];

const file = join(import.meta.dirname, "..", "dist", "THIRD-PARTY-LICENSES.txt");
const packages = [...readFileSync(file, "utf8").matchAll(/^(\S+ \S+)\nLicence: (.+)$/gm)];
const counts = new Map();
for (const [, , license] of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
for (const [license, count] of [...counts].sort()) console.log(`${String(count).padStart(4)}  ${license}`);

const others = packages.filter(([, , license]) => !ALLOWED.includes(license));
for (const [, title, license] of others)
  console.error(`${title}: ${license} is not in the list of scripts/check-licenses.mjs`);
if (packages.length === 0 || others.length > 0) process.exitCode = 1;
