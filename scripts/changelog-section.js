// Prints the section of a version in CHANGELOG.md, for the release's notes: `node scripts/changelog-section.js v0.2.0`.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const version = (process.argv[2] ?? "").replace(/^v/, "");
const text = readFileSync(join(__dirname, "..", "CHANGELOG.md"), "utf8");
const section = text.split(/^## /m).find((part) => part.replace(/^\[/, "").startsWith(version) && version !== "");
if (section === undefined) {
  console.error(`CHANGELOG.md has no section for ${version || "no version"}.`);
  process.exitCode = 1;
} else console.log(section.slice(section.indexOf("\n") + 1).trim());
