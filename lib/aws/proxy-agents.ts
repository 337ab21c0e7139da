import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { Agent as HttpAgent, type ClientRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { proxyFor, type ChosenProxy } from "./proxy-choice";
import { ProxyFailure } from "./proxy-failure";

/** The settings of the SDK's own agents. */
const KEPT = { keepAlive: true, maxSockets: 50 };

type ForwardRequest = Parameters<HttpProxyAgent<string>["connect"]>[0];
type Connection = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** The part of an agent that Node calls for each request; its types leave it out. */
interface TakesRequests {
  addRequest(request: ClientRequest, options: Readonly<Record<string, unknown>>): void;
}

interface FailedRequest {
  onSocket(socket: null, error: Error): void;
}

/**
 * Sends each request of one scheme through the proxy that the environment names for its host, or directly. The choice is
 * synchronous: the first line of a request differs with a proxy, and Node may write it right after.
 */
export class ProxyChoice extends HttpAgent implements TakesRequests {
  readonly protocol: string;
  readonly defaultPort: number;
  readonly #agents = new Map<string, HttpAgent>();

  constructor(
    private readonly secure: boolean,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly ca: string | undefined,
  ) {
    super({ keepAlive: true });
    this.protocol = secure ? "https:" : "http:";
    this.defaultPort = secure ? 443 : 80;
  }

  addRequest(request: ClientRequest, options: Readonly<Record<string, unknown>>): void {
    const { secure } = this;
    const { host, port } = options as { readonly host?: string; readonly port?: number | string };
    try {
      const proxy = proxyFor({ secure, host: host ?? "", port: Number(port) }, this.environment);
      const agent = this.#agents.get(proxy?.given ?? "") ?? this.#agentOf(proxy);
      this.#agents.set(proxy?.given ?? "", agent);
      (agent as unknown as TakesRequests).addRequest(request, { ...options, secureEndpoint: secure });
    } catch (error) {
      // As Node reports a connection that failed. The request has no socket yet that destroy() could end.
      (request as unknown as FailedRequest).onSocket(null, error as Error);
    }
  }

  override destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    super.destroy();
  }

  #agentOf(proxy: ChosenProxy | undefined): HttpAgent {
    const { secure, ca } = this;
    const options = ca === undefined ? KEPT : { ...KEPT, ca };
    if (proxy === undefined) return secure ? new HttpsAgent(options) : new HttpAgent(KEPT);
    const { url, headers } = parsed(proxy);
    const settings = { ...options, headers };
    return secure ? new Tunnel(proxy, ca, url, settings) : new Forward(proxy, url, settings);
  }
}

type Options = Readonly<Record<string, unknown>>;

/** Opens a connection with CONNECT, and speaks TLS with the store through it. */
class Tunnel extends HttpsProxyAgent<string> {
  constructor(
    private readonly chosen: ChosenProxy,
    private readonly ca: string | undefined,
    url: URL,
    options: Options,
  ) {
    super(url, options);
  }

  override async connect(request: ClientRequest, options: Connection): Promise<Socket> {
    let status = 200;
    request.once("proxyConnect", (answer: { readonly statusCode: number }) => (status = answer.statusCode));
    // The package trusts the certificates for the proxy alone.
    const trusting = this.ca === undefined ? options : { ...options, ca: this.ca };
    const socket = await super.connect(request, trusting).catch((error: unknown) => {
      throw unanswered(this.chosen, error);
    });
    if (status === 200) return socket;
    // Otherwise the proxy's answer would be taken for the store's: its 403 for a missing permission.
    socket.destroy();
    throw new ProxyFailure(
      this.chosen,
      `answered ${String(status)} to CONNECT ${String(options.host)}`,
      undefined,
      status,
    );
  }
}

/** Sends the whole URL to the proxy, which asks the store. */
class Forward extends HttpProxyAgent<string> {
  constructor(
    private readonly chosen: ChosenProxy,
    url: URL,
    options: Options,
  ) {
    super(url, options);
  }

  override async connect(request: ForwardRequest, options: Connection): Promise<Socket> {
    return super.connect(request, options).catch((error: unknown) => {
      throw unanswered(this.chosen, error);
    });
  }
}

function unanswered(proxy: ChosenProxy, error: unknown): ProxyFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ProxyFailure(proxy, `did not answer: ${code ?? message}`, error);
}

/** Takes name and password out of the URL: the packages print the URL if DEBUG is set. */
function parsed(proxy: ChosenProxy): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
  // Go and the AWS CLI take a proxy without a scheme as one of http.
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy.given) ? proxy.given : `http://${proxy.given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new ProxyFailure(proxy, "must be a URL that begins with http:// or https://");
  const { username, password } = url;
  url.username = "";
  url.password = "";
  if (username === "" && password === "") return { url, headers: {} };
  const text64 = Buffer.from(`${decoded(proxy, username)}:${decoded(proxy, password)}`).toString("base64");
  return { url, headers: { "Proxy-Authorization": `Basic ${text64}` } };
}

/** Decodes a name or password. The cause of the failure would show a part of it, so it has none. */
function decoded(proxy: ChosenProxy, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProxyFailure(proxy, "must have %25 for each percent sign of its user name and password");
  }
}
