/** Ends of the names of files that another program fills in, or that a person copies. */
const TEMPLATE_NAMES =
  /\.(?:jinja2?|j2|tmpl|tpl|tftpl|gotmpl|template|example|sample|dist|erb|mustache)$|(?:^|[./_-])(?:example|sample|template)\./i;

/** Names of text files in which people and pipelines run Terraform. */
const SCRIPTS =
  /\.(?:sh|bash|zsh|ksh|fish|nu|bats|ps1|psm1|bat|cmd|ya?ml|mk|make|groovy|gradle|jenkinsfile|envrc|env|toml|pl|just|star|bzl|bazel|rake|xml|nomad|vbs|lua|tcl|dockerfile|containerfile|nix|jsonnet|libsonnet|cue|code-workspace|(?:hcl|tftest|tofutest)\.json)$|^(?:GNU)?[Mm]akefile|^\.?[Jj]ustfile$|^Jenkinsfile|^Dockerfile|^Containerfile|^Taskfile|^\.envrc$|^\.env(?:\.|$)|^Rakefile$|^Earthfile$|^Procfile$|^Tiltfile$|^BUILD$|^(?:package|project|tasks|launch|devcontainer|buildspec|taskdef)\.json$|pipelines?\.json$|^(?!.*backend)[\w.-]*(?:task|container|job|build|machine|workflow)[\w.-]*\.json$/i;

/** Programs: most of their names and values have nothing to do with Terraform. */
const CODE = /\.(?:py|rb|[mc]?jsx?|[mc]?tsx?|toml|go|java|cs|fsx?|swift|dart|cr|clj|kts?|scala|rs|php|exs?)$/;

/** A name without an ending may be a script, if its first line says so. */
const PLAIN_NAME = /^[\w-]+$/;

/** True for a program, judged by its name. */
export function isProgram(name: string): boolean {
  return CODE.test(name);
}

/** True for a file that may run Terraform, or is a template of a backend; judged by its name. */
export function isOutside(name: string): boolean {
  return SCRIPTS.test(name) || CODE.test(name) || isTemplateName(name);
}

/** True for a file that is a script only if its first line names an interpreter. */
export function needsInterpreter(name: string): boolean {
  return PLAIN_NAME.test(name) && !isOutside(name);
}

/** True for a file that is not run as it is, judged by its name. */
export function isTemplateName(name: string): boolean {
  return TEMPLATE_NAMES.test(name);
}
