// Reads every file below a folder, and does nothing else: what `statelock migrate scan` is measured against.
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

function bytesBelow(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? bytesBelow(path) : readFileSync(path).length;
  }
  return bytes;
}

process.stdout.write(`${String(bytesBelow(process.argv[2]))} bytes\n`);
