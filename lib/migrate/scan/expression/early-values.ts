import { evaluate, type Scope } from "./expression";
import { wholeExpression, type Written } from "./expression-tokens";
import { FUNCTIONS } from "./functions";
import { asText, COMPUTED, type KnownValue } from "./known-value";
import type { RootVariables } from "./root-variables";

/** What decides an expression in a backend besides the files of its root. */
interface GivenValues {
  /** What the caller named, by `--var` as a text and by `--var-file` as it is written there. */
  readonly variables: ReadonlyMap<string, string | Written>;
  /** Holds `TF_VAR_…`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The value of an expression in a backend. */
export interface EarlyValue {
  /** Undefined if Statelock does not know it. */
  readonly value: string | undefined;
  /**
   * `literals`: no variable does. `caller`: only variables that the caller named do. `usual`: a default, a file of variables or the
   * environment does, which the next caller may override.
   */
  readonly by: "literals" | "caller" | "usual";
  /** What is not known of it, such as `var.env`. */
  readonly lacks: string | undefined;
}

/**
 * Evaluates an expression in the backend of a root as OpenTofu does before `init`: literals, variables, locals, and functions
 * without a context. A later source of a variable wins: its default, the environment, the files of variables, the caller.
 * Source: opentofu/opentofu, internal/configs/static_evaluator.go; tried with OpenTofu 1.12.6
 */
export function earlyValue(expression: string, root: RootVariables, given: GivenValues): EarlyValue {
  const scope = new EarlyScope(root, given);
  const value = asText(evaluate(wholeExpression(expression), scope));
  return { value, by: scope.by, lacks: value === undefined ? scope.lacks : undefined };
}

/** For what may refer to nothing: a default, a file of variables. */
const LITERALS: Scope = { reference: () => COMPUTED, call: () => COMPUTED };

class EarlyScope implements Scope {
  by: EarlyValue["by"] = "literals";
  lacks: string | undefined;
  private readonly locals = new Map<string, KnownValue>();

  constructor(
    private readonly root: RootVariables,
    private readonly given: GivenValues,
  ) {}

  reference(kind: string, member?: string): KnownValue {
    const value =
      kind === "var" && member !== undefined
        ? this.variable(member)
        : kind === "local" && member !== undefined
          ? this.local(member)
          : COMPUTED;
    return value === COMPUTED || value === null
      ? this.missing(member === undefined ? kind : `${kind}.${member}`)
      : value;
  }

  call(name: string, values: readonly KnownValue[]): KnownValue {
    const pure = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    return pure === undefined ? this.missing(`${name}()`) : pure(...values);
  }

  private missing(what: string): KnownValue {
    this.lacks ??= what;
    return COMPUTED;
  }

  private local(name: string): KnownValue {
    const known = this.locals.get(name);
    if (known !== undefined) return known;
    // A local that needs itself is an error in OpenTofu.
    this.locals.set(name, COMPUTED);
    const written = this.root.locals.get(name);
    const value = written === undefined ? COMPUTED : evaluate(written, this);
    this.locals.set(name, value);
    return value;
  }

  private variable(name: string): KnownValue {
    const { type, default: fallback } = this.root.declared.get(name) ?? {};
    const named = this.given.variables.get(name);
    const usual = this.root.assigned.get(name) ?? this.given.environment[`TF_VAR_${name}`] ?? fallback;
    if (named === undefined) this.by = "usual";
    else if (this.by === "literals") this.by = "caller";
    const value = named ?? usual;
    if (value === undefined) return COMPUTED;
    return converted(typeof value === "string" ? value : evaluate(value, LITERALS), type);
  }
}

const AS_TYPE: Readonly<Record<string, (text: string) => KnownValue>> = {
  string: (text) => text,
  any: (text) => text,
  number: (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? COMPUTED : Number(text)),
  bool: (text) => (text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : COMPUTED),
};

/** Converts a primitive value to the type of its variable. A text for any other type is an expression, which has no text. */
function converted(value: KnownValue, type = "any"): KnownValue {
  const text = asText(value);
  if (text === undefined) return value;
  return Object.hasOwn(AS_TYPE, type) ? (AS_TYPE[type]?.(text) ?? COMPUTED) : COMPUTED;
}
