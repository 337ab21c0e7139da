import { projectFiles } from "../../lib/files/find-files";
import { readHcl } from "../../lib/hcl/hashicorp-parser";
import { loadHclParser } from "../../lib/hcl/tree-sitter-parser";
import type { Inventory } from "../../lib/inventory/inventory";
import { backendCopies } from "../../lib/migrate/scan/consumer/backend-copies";
import { scan } from "../../lib/migrate/scan/scan";
import { unreadProblems } from "../../lib/migrate/scan/unread-problems";
import { checkCopies } from "../../lib/verify/copy-checks";
import type { CheckResult } from "../../lib/verify/run-checks";
import { scannedFolders } from "../options/scanned-folders";
import type { CommandContext } from "../screen/command-context";
import { passingProgress } from "../screen/terminal-progress";

/** Reads every backend below folders and compares each with what synth writes. @throws UserError if one is not a folder */
export async function checkBackendsBelow(
  context: CommandContext,
  inventory: Inventory,
  given: readonly string[],
): Promise<CheckResult[]> {
  const folders = scannedFolders(context, given);
  const parsers = { positions: await loadHclParser(), confirm: readHcl };
  const found = await passingProgress(context.terminal)("Look for copies of backend files", () =>
    scan(projectFiles(context.workingDirectory, context.environment), parsers, folders),
  );
  // The inventory is known, wherever the config is.
  const unread = unreadProblems(found).filter(({ code }) => code !== "not-synthesized");
  return checkCopies({ folders, backends: backendCopies(found.configurations, inventory), unread });
}
