import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the name, licence and licence text of every package whose code is in these bundles. */
export function writeLicenses(results, file, root) {
  const folders = new Set(
    results.flatMap(({ metafile }) => Object.keys(metafile.inputs).flatMap((input) => packageFolder(input) ?? [])),
  );
  for (const name of ["web-tree-sitter", "@tree-sitter-grammars/tree-sitter-hcl"]) folders.add(`node_modules/${name}`);
  const packages = new Map([...folders].map((folder) => describe(join(root, folder))).map((one) => [one.title, one]));
  const texts = [...packages.values()]
    .sort((a, b) => (a.title < b.title ? -1 : 1))
    .map(({ title, license, text }) => `${title}\nLicence: ${license}\n\n${text.trim()}\n`);
  writeFileSync(file, `Statelock holds code of these packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`);
}

function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const names = existsSync(folder)
    ? readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    : [];
  const text = names.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  return {
    title: `${name} ${version}`,
    license: license ?? "see below",
    text: text || "(no licence file in the package)",
  };
}
