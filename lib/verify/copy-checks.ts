import { counted } from "../text/counted";
import type { CheckResult } from "./run-checks";

/** One backend file or block, compared with what synth writes. */
interface ComparedBackend {
  readonly place: string;
  readonly result: "same" | "differs" | "unclear";
  readonly reasons: readonly string[];
  readonly fix: string;
}

/** What was found below the folders of `--backends`. */
interface ComparedBackends {
  readonly folders: readonly string[];
  readonly backends: readonly ComparedBackend[];
  /** Files and folders that could not be read: they may hold a backend. */
  readonly unread: readonly { readonly path: string; readonly message: string; readonly fix: string }[];
}

/** Returns a result for each backend that differs, and one for all the others. Without any backend nothing was compared. */
export function checkCopies({ folders, backends, unread }: ComparedBackends): CheckResult[] {
  const same = backends.filter(({ result }) => result === "same").length;
  const where = folders.join(", ");
  const others = backends.filter(({ result }) => result !== "same");
  const none = `no backend below ${where} keeps the state of a consumer`;
  return [
    ...(same > 0
      ? [{ ...passed, title: `${counted(same, "backend")} below ${where}: as synth writes it for the consumer` }]
      : []),
    ...others.map(({ place, result, reasons, fix }): CheckResult => {
      const title = `${place}: as synth writes it for the consumer`;
      return { ...ABOUT, title, result: result === "differs" ? "fail" : "unknown", reason: reasons.join("; "), fix };
    }),
    ...unread.map(({ path, message, fix }): CheckResult => {
      return { ...ABOUT, title: `${path}: read for backends`, result: "unknown", reason: message, fix };
    }),
    ...(backends.length + unread.length === 0
      ? [{ ...ABOUT, title: `backends below ${where}`, result: "unknown" as const, reason: none, fix: NAME_FOLDERS }]
      : []),
  ];
}

const ABOUT = { code: "backend-outdated" } as const;
const passed = { ...ABOUT, result: "pass", reason: "", fix: "" } as const;
const NAME_FOLDERS = "Name the folders that hold copies of the files of synth.";
