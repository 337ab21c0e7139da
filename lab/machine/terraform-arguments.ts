/** Subcommands that ask questions, and so take -input. */
const ASKING = ["init", "plan", "apply", "destroy", "refresh", "import"];

/** Adds what makes Terraform's output plain and its questions errors, where the subcommand takes it. */
export function terraformArguments(args: readonly string[]): string[] {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const asks = ASKING.includes(args[at] ?? "") && !args.some((arg) => arg.startsWith("-input"));
  const input = asks ? ["-input=false"] : [];
  // -no-color may stand anywhere; flags of a subcommand must stand before its operands.
  return [...args.slice(0, at + 1), ...input, ...args.slice(at + 1), "-no-color"];
}
