const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, readdirSync, readFileSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const ROOT = join(__dirname, "..");
const STAMP = join(ROOT, "dist", "stamp.json");
const SOURCES = ["lib", "cli", "stacks", "scripts", "package.json", "package-lock.json"];

function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const below = join(path, entry.name);
    if (entry.isDirectory()) return files(below);
    return /\.(ts|js|mjs|json)$/.test(entry.name) ? [below] : [];
  });
}

function look() {
  const found = SOURCES.flatMap((name) => files(join(ROOT, name)));
  const times = createHash("sha256");
  for (const path of found) {
    const { size, mtimeMs } = statSync(path);
    times.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  const contents = () => {
    const hash = createHash("sha256");
    for (const path of found) hash.update(`${path.slice(ROOT.length)}\0`).update(readFileSync(path));
    return hash.digest("hex");
  };
  return { times: times.digest("hex"), contents };
}

/** What the bundles of packages are made from: they are built again when one of these files changes. */
function packages() {
  const hash = createHash("sha256");
  for (const name of ["package-lock.json", "scripts/build.mjs"]) hash.update(readFileSync(join(ROOT, name)));
  return hash.digest("hex");
}

/** Notes which sources `dist/` was built from. */
function stamp() {
  const { times, contents } = look();
  writeFileSync(STAMP, JSON.stringify({ times, contents: contents(), packages: packages() }));
}

/** Builds `dist/` again where a source has changed since: a checkout runs the same code as the package. */
function freshBuild() {
  const stamped = existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, "utf8")) : {};
  const { times, contents } = look();
  if (stamped.times === times) return;
  if (stamped.contents === contents()) {
    stamp();
    return;
  }
  const vendor = stamped.packages === packages() ? [] : ["--vendor"];
  const build = [join(__dirname, "build.mjs"), "--quiet", ...vendor];
  execFileSync(process.execPath, build, { cwd: join(__dirname, ".."), stdio: ["ignore", "inherit", "inherit"] });
}

module.exports = { freshBuild, stamp };
