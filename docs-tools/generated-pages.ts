import { commandPages } from "./command-pages";
import { configPage } from "./config-page";
import type { Page } from "./page";
import { policyDocumentsPage } from "./policy-documents-page";
import { storesPage } from "./stores-page";

/** Returns every page that is generated as a whole. */
export function generatedPages(): Page[] {
  return [
    { path: "docs/reference/config.md", content: configPage() },
    policyDocumentsPage(),
    storesPage(),
    ...commandPages(),
  ];
}
