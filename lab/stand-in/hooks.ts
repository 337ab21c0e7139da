import type { DROP } from "../requests/listener";
import type { Answer, AwsRequest } from "../requests/aws-request";
import type { RequestRecord } from "../requests/request-log";

/** Nothing: go on. An answer: give this one. "drop": cut the connection without an answer. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a hook that only looks on returns nothing
type HookResult = Answer | typeof DROP | void;

/** Called before a request is judged or sent on. A promise holds it; what it settles on decides what becomes of it. */
export type RequestHook = (record: RequestRecord, request: AwsRequest) => HookResult | Promise<HookResult>;

/** Called when the request has had its effect and the client has not heard of it yet. */
export type AnswerHook = (record: RequestRecord, answer: Answer) => HookResult | Promise<HookResult>;

/** Hooks in the order in which they were added; the first that decides ends the round. */
export class Hooks<Subject> {
  private readonly hooks = new Set<(record: RequestRecord, subject: Subject) => HookResult | Promise<HookResult>>();

  /** @returns what takes the hook away again */
  add(hook: (record: RequestRecord, subject: Subject) => HookResult | Promise<HookResult>): () => void {
    this.hooks.add(hook);
    return () => void this.hooks.delete(hook);
  }

  async ask(record: RequestRecord, subject: Subject): Promise<HookResult> {
    for (const hook of [...this.hooks]) {
      const result = await hook(record, subject);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  clear(): void {
    this.hooks.clear();
  }
}
