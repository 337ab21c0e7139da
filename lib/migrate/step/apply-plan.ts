import type { Problem } from "../../problem/problem";
import type { Move, MovePlan, Refusal } from "./move-plan";
import { folderOf } from "../scan/source/site";
import type { FileReplacement, ReplaceFiles, RunRecord, VersionControl } from "../../files/project-files";

/** What a run changed, and what it left. */
export interface Applied {
  readonly moved: readonly Move[];
  readonly refusals: readonly Refusal[];
  /** Templates that changed. One that could not change keeps no root and no exit code. @default - none */
  readonly templates?: readonly FileReplacement[];
}

/** What {@link applyMoves} needs of the file system and of version control. */
export interface ApplyPorts {
  readonly replace: ReplaceFiles;
  readonly versionControl: VersionControl;
  readonly record: RunRecord;
  readonly memory: PhaseMemory;
}

/**
 * Remembers the phases of roots. It writes before the files change: after a killed run the record holds a step that the
 * checks allowed, and the next run makes it.
 */
export interface PhaseMemory {
  /** Remembers that roots go to the phase of the plan. */
  readonly remember: (roots: readonly string[]) => void;
  /** Remembers a step that an operator makes by hand, once. */
  readonly rememberByHand: (roots: readonly string[]) => void;
  /** Remembers the phases that roots are in. */
  readonly look: (roots: readonly string[]) => void;
  /** Takes the step back for roots that stayed. */
  readonly forget: (roots: readonly string[]) => void;
}

/** How to apply a plan. */
interface ApplyOptions {
  /** Also changes files that version control could not give back. */
  readonly force: boolean;
  /** Asked before each root. True: do not begin another one. @default - never */
  readonly isStopped?: () => boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Returns why version control could not give the files back that a plan changes. Changes that a killed run made do not
 * count, and a plan without a change has no such problem, so a run can be repeated.
 */
async function unsavedProblems(
  plan: MovePlan,
  { versionControl, record }: Pick<ApplyPorts, "versionControl" | "record">,
): Promise<readonly Problem[]> {
  const files = plan.moves.flatMap(({ replacements }) => replacements.map(({ realPath }) => realPath));
  return files.length === 0 ? [] : versionControl.unsaved(files, await record.written());
}

/** Applies a plan, root by root. A root that cannot change does not stop the others. */
export async function applyMoves(plan: MovePlan, ports: ApplyPorts, options: ApplyOptions): Promise<Applied> {
  const unsaved = options.force ? [] : await unsavedProblems(plan, ports);
  if (unsaved.length > 0) {
    const roots = plan.moves.flatMap((move) => move.roots);
    return { moved: [], refusals: [...plan.refusals, { roots, problems: unsaved }] };
  }
  rememberByHand(plan, ports.memory);
  const templates = await savedTemplates(plan, ports, options);
  const changing = [...plan.moves.flatMap(({ replacements }) => replacements), ...templates];
  if (changing.length > 0) await ports.record.begin(changing);
  const applied = await replaceAll({ ...plan, templates }, ports, options);
  // After a stop the record stays, so that the next run knows the changes of this one.
  if (!wasStopped(applied)) await ports.record.end();
  return applied;
}

/** Returns the templates that version control could give back. */
async function savedTemplates(
  { templates = [] }: MovePlan,
  { versionControl, record }: Pick<ApplyPorts, "versionControl" | "record">,
  { force }: ApplyOptions,
): Promise<readonly FileReplacement[]> {
  if (force || templates.length === 0) return templates;
  const own = await record.written();
  const unsaved = await Promise.all(templates.map(({ realPath }) => versionControl.unsaved([realPath], own)));
  return templates.filter((_, index) => unsaved[index]?.length === 0);
}

/**
 * Remembers the steps of consumers that an operator makes by hand, because synth asks the record. A step that leaves a
 * phase behind is remembered once it was judged; a step to `both` is remembered when a later run finds it made.
 */
function rememberByHand({ byHand, to }: MovePlan, memory: PhaseMemory): void {
  const roots = byHand.filter(({ source }) => source === "consumer").map(({ root }) => root);
  if (to === "both") memory.look(roots);
  else memory.rememberByHand(roots);
}

async function replaceAll(
  plan: MovePlan,
  ports: Pick<ApplyPorts, "replace" | "memory">,
  options: Pick<ApplyOptions, "isStopped" | "onProgress">,
): Promise<Applied> {
  const moved: Move[] = [];
  const refusals = [...plan.refusals];
  ports.memory.remember(plan.moves.flatMap((move) => move.roots));
  for (const folder of plan.settledFolders) {
    const problems = await ports.replace(folder, []);
    if (problems.length > 0) refusals.push({ roots: [folder], problems });
  }
  for (const [index, move] of plan.moves.entries()) {
    if (options.isStopped?.() === true) {
      refusals.push(stoppedBefore(plan.moves.slice(index), plan));
      break;
    }
    const problems = await ports.replace(move.folder, move.replacements);
    if (problems.length > 0) refusals.push({ roots: move.roots, problems });
    else moved.push(move);
    options.onProgress?.(index + 1, plan.moves.length);
  }
  const isMoved = new Set(moved.flatMap((move) => move.roots));
  ports.memory.forget(plan.moves.flatMap((move) => move.roots).filter((root) => !isMoved.has(root)));
  const templates: FileReplacement[] = [];
  for (const template of refusals.some(isStop) ? [] : (plan.templates ?? [])) {
    const problems = await ports.replace(folderOf(template.path), [template]);
    if (problems.length === 0) templates.push(template);
  }
  return { moved, refusals, templates };
}

/** True if the operator stopped the run before its end. */
export function wasStopped({ refusals }: Pick<Applied, "refusals">): boolean {
  return refusals.some(isStop);
}

function isStop({ problems }: Refusal): boolean {
  return problems.some(({ code }) => code === "interrupted");
}

function stoppedBefore(left: readonly Move[], { to, moves }: MovePlan): Refusal {
  const count = (some: readonly Move[]): string => String(some.flatMap((move) => move.roots).length);
  return {
    roots: left.flatMap((move) => move.roots),
    problems: [
      {
        code: "interrupted",
        path: `step to ${to}`,
        message: `was stopped: ${count(left)} of ${count(moves)} roots are as they were`,
        fix: "Run the command again: it continues where it stopped.",
      },
    ],
  };
}
