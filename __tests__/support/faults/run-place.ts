import { AsyncLocalStorage } from "node:async_hooks";
import type { FakeS3 } from "../../../lab/memory/memory-s3";

const runs = new AsyncLocalStorage<FakeS3>();

/** Runs something whose AWS is this one, beside others that have theirs. */
export function inRun<T>(s3: FakeS3, work: () => Promise<T>): Promise<T> {
  return runs.run(s3, work);
}

/** The AWS of the run that asks. */
export function awsOfRun(): FakeS3 {
  const s3 = runs.getStore();
  if (s3 === undefined) throw new Error("nobody runs");
  return s3;
}

/** The settings of an SDK client that are changed here; `endpoint` is looked for elsewhere only where it is not custom. */
interface ClientConfig {
  readonly requestHandler: unknown;
  endpoint?: unknown;
  isCustomEndpoint?: boolean;
}

/** Lets a client of the SDK ask the AWS of its run, and wait so many milliseconds for an answer. */
export function ofThisRun<C extends { readonly config: object }>(client: C, patience: number): C {
  const config = client.config as ClientConfig;
  const { hostname, port } = new URL(urlOfRun());
  config.endpoint = () => Promise.resolve({ protocol: "http:", hostname, port: Number(port), path: "/" });
  config.isCustomEndpoint = true;
  const handler = config.requestHandler as { updateHttpClientConfig(key: string, value: number): void };
  for (const timeout of TIMEOUTS) handler.updateHttpClientConfig(timeout, patience);
  return client;
}

/** The same for a client that the SDK makes for itself; a timeout that was not set stays unset. */
export function settingsOfThisRun<C extends object>(settings: C | undefined, patience: number): C {
  const { requestHandler: timeouts = {} } = (settings ?? {}) as { readonly requestHandler?: Record<string, unknown> };
  const shorter = TIMEOUTS.filter((name) => timeouts[name] !== undefined).map((name) => [name, patience] as const);
  const requestHandler = { ...timeouts, ...Object.fromEntries(shorter) };
  return { ...settings, endpoint: urlOfRun(), requestHandler } as unknown as C;
}

const TIMEOUTS = ["requestTimeout", "socketTimeout"] as const;

function urlOfRun(): string {
  return awsOfRun().place.access?.endpointUrl ?? "";
}
