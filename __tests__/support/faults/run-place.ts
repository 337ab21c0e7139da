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
  if (s3 === undefined) throw new Error("this is outside a run");
  return s3;
}

/** The settings of an SDK client that change here; without `isCustomEndpoint` the SDK looks for `endpoint` elsewhere. */
interface ClientConfig {
  endpoint?: unknown;
  isCustomEndpoint?: boolean;
}

/** Lets a client of the SDK ask the AWS of its run. */
export function ofThisRun<C extends { readonly config: object }>(client: C): C {
  const config = client.config as ClientConfig;
  const { hostname, port } = new URL(urlOfRun());
  config.endpoint = () => Promise.resolve({ protocol: "http:", hostname, port: Number(port), path: "/" });
  config.isCustomEndpoint = true;
  return client;
}

/** The same for a client that the SDK makes for itself. */
export function settingsOfThisRun<C extends object>(settings: C | undefined): C {
  return { ...settings, endpoint: urlOfRun() } as unknown as C;
}

function urlOfRun(): string {
  return awsOfRun().place.access?.endpointUrl ?? "";
}
