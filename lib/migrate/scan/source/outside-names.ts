/** Ends of the names of files that another program fills in, or that a person copies. */
const TEMPLATE_NAMES =
  /\.(?:jinja2?|j2|tmpl|tpl|tftpl|gotmpl|template|example|sample|dist|erb|mustache)$|(?:^|[./_-])(?:example|sample|template)\./i;

/** Names of text files in which people and pipelines run Terraform. */
const SCRIPTS =
  /\.(?:sh|bash|zsh|ksh|fish|nu|bats|ps1|psm1|bat|cmd|ya?ml|mk|make|groovy|gradle|jenkinsfile|envrc|env|toml|pl|just|star|bzl|bazel|rake|xml|nomad|vbs|lua|tcl|dockerfile|containerfile|nix|jsonnet|libsonnet|cue|code-workspace|(?:hcl|tftest|tofutest)\.json)$|^(?:GNU)?[Mm]akefile|^\.?[Jj]ustfile$|^Jenkinsfile|^Dockerfile|^Containerfile|^Taskfile|^\.envrc$|^\.env(?:\.|$)|^Rakefile$|^Earthfile$|^Procfile$|^Tiltfile$|^(?:BUILD|WORKSPACE)$|^(?:package|project|tasks|launch|devcontainer|buildspec|taskdef)\.json$|pipelines?\.json$|^(?!.*backend)[\w.-]*(?:task|container|job|build|machine|workflow)[\w.-]*\.json$/i;

/** Programs: most of their names and values have nothing to do with Terraform. */
const CODE = /\.(?:py|rb|[mc]?jsx?|[mc]?tsx?|toml|go|java|cs|fsx?|swift|dart|cr|clj|kts?|scala|rs|php|exs?)$/;

/** A name without an ending may be a script, if its first line says so. */
const PLAIN_NAME = /^[\w-]+$/;

/** Copies that somebody or an editor put aside. */
const COPIES = /\.(?:bak|backup|old|orig|save|disabled|off|swp)$|~$|^#.*#$/i;

/** Pages of text, which nobody runs as they are. */
const DOCUMENTS = /\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|org|tex|html?)$/i;

/** README, LICENSE. */
const CAPITALS = /^[A-Z_-]{3,}$/;

/** Files of which no client takes a backend: binaries, data, styles, logs, states. */
const NEVER =
  /\.(?:png|jpe?g|gif|ico|svg|webp|bmp|pdf|zip|t?gz|bz2|xz|zst|7z|tar|jar|war|class|so|dll|exe|dylib|o|a|bin|dat|woff2?|ttf|eot|otf|mp[34]|mov|avi|webm|wasm|pyc|db|sqlite3?|parquet|avro|lock|sum|map|css|scss|less|csv|tsv|log|patch|diff|rej|pem|crt|cer|key|p12|pfx|jks|gpg|asc|sig|sha\d+|tfstate|tfplan|tfstate\.\w+|snap|pack|idx)$/i;

/** True for a program, judged by its name. */
export function isProgram(name: string): boolean {
  return CODE.test(name);
}

/** True for a file that may run Terraform, or is a template of a backend; judged by its name. */
export function isOutside(name: string): boolean {
  return SCRIPTS.test(name) || CODE.test(name) || isTemplateName(name);
}

/** True for a page of text or a copy that is put aside: people may run what it quotes. */
export function isDocument(name: string): boolean {
  if (isCopy(name)) return true;
  return CAPITALS.test(name) ? !SCRIPTS.test(name) : DOCUMENTS.test(name) && name !== "CMakeLists.txt";
}

/** True for a copy that somebody or an editor put aside. */
export function isCopy(name: string): boolean {
  return COPIES.test(name);
}

/** True for a file of any other name that may be a text with a backend or a command in it. */
export function mayBeText(name: string): boolean {
  return !NEVER.test(name);
}

/** True for a file that is a script only if its first line names an interpreter. */
export function needsInterpreter(name: string): boolean {
  return PLAIN_NAME.test(name) && !isOutside(name);
}

/** True for a file that is not run as it is, judged by its name. */
export function isTemplateName(name: string): boolean {
  return TEMPLATE_NAMES.test(name);
}
