/**
 * Builds `dist/`: the command, the library, the built-in app and what they start, as CommonJS.
 * `--vendor` also bundles the packages they use; without it only the project's own code is built.
 */
import { build, transform } from "esbuild";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { writeLicenses } from "./licenses.mjs";

const ROOT = dirname(import.meta.dirname);
const DIST = join(ROOT, "dist");
const require = createRequire(import.meta.url);

/** Bundles of packages in `dist/vendor/`: a package of a bundle is loaded when something of it is first used. */
const VENDOR = {
  aws: ["client-dynamodb", "client-iam", "client-kms", "client-s3", "client-sts", "credential-providers"].map(
    (name) => `@aws-sdk/${name}`,
  ),
  cdktf: ["cdktf", "constructs", ...providerModules()],
  commander: ["commander"],
  completion: ["@bomb.sh/tab/commander"],
  hcl2json: ["@cdktf/hcl2json"],
  picocolors: ["picocolors"],
  proxy: ["http-proxy-agent", "https-proxy-agent"],
  sucrase: ["sucrase"],
  text: ["cli-table3", "diff", "ignore", "jsonc-parser"],
  "web-tree-sitter": ["web-tree-sitter"],
  zod: ["zod"],
};

const ENTRIES = {
  cli: "cli/statelock.ts",
  index: "lib/index.ts",
  app: "stacks/built-in-app.ts",
  typescript: "lib/programs/typescript.js",
};

/** Packages that a project installs itself where it uses the library. */
const PEERS = /^(cdktf|constructs|@cdktf\/provider-[a-z]+)(\/|$)/;

const SHARED = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning", metafile: true };

