/** Ends of the names of files that another program fills in, or that a person copies. */
const TEMPLATE_NAMES =
  /\.(?:jinja2?|j2|tmpl|tpl|tftpl|gotmpl|template|example|sample|dist|erb|mustache)$|(?:^|[./_-])(?:example|sample|template)\./i;

/** Names of text files in which people and pipelines run Terraform. */
const SCRIPTS =
  /\.(?:sh|bash|zsh|ksh|ps1|psm1|bat|cmd|ya?ml|mk|make|groovy|jenkinsfile|envrc|env|toml|py|rb|js|mjs|ts|just)$|^(?:GNU)?[Mm]akefile|^[Jj]ustfile$|^Jenkinsfile|^Dockerfile|^Taskfile|^\.envrc$|^\.env(?:\.|$)|^Rakefile$|^package\.json$|^Earthfile$/;

/** Programs: most of their names and values have nothing to do with Terraform. */
const CODE = /\.(?:py|rb|m?js|ts|toml)$/;

/** True for a program, judged by its name. */
export function isProgram(name: string): boolean {
  return CODE.test(name);
}

/** True for a file that may run Terraform, or is a template of a backend; judged by its name. */
export function isOutside(name: string): boolean {
  return SCRIPTS.test(name) || isTemplateName(name);
}

/** True for a file that is not run as it is, judged by its name. */
export function isTemplateName(name: string): boolean {
  return TEMPLATE_NAMES.test(name);
}
