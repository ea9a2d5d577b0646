/**
 * The page's server, in the master's process: one document, one stream of events, one kind of
 * deed, a fault for a worker; and of what is simulated, another run. Everything else is refused.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDocument, createPolicy, type PageParts } from './document.ts';
import { EventStream, type PageLog } from './event-stream.ts';
import {
  checkRequest,
  type Door,
  type PageRequest,
  type Refusal,
  type Route,
} from './request-check.ts';
import { RequestLimit } from './request-limit.ts';

/** Bounds, as every server here has them. */
const maxReaders = 200;
const maxRequestsASecond = 400;
const maxFaultsASecond = 5;
const maxRunsASecond = 40;
const headersMs = 5000;
const farewellMs = 1000;

export type Fault = Extract<Route, { to: 'fault' }>;

export interface PageServerOptions {
  readonly parts: PageParts;
  readonly log: PageLog;
  /** Where to listen; port 0: any. */
  readonly host: string;
  readonly port: number;
  /** Other names of this machine by which the page is reached. */
  readonly names: readonly string[];
  readonly isToken: Door['isToken'];
  /** False: there is no such worker, or it is lost already. */
  readonly injectFault: (fault: Fault) => boolean;
  /** Of a simulated world: the run of these settings, or in a sentence why there is none. */
  readonly simulate?: (settings: URLSearchParams) => Promise<object | string>;
}

export class PageServer {
  readonly #options: PageServerOptions;
  readonly #http = createServer((request, response) => this.#answer(request, response));
  readonly #streams = new Set<EventStream>();
  readonly #requests = new RequestLimit(maxRequestsASecond, 1000);
  readonly #faults = new RequestLimit(maxFaultsASecond, 1000);
  readonly #runs = new RequestLimit(maxRunsASecond, 1000);
  readonly #document: string;
  readonly #headers: Record<string, string>;
  #door: Door;
  #isRead: () => void = () => {};
  /** Resolves as soon as somebody reads the run. */
  readonly isRead = new Promise<void>((resolve) => {
    this.#isRead = resolve;
  });

  constructor(options: PageServerOptions) {
    const { parts, isToken } = options;
    this.#options = options;
    this.#door = { hosts: [], isToken };
    this.#document = createDocument(parts);
    this.#headers = {
      'content-security-policy': createPolicy(parts, 'live'),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    };
    this.#http.headersTimeout = headersMs;
    this.#http.requestTimeout = headersMs;
    this.#http.maxConnections = maxReaders + 50;
  }

  /** Resolves with its port. Rejects where nobody can listen. */
  async listen(): Promise<number> {
    const { host, port: wanted, names } = this.#options;
    this.#http.listen(wanted, host || undefined);
    await once(this.#http, 'listening');
    const { port } = this.#http.address() as AddressInfo;
    const all = ['localhost', '127.0.0.1', '[::1]', ...names];
    const hosts = all.map((name) => `${name}:${port}`.toLowerCase());
    this.#door = { ...this.#door, hosts };
    return port;
  }

  /** Tells every reader that this is the end, waits a moment for them, and is gone. */
  async close(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeIdleConnections();
    const timer = setTimeout(() => this.#http.closeAllConnections(), farewellMs);
    await closed;
    clearTimeout(timer);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(this.#headers))
      response.setHeader(name, value);
    const route = this.#findRoute(request);
    if ('status' in route) refuse(response, route);
    else if (route.to === 'page') this.#sendPage(response);
    else if (route.to === 'events') this.#openStream(request, response);
    else if (route.to === 'run') void this.#simulate(route.settings, response);
    else this.#inject(route, response);
  }

  /** Within the bounds. */
  #findRoute(request: IncomingMessage): Route | Refusal {
    const nowMs = performance.now();
    if (!this.#requests.admit(nowMs)) return { status: 429, why: 'too many requests' };
    const route = checkRequest(readRequest(request), this.#door);
    if ('status' in route) return route;
    if (route.to === 'events' && this.#streams.size >= maxReaders)
      return { status: 503, why: 'too many readers' };
    if (route.to === 'fault' && !this.#faults.admit(nowMs))
      return { status: 429, why: 'too many faults' };
    if (route.to === 'run' && !this.#options.simulate)
      return { status: 404, why: 'there is nothing there' };
    if (route.to === 'run' && !this.#runs.admit(nowMs))
      return { status: 429, why: 'too many runs' };
    return route;
  }

  #sendPage(response: ServerResponse): void {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(this.#document);
  }

  #openStream(request: IncomingMessage, response: ServerResponse): void {
    const last = Number(request.headers['last-event-id'] ?? 0);
    const next = Number.isSafeInteger(last) && last > 0 ? last : 0;
    const stream = new EventStream(response, this.#options.log, next);
    this.#streams.add(stream);
    this.#isRead();
    response.on('close', () => this.#streams.delete(stream));
  }

  async #simulate(settings: URLSearchParams, response: ServerResponse): Promise<void> {
    const run = (await this.#options.simulate?.(settings)) ?? 'nothing is simulated';
    if (typeof run === 'string') return refuse(response, { status: 400, why: run });
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(run));
  }

  #inject(fault: Fault, response: ServerResponse): void {
    if (this.#options.injectFault(fault)) say(response, 204, '');
    else
      say(
        response,
        409,
        `worker ${fault.worker} has not registered or is lost, or the run is over`,
      );
  }
}

function readRequest(request: IncomingMessage): PageRequest {
  const { headers, method = '', url = '' } = request;
  const site = headers['sec-fetch-site'];
  return {
    method,
    url,
    host: headers.host,
    origin: headers.origin,
    site: typeof site === 'string' ? site : undefined,
    authorization: headers.authorization,
    hasBody:
      headers['transfer-encoding'] !== undefined ||
      Number(headers['content-length'] ?? 0) > 0,
    address: request.socket.remoteAddress,
  };
}

function refuse(response: ServerResponse, { status, why }: Refusal): void {
  if (status === 405) response.setHeader('allow', 'GET, POST');
  // Whatever else the peer sends on this connection is not worth reading.
  response.setHeader('connection', 'close');
  say(response, status, why);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text === '' ? undefined : `${text}\n`);
}
