import type { Problem } from "../../problem/problem";
import { settingOf, type Configuration } from "../scan/configuration/configuration";

/** Arguments of a backend that say how requests travel, and to whom they are believed to go. */
const NETWORK = ["http_proxy", "https_proxy", "no_proxy", "custom_ca_bundle"] as const;

/** Values of these arguments, or of the environment in their place. */
export type OwnNetwork = Partial<Record<(typeof NETWORK)[number], string>>;

/**
 * Returns the proxies and certificates of a root's backend: nothing if this run's are the same, the root's own with
 * `--as-backend`, or a problem. Behind another proxy, a name may lead to another store.
 * @param given what the environment says. @default - nobody asks S3
 */
export function ownNetwork(
  configuration: Pick<Configuration, "places" | "values" | "consumer">,
  path: string,
  given: OwnNetwork | undefined,
  asBackend: boolean,
): OwnNetwork | Problem {
  if (given === undefined) return {};
  const settings = NETWORK.flatMap((name) => {
    const value = settingOf(configuration, name);
    return value === undefined ? [] : [[name, "value" in value ? value.value : undefined] as const];
  });
  const own: OwnNetwork = Object.fromEntries(settings.filter(([name, value]) => hasEffect(name, value)));
  const others = Object.keys(own).filter((name) => !isSame(name, own, given));
  if (others.length === 0) return {};
  const odd = [
    ...settings.filter(([name, value]) => value === undefined || isElsewhere(name, value)).map(([name]) => name),
    // Terraform then takes it for https too, and OpenTofu does not.
    ...(own.http_proxy !== undefined && (own.https_proxy ?? given.https_proxy) === undefined
      ? ["http_proxy without https_proxy"]
      : []),
  ];
  return asBackend && odd.length === 0 ? own : networkUnknown(path, others, asBackend ? odd : []);
}

/** An empty proxy means none. The engines ignore the other arguments if they are empty. */
function hasEffect(name: string, value: string | undefined): boolean {
  return value !== "" || name === "http_proxy" || name === "https_proxy";
}

function isSame(name: string, own: OwnNetwork, given: OwnNetwork): boolean {
  const value = own[name as keyof OwnNetwork];
  return value !== undefined && value === (given[name as keyof OwnNetwork] ?? "");
}

/** A path that depends on where the engine runs, or on its environment. */
function isElsewhere(name: string, value: string): boolean {
  return name === "custom_ca_bundle" && value !== "" && !/^\/[^$]*$/.test(value);
}

function networkUnknown(path: string, named: readonly string[], odd: readonly string[]): Problem {
  return {
    code: "network-unknown",
    path,
    message: `must be asked by the way that its clients take, but its backend sets ${named.join(", ")}: on another way, another store could answer`,
    fix:
      odd.length > 0
        ? `Statelock cannot use ${odd.join(", ")}. Set HTTP_PROXY, HTTPS_PROXY, NO_PROXY and AWS_CA_BUNDLE instead, or write texts and an absolute path.`
        : "Add --as-backend to ask as the root's own settings say, or set HTTP_PROXY, HTTPS_PROXY, NO_PROXY and AWS_CA_BUNDLE to the same values.",
  };
}

/** Tells a problem from settings. */
export function isProblem(found: OwnNetwork | Problem): found is Problem {
  return "code" in found;
}
