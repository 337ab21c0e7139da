import { isIP } from "node:net";
import { inSubnet } from "../text/subnet";

/** A proxy, and the variable that names it. */
export interface ChosenProxy {
  readonly variable: string;
  /** As the variable gives it; may hold a password. */
  readonly given: string;
}

/** Where a request goes. */
interface ProxyTarget {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** True if a variable names a proxy, for any target. */
export function namesProxy(environment: Environment): boolean {
  return [true, false].some((secure) => namedProxy(secure, environment) !== undefined);
}

/** Returns what the environment says in place of a backend's proxies and `custom_ca_bundle`. */
export function givenNetwork(environment: Environment): Proxies & { readonly custom_ca_bundle?: string } {
  const set = [
    ["http_proxy", setting(environment, "HTTP_PROXY")?.given],
    ["https_proxy", setting(environment, "HTTPS_PROXY")?.given],
    ["no_proxy", setting(environment, "NO_PROXY")?.given],
    ["custom_ca_bundle", environment["AWS_CA_BUNDLE"]],
  ] as const;
  return Object.fromEntries(set.filter(([, value]) => value !== undefined));
}

/** The arguments of a backend that name proxies. Their names are the smaller ones of the variables. */
type Proxies = Partial<Record<"http_proxy" | "https_proxy" | "no_proxy", string>>;

/** Returns the environment with the proxies of a backend: an argument wins over both names of its variable. */
export function withProxies(environment: NodeJS.ProcessEnv, proxies: Proxies): NodeJS.ProcessEnv {
  const set = Object.entries(proxies).flatMap(([name, value]) => [
    [name.toUpperCase(), undefined],
    [name, value],
  ]);
  return { ...environment, ...(Object.fromEntries(set) as NodeJS.ProcessEnv) };
}

/**
 * Returns the proxy of a request by the rules of the engines: the variable of the target's scheme, unless NO_PROXY names the
 * host. Undefined: the request goes directly, as it always does to a loopback address.
 * Source: package httpproxy of golang.org/x/net
 */
export function proxyFor(target: ProxyTarget, environment: Environment): ChosenProxy | undefined {
  const proxy = namedProxy(target.secure, environment);
  if (proxy === undefined) return undefined;
  const host = target.host.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  const exempt = (setting(environment, "NO_PROXY")?.given ?? "").split(",").map((each) => each.trim().toLowerCase());
  return isLoopback(host) || exempt.some((entry) => matches(entry, host, target.port)) ? undefined : proxy;
}

/** Returns the proxy that a variable names for all targets of a scheme. */
export function namedProxy(secure: boolean, environment: Environment): ChosenProxy | undefined {
  return setting(environment, secure ? "HTTPS_PROXY" : "HTTP_PROXY");
}

/** Go reads the upper-case name first, then the lower-case one. */
function setting(environment: Environment, name: string): ChosenProxy | undefined {
  const variable = [name, name.toLowerCase()].find((each) => (environment[each] ?? "").trim() !== "");
  return variable === undefined ? undefined : { variable, given: environment[variable]?.trim() ?? "" };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || (isIP(host) !== 0 && inSubnet(host, isIP(host) === 4 ? "127.0.0.0/8" : "::1/128"));
}

/** True if an entry of NO_PROXY names the host: `*`, an address, a network, or a domain with its subdomains; each may have a port. */
function matches(entry: string, host: string, port: number): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  if (/^[0-9a-f.:]+\/\d+$/.test(entry)) return isIP(host) !== 0 && inSubnet(host, entry);
  const [, bracketed, plain, wanted] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && Number(wanted) !== port) return false;
  // An IPv6 address without brackets has colons, and no port.
  const name = bracketed ?? plain ?? entry;
  if (isIP(name) !== 0)
    return isIP(host) === isIP(name) && inSubnet(host, `${name}/${isIP(name) === 4 ? "32" : "128"}`);
  const domain = name.replace(/^\*(?=\.)/, "");
  if (domain === "") return false;
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}
