import type { ChosenProxy } from "./proxy-choice";

/** A proxy did not pass a request on. No part of the request left this machine. */
export class ProxyFailure extends Error {
  override readonly name = "ProxyFailure";
  /** The code of the connection's error, such as ECONNREFUSED. */
  readonly code: string | undefined;
  readonly variable: string;

  /** @param status what the proxy answered, if it did */
  constructor(
    { variable, given }: ChosenProxy,
    happened: string,
    cause?: unknown,
    readonly status?: number,
  ) {
    super(`the proxy ${withoutPassword(given)} of ${variable} ${happened}`, { cause });
    this.variable = variable;
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

/** Returns a proxy as a text may show it: without name, password and path. */
export function withoutPassword(given: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(given) ?? [];
  return scheme + (rest.split("@").at(-1) ?? "").replace(/[/?#].*$/s, "");
}
