import { product, program } from "../../lib/engine/spoken-engine";
import type { ComparisonReport, HistoryDiff, HistoryList, VersionReport } from "../../lib/history/history-report";
import { plainText } from "../../lib/text/plain-text";
import { counted, withCommas } from "../../lib/text/counted";
import type { Output } from "../screen/output";
import { recordTable, type Column } from "../screen/record-table";

const columns = (): readonly Column[] => [
  { title: "written", width: 21 },
  { title: "serial", width: 8 },
  { title: "resources", width: 10 },
  { title: "change", width: 22 },
  { title: "size", width: 11 },
  { title: program(), width: 11 },
  { title: "version", width: 34, grows: true },
];

/** Shown in place of a change. */
const NO_CHANGE = { state: "?", "delete-marker": "deleted", "no-state": "no state", unreadable: "?" } as const;

type Colors = Output["colors"];

/** Returns the versions of a state: a table if it fits, otherwise a block for each version. */
export function historyListText(list: HistoryList, output: Output): string {
  const { colors } = output;
  const { versions, older, notes, bucket, stateKey } = list;
  const rows = versions.map((version) => row(version, colors));
  const body = [recordTable(columns(), rows, output) ?? rows.map((cells) => blockText(cells, colors)).join("\n\n")];
  const lineages = [
    ...new Set(versions.flatMap(({ lineage }) => (lineage === null || lineage === "" ? [] : [lineage]))),
  ];
  return [
    colors.bold(plainText(`s3://${bucket}/${stateKey}`, 1_200)) + colors.dim(whose(list)),
    ...lineages.map((lineage) => colors.dim(`lineage ${plainText(lineage)}`)),
    "",
    ...body,
    "",
    `${counted(versions.length, "version")}${older === 0 ? "" : `, and ${withCommas(older)} older (--limit)`}`,
    ...notes.map((note) => colors.dim(`note: ${note}`)),
    "",
  ].join("\n");
}

/** Returns the differences between two versions. */
export function historyDiffText(diff: HistoryDiff, { colors }: Output): string {
  const side = ({ serial, writtenAt, versionId, terraformVersion }: HistoryDiff["before"]): string =>
    `serial ${String(serial)}, ${writtenAt}, ${product()} ${plainText(terraformVersion, 40)}, version ${versionId}`;
  return [
    colors.bold(plainText(`s3://${diff.bucket}/${diff.stateKey}`, 1_200)),
    `  ${colors.dim("before")} ${side(diff.before)}`,
    `  ${colors.dim("after ")} ${side(diff.after)}`,
    "",
    ...comparisonLines(diff, colors),
    comparisonSummary(diff),
    ...diff.notes.map((note) => colors.dim(`note: ${note}`)),
    "",
  ].join("\n");
}

/** Returns a line for each resource and output that differs. */
export function comparisonLines({ resources, outputs }: ComparisonReport, colors: Colors): string[] {
  return [
    ...resources.map(({ address, action, attributes, about }) => {
      const names = [
        ...attributes.map(({ name }) => plainText(name, 200)),
        ...about.map((name) => `(${plainText(name)})`),
      ];
      const suffix = names.length === 0 ? "" : colors.dim(`: ${names.join(", ")}`);
      return `  ${sign(action, colors)} ${plainText(address, 1_000)}${suffix}`;
    }),
    ...outputs.map(({ name, action }) => `  ${sign(action, colors)} output ${plainText(name, 200)}`),
  ];
}

/** Returns the number of differences in a sentence. */
export function comparisonSummary({ resources, outputs }: ComparisonReport): string {
  if (resources.length + outputs.length === 0) return "No difference in resources and outputs.";
  const number = (wanted: string): string => String(resources.filter(({ action }) => action === wanted).length);
  return `Resources: ${number("added")} added, ${number("changed")} changed, ${number("removed")} removed. Outputs: ${String(outputs.length)} different.`;
}

function sign(action: "added" | "removed" | "changed", colors: Colors): string {
  return { added: colors.green("+"), removed: colors.red("-"), changed: colors.yellow("~") }[action];
}

function row(version: VersionReport, colors: Colors): string[] {
  const { serial, resources, terraformVersion, versionId, writtenAt, current, problem, notes } = version;
  const isState = version.kind === "state";
  const remarks = [
    ...(current ? [colors.cyan("current")] : []),
    ...(problem === null ? [] : [colors.yellow(plainText(problem))]),
    ...notes.map((note) => colors.yellow(`note: ${note}`)),
  ];
  return [
    `${writtenAt.slice(0, 10)} ${writtenAt.slice(11, 19)}Z`,
    serial === null ? "-" : String(serial),
    isState ? String(resources) : "-",
    isState ? changeText(version) : version.encrypted === true ? "encrypted" : NO_CHANGE[version.kind],
    version.kind === "delete-marker" ? "-" : sizeText(version.size),
    isState ? plainText(terraformVersion ?? "", 20) : "-",
    [versionId, ...remarks].join("\n"),
  ];
}

function blockText(cells: readonly string[], colors: Colors): string {
  const [written = "", ...rest] = cells;
  const lines = rest.map((cell, at) => {
    const [first = "", ...more] = cell.split("\n");
    const title = columns()[at + 1]?.title ?? "";
    return [`  ${colors.dim(title.padEnd(9))} ${first}`, ...more.map((line) => `  ${" ".repeat(9)} ${line}`)].join(
      "\n",
    );
  });
  return [colors.bold(written), ...lines].join("\n");
}

/** Returns `+2 ~1 -0` and the number of changed outputs. */
function changeText({ change }: VersionReport): string {
  if (change === null) return "?";
  const { added, changed, removed, outputs } = change;
  const ofResources =
    added + changed + removed === 0 ? "" : `+${String(added)} ~${String(changed)} -${String(removed)}`;
  const ofOutputs = outputs === 0 ? "" : counted(outputs, "output");
  return [ofResources, ofOutputs].filter((text) => text !== "").join(", ") || "nothing";
}

function sizeText(bytes: number): string {
  if (bytes < 10_000) return `${String(bytes)} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function whose({ consumer, workspace }: HistoryList): string {
  const parts = [consumer ?? "", workspace === null ? "" : `workspace ${plainText(workspace, 100)}`];
  const text = parts.filter((part) => part !== "").join(", ");
  return text === "" ? "" : `  ${text}`;
}