function providerModules() {
  const folders = ["lib/backend", "lib/bucket", "stacks"];
  const texts = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
  const found = texts.flatMap((text) => [...text.matchAll(/from "(@cdktf\/provider-aws\/lib\/[^"]+)"/g)]);
  return [...new Set(found.map(([, name]) => name))].sort();
}

/** A bundle's entry: an object with a getter for each package, so that one is loaded when it is asked for. */
function vendorEntry(packages) {
  const getters = packages.map((name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); }`);
  return `module.exports = { ${getters.join(",\n")} };`;
}

/** cdktf 0.21 calls a function that Node 22 and later warn about at each run. */
const silenceCdktf = {
  name: "silence-cdktf",
  setup({ onLoad }) {
    onLoad({ filter: /\/cdktf\/lib\/terraform-output\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("(0, util_2.isArray)", "Array.isArray"),
      loader: "js",
    }));
  },
};

/**
 * cdktf 0.21 loads an archiver at each start, with fifty packages and their advisories, and runs its own file as a program
 * for an asset that is an archive. The built-in app has none; an app in a checkout runs the file of the installed cdktf.
 */
const withoutArchiver = {
  name: "without-archiver",
  setup({ onLoad }) {
    onLoad({ filter: /\/cdktf\/lib\/private\/fs\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replace('const archiver = require("archiver");', "")
        .replace("node ${__filename}", 'node ${require.resolve("cdktf/lib/private/fs.js")}'),
      loader: "js",
    }));
  },
};

/** zod loads its messages in fifty languages at each start, and speaks English. */
const onlyEnglish = {
  name: "only-english",
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.cjs$/ }, () => ({
      contents: 'exports.en = require("./en.cjs").default;',
      loader: "js",
    }));
  },
};

/** The proxy packages print whole requests, with their credentials, if DEBUG is set for something else. */
const noDebug = {
  name: "no-debug",
  setup({ onLoad }) {
    onLoad({ filter: /\/debug\/src\/index\.js$/ }, () => ({
      contents: "module.exports = () => () => {};",
      loader: "js",
    }));
  },
};

async function buildVendor(packages) {
  return build({
    ...SHARED,
    stdin: { contents: vendorEntry(packages), resolveDir: ROOT, loader: "js" },
    outfile: join(DIST, "vendor", "x.js"),
    write: false,
    minifyWhitespace: true,
    minifySyntax: true,
    // Names of functions and classes stay: cdktf and the SDK put some of them into what they write.
    minifyIdentifiers: false,
    legalComments: "none",
    // Asked for where Node has no such global, which no supported one is.
    plugins: [silenceCdktf, withoutArchiver, onlyEnglish, noDebug],
    external: ["performance", "cdktf/lib/private/fs.js"],
    // Its main file asks for its parts in a way that no bundler sees.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    conditions: ["require"],
  });
}

async function buildAllVendors() {
  const results = [];
  for (const [name, packages] of Object.entries(VENDOR)) {
    const result = await buildVendor(packages);
    writeWhole(join(DIST, "vendor", `${name}.js`), result.outputFiles[0].contents);
    results.push(result);
  }
  copyData();
  writeLicenses(results, join(DIST, "THIRD-PARTY-LICENSES.txt"), ROOT);
}

function copyData() {
  const from = (...path) => join(ROOT, "node_modules", ...path);
  cpSync(from("@cdktf", "hcl2json", "main.wasm.gz"), join(DIST, "main.wasm.gz"));
  cpSync(from("web-tree-sitter", "web-tree-sitter.wasm"), join(DIST, "vendor", "web-tree-sitter.wasm"));
  const grammar = "tree-sitter-terraform.wasm";
  cpSync(from("@tree-sitter-grammars", "tree-sitter-hcl", grammar), join(DIST, grammar));
}

/**
 * Our modules, each loaded when something of it is first used: `import { a } from "./b"` becomes a call where `a` is
 * used. A command that prints its help then loads almost nothing.
 */
async function lazyModule(path) {
  const { code } = await transform(readFileSync(path, "utf8"), {
    loader: path.endsWith(".ts") ? "ts" : "js",
    format: "cjs",
    target: "node20",
    platform: "node",
    sourcefile: path,
    sourcemap: "inline",
  });
  const names = [];
  const declared = code.replace(/^var (import_\w+) = (.+);$/gm, (_, name, value) => {
    names.push(name);
    return `var ${name}$, ${name}$get = () => (${name}$ ??= ${value});`;
  });
  if (names.length === 0) return code;
  return declared.replace(new RegExp(`\\b(${names.join("|")})(?=\\.)`, "g"), (name) => `(${name}$get())`);
}

/** Takes packages from the bundles in `dist/vendor/`, node's own from node, and peers from the project that uses us. */
function ownCode(peersAreExternal) {
  const bundleOf = new Map(Object.entries(VENDOR).flatMap(([bundle, names]) => names.map((name) => [name, bundle])));
  return {
    name: "own-code",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === "entry-point") return undefined;
        if (isBuiltin(path) || (peersAreExternal && PEERS.test(path))) return { path, external: true };
        if (bundleOf.has(path)) return { path, namespace: "vendor", sideEffects: false };
        throw new Error(`${path} is in no bundle: add it to VENDOR in scripts/build.mjs`);
      });
      onResolve({ filter: /^\.\/(vendor\/|tree-sitter-terraform\.wasm$)/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: "vendor" }, ({ path }) => ({
        contents: `module.exports = require("./vendor/${bundleOf.get(path)}.js")[${JSON.stringify(path)}];`,
        resolveDir: ROOT,
      }));
      onLoad({ filter: /\.(ts|js)$/, namespace: "file" }, async ({ path }) => ({
        contents: (await lazyModule(path))
          .replace(/require\.resolve\("@tree-sitter-grammars\/tree-sitter-hcl\/([^"]+)"\)/, 'require.resolve("./$1")')
          .replace('require.resolve("@cdktf/hcl2json")', 'require.resolve("./vendor/hcl2json.js")'),
        loader: "js",
      }));
    },
  };
}

/** Tells Node which names an ES module can import from the library, which a bundle hides. */
async function exportedNames(entry) {
  const { code } = await transform(readFileSync(join(ROOT, entry), "utf8"), {
    loader: "ts",
    format: "cjs",
    platform: "node",
  });
  return /^0 && \(module\.exports = \{[^}]*\}\);$/m.exec(code)?.[0] ?? "";
}

async function buildOwn() {
  await Promise.all(
    Object.entries(ENTRIES).map(async ([name, entry]) => {
      const { outputFiles } = await build({
        ...SHARED,
        entryPoints: [join(ROOT, entry)],
        outfile: join(DIST, `${name}.js`),
        write: false,
        sourcemap: "linked",
        minifySyntax: true,
        footer: name === "index" ? { js: await exportedNames(entry) } : {},
        plugins: [ownCode(name !== "app")],
      });
      for (const { path, contents } of outputFiles) writeWhole(path, contents);
    }),
  );
}

/** Another process may be reading the file. */
function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const scratch = `${path}.${process.pid}.tmp`;
  writeFileSync(scratch, contents);
  renameSync(scratch, path);
}

const missing = Object.values(VENDOR)
  .flat()
  .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)[0])
  .filter((name) => !existsSync(join(ROOT, "node_modules", name)));
if (missing.length > 0) {
  console.error(`node_modules is older than package-lock.json (no ${missing.join(", ")}): run \`npm ci\`.`);
  process.exit(2);
}

const withVendor = process.argv.includes("--vendor") || !existsSync(join(DIST, "vendor", "zod.js"));
const started = performance.now();
if (withVendor) await buildAllVendors();
await buildOwn();
rmSync(join(DIST, "stamp.json"), { force: true });
require("./fresh-build.js").stamp();
if (!process.argv.includes("--quiet"))
  console.log(`${relative(process.cwd(), DIST) || "dist"}/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
