import { z } from "zod";
import { DEFAULT_WORKSPACE_KEY_PREFIX } from "./state-keys";
import { parseJson } from "../text/parse-json";

type Environment = Readonly<Record<string, string | undefined>>;

const INITIALIZED = z.object({
  backend: z.object({ type: z.string(), config: z.record(z.string(), z.unknown()).nullish() }),
});

/** The backend that a root is initialized with. Everything but the type is of S3 alone. */
export interface InitializedBackend {
  readonly type: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly prefix: string;
  /** Undefined if it names no table. */
  readonly table?: string | undefined;
  /** Empty for AWS. */
  readonly endpoint: string;
  /** Undefined if neither the backend nor the environment says so. */
  readonly region: string | undefined;
}

/** Reads the backend that a root is initialized with. Source: internal/command/workdir/backend_state.go */
export function initializedBackend(text: string | undefined, env: Environment = {}): InitializedBackend | undefined {
  const read = INITIALIZED.safeParse(parseJson(text ?? ""));
  if (!read.success) return undefined;
  const { type } = read.data.backend;
  const config = read.data.backend.config ?? {};
  const nested = z.object({ s3: z.string().nullish() }).safeParse(config["endpoints"]).data?.s3;
  const named = nested ?? textOf(config["endpoint"]) ?? env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_S3_ENDPOINT"];
  return {
    type,
    bucket: textOf(config["bucket"]),
    key: textOf(config["key"]),
    table: textOf(config["dynamodb_table"]),
    prefix: textOf(config["workspace_key_prefix"]) ?? DEFAULT_WORKSPACE_KEY_PREFIX,
    endpoint: (named ?? env["AWS_ENDPOINT_URL"] ?? "").replace(/\/+$/, ""),
    region: textOf(config["region"]) ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"],
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
