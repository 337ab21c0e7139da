import { AsyncLocalStorage } from "node:async_hooks";
import type { FakeS3 } from "../../../lab/memory/memory-s3";

interface RunPlace {
  readonly s3: FakeS3;
  readonly patience: number | undefined;
}

const runs = new AsyncLocalStorage<RunPlace>();

/**
 * Runs something whose AWS is this one, beside others that have theirs. With `patience` its clients wait only so many
 * milliseconds for an answer; without, as long as they do for an operator, so that a busy machine changes nothing.
 */
export function inRun<T>(s3: FakeS3, patience: number | undefined, work: () => Promise<T>): Promise<T> {
  return runs.run({ s3, patience }, work);
}

function thisRun(): RunPlace {
  const place = runs.getStore();
  if (place === undefined) throw new Error("this is outside a run");
  return place;
}

/** The AWS of the run that asks. */
export function awsOfRun(): FakeS3 {
  return thisRun().s3;
}

/** The settings of an SDK client that change here; without `isCustomEndpoint` the SDK looks for `endpoint` elsewhere. */
interface ClientConfig {
  readonly requestHandler: unknown;
  endpoint?: unknown;
  isCustomEndpoint?: boolean;
}

/** Lets a client of the SDK ask the AWS of its run. */
export function ofThisRun<C extends { readonly config: object }>(client: C): C {
  const config = client.config as ClientConfig;
  const { hostname, port } = new URL(urlOfRun());
  config.endpoint = () => Promise.resolve({ protocol: "http:", hostname, port: Number(port), path: "/" });
  config.isCustomEndpoint = true;
  const { patience } = thisRun();
  const handler = config.requestHandler as { updateHttpClientConfig(key: string, value: number): void };
  if (patience !== undefined) for (const timeout of TIMEOUTS) handler.updateHttpClientConfig(timeout, patience);
  return client;
}

/** The same for a client that the SDK makes for itself; a timeout that was not set stays unset. */
export function settingsOfThisRun<C extends object>(settings: C | undefined): C {
  const { patience } = thisRun();
  const { requestHandler: timeouts = {} } = (settings ?? {}) as { readonly requestHandler?: Record<string, unknown> };
  const set = TIMEOUTS.filter((name) => timeouts[name] !== undefined);
  const shorter = set.map((name) => [name, patience ?? timeouts[name]] as const);
  const requestHandler = { ...timeouts, ...Object.fromEntries(shorter) };
  return { ...settings, endpoint: urlOfRun(), requestHandler } as unknown as C;
}

const TIMEOUTS = ["requestTimeout", "socketTimeout"] as const;

function urlOfRun(): string {
  return awsOfRun().place.access?.endpointUrl ?? "";
}
