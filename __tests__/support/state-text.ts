/** One instance of a resource in a state, as far as a test says. */
export interface InstancePart {
  readonly name?: string;
  readonly type?: string;
  readonly mode?: string;
  readonly module?: string;
  readonly index?: string | number;
  readonly deposed?: string;
  readonly status?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface StatePart {
  readonly serial?: number;
  readonly lineage?: string;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;
  readonly instances?: readonly InstancePart[];
}

export const LINEAGE = "11111111-2222-3333-4444-555555555555";

/** Text of a state as Terraform writes it. */
export function stateText({ serial = 1, lineage = LINEAGE, outputs = {}, instances = [] }: StatePart = {}): string {
  const state = {
    version: 4,
    terraform_version: "1.11.4",
    serial,
    lineage,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, { type: "string", ...output }])),
    resources: instances.map((part) => ({
      ...(part.module === undefined ? {} : { module: part.module }),
      mode: part.mode ?? "managed",
      type: part.type ?? "terraform_data",
      name: part.name ?? "it",
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [
        {
          ...(part.index === undefined ? {} : { index_key: part.index }),
          ...(part.deposed === undefined ? {} : { deposed: part.deposed }),
          ...(part.status === undefined ? {} : { status: part.status }),
          schema_version: 0,
          attributes: part.attributes ?? { id: "1" },
          sensitive_attributes: [],
        },
      ],
    })),
    check_results: null,
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}
