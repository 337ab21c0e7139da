// Writes files with the paths and sizes that a JSON file lists, and does nothing else: what synth is measured against.
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const [, , list, folder] = process.argv;
const made = new Set();
for (const [path, size] of JSON.parse(readFileSync(list, "utf8"))) {
  const file = join(folder, path);
  if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
  made.add(dirname(file));
  writeFileSync(file, "x".repeat(size));
}
