import type { Problem } from "../../problem/problem";
import type { Move, MovePlan, Refusal } from "./plan";
import type { ReplaceFiles, RunRecord, VersionControl } from "../../files/project-files";

/** What applying a plan came to. */
export interface Applied {
  readonly moved: readonly Move[];
  readonly refusals: readonly Refusal[];
}

/** The real side of {@link applyMoves}. */
export interface ApplyPorts {
  readonly replace: ReplaceFiles;
  readonly versionControl: VersionControl;
  readonly record: RunRecord;
  readonly memory: PhaseMemory;
}

/**
 * Remembers which phase roots went to. That is written before their files are: a run that is killed has then remembered a
 * step that was judged, and the next run makes it.
 */
export interface PhaseMemory {
  readonly remember: (roots: readonly string[]) => void;
  /** Remembers the phases that roots are in. */
  readonly look: (roots: readonly string[]) => void;
  /** Takes back what was remembered of roots that stayed where they were. */
  readonly forget: (roots: readonly string[]) => void;
}

/** How a plan is applied. */
export interface ApplyOptions {
  /** Also where version control could not give the files back. */
  readonly force: boolean;
  /** Asked before each root: true where no more are to be begun. @default - never */
  readonly isStopped?: () => boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Why a plan must not be applied at all: version control could not give the files back. A plan with nothing to do is
 * never refused, so that a run can be repeated; nor is one for what a run of this command that was killed changed.
 */
export async function unsavedProblems(
  plan: MovePlan,
  { versionControl, record }: Pick<ApplyPorts, "versionControl" | "record">,
): Promise<readonly Problem[]> {
  const files = plan.moves.flatMap(({ replacements }) => replacements.map(({ realPath }) => realPath));
  return files.length === 0 ? [] : versionControl.unsaved(files, await record.written());
}

/** Applies a plan, root by root: what stands in the way of one does not stop the others. */
export async function applyMoves(plan: MovePlan, ports: ApplyPorts, options: ApplyOptions): Promise<Applied> {
  const unsaved = options.force ? [] : await unsavedProblems(plan, ports);
  if (unsaved.length > 0) {
    const roots = plan.moves.flatMap((move) => move.roots);
    return { moved: [], refusals: [...plan.refusals, { roots, problems: unsaved }] };
  }
  rememberByHand(plan, ports.memory);
  if (plan.moves.length > 0) await ports.record.begin(plan.moves.flatMap(({ replacements }) => replacements));
  const applied = await replaceAll(plan, ports, options);
  // What was changed before a stop is still this run's own when it is gone on with.
  if (!wasStopped(applied)) await ports.record.end();
  return applied;
}

/**
 * Remembers the steps of consumers that an operator makes by hand, because synth asks the record. A step that leaves a
 * phase behind is remembered once it was judged; a step to `both` is remembered when a later run finds it made.
 */
function rememberByHand({ byHand, to }: MovePlan, memory: PhaseMemory): void {
  const roots = byHand.filter(({ source }) => source === "consumer").map(({ root }) => root);
  if (to === "both") memory.look(roots);
  else memory.remember(roots);
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
  return { moved, refusals };
}

/** Whether somebody stopped it before its end. */
export function wasStopped({ refusals }: Pick<Applied, "refusals">): boolean {
  return refusals.some(({ problems }) => problems.some(({ code }) => code === "interrupted"));
}

function stoppedBefore(left: readonly Move[], { to, moves }: MovePlan): Refusal {
  const count = (some: readonly Move[]): string => String(some.flatMap((move) => move.roots).length);
  return {
    roots: left.flatMap((move) => move.roots),
    problems: [
      {
        code: "interrupted",
        path: `step to ${to}`,
        message: `must be made in every root, and was stopped: ${count(left)} of ${count(moves)} roots are as they were`,
        fix: "Run the command again: what is done is not done again.",
      },
    ],
  };
}
