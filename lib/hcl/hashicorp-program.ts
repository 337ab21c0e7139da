import { Worker } from "node:worker_threads";

/** What HashiCorp's parser answers: a result, its own error message, or the reason why it gave no answer. */
type ParserAnswer =
  | { readonly result: Readonly<Record<string, unknown>> }
  | { readonly error: string }
  | { readonly lost: "took too long" | "ended its program" | "was not asked" };

/** Parses one text. */
export type ParserProgram = (text: string) => Promise<ParserAnswer>;

/**
 * The program of a worker: the parser is a program in Go, compiled to WebAssembly. If a text ends that program, the parser never
 * answers this call or a later one, so the worker reports the end. Its own messages about that have no reader.
 */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const lost = () => parentPort.postMessage({ lost: "ended its program" });
for (const name of ["log", "warn", "error"]) console[name] = () => {};
let Go;
Object.defineProperty(globalThis, "Go", {
  configurable: true,
  get: () => Go,
  set: (loaded) => {
    const { run } = loaded.prototype;
    loaded.prototype.run = function (instance) {
      return run.call(this, instance).then(lost, lost);
    };
    Go = loaded;
  },
});
process.on("uncaughtException", lost);
const loaded = require(workerData);
const { parse } = loaded["@cdktf/hcl2json"] ?? loaded;
parentPort.on("message", (text) => {
  parse("statelock.tf", text).then(
    (result) => parentPort.postMessage({ json: JSON.stringify(result) }),
    (error) => (error instanceof RangeError ? lost() : parentPort.postMessage({ error: String(error?.message ?? error) })),
  );
});
`;

/** How many texts may take their whole time, and how many may take too long at all: two minutes at ten seconds. */
const [FEW_SLOW, MOST_SLOW] = [6, 66];

/**
 * Returns a function that asks HashiCorp's parser, one text after the other. The parser runs in a thread of its own: one that does
 * not answer in time, or whose program ended, is replaced for the next text. The first call starts it, which takes a third of a second.
 * @param longest how long one text may take, in milliseconds. After a few texts that took longer, each one gets a tenth of it
 * @param most how many texts may take too long in all; the parser is not asked about a later one
 */
export function hashicorpProgram(longest: number, most = MOST_SLOW): ParserProgram {
  let worker: Worker | undefined;
  let slow = 0;
  const running = (): Worker => {
    const module = require.resolve("@cdktf/hcl2json");
    worker ??= new Worker(PROGRAM, { eval: true, workerData: module, stdout: true, stderr: true });
    return worker;
  };
  const ask = async (text: string): Promise<ParserAnswer> => {
    if (slow >= most) return { lost: "was not asked" };
    const asked = running();
    asked.ref();
    const answer = await answerOf(asked, text, slow < FEW_SLOW ? longest : longest / 10);
    asked.unref();
    if (!("lost" in answer)) return answer;
    if (answer.lost === "took too long") slow += 1;
    worker = undefined;
    await asked.terminate();
    return answer;
  };
  let last: Promise<unknown> = Promise.resolve();
  return (text) => {
    const answer = last.then(() => ask(text));
    last = answer.catch(() => undefined);
    return answer;
  };
}

function answerOf(worker: Worker, text: string, longest: number): Promise<ParserAnswer> {
  return new Promise((resolve, reject) => {
    const end = (answer: Exclude<ParserAnswer, { result: unknown }> | { readonly json: string }): void => {
      stop();
      resolve("json" in answer ? { result: JSON.parse(answer.json) as Readonly<Record<string, unknown>> } : answer);
    };
    const ended = (): void => {
      end({ lost: "ended its program" });
    };
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return;
      stop();
      reject(error);
    };
    const stop = (): void => {
      clearTimeout(timer);
      worker.off("message", end).off("exit", ended).off("error", failed);
    };
    // An answer that arrived while this thread was busy is read before the immediate runs.
    const timer = setTimeout(() => setImmediate(end, { lost: "took too long" }), longest);
    worker.on("message", end).on("exit", ended).on("error", failed);
    worker.postMessage(text);
  });
}
