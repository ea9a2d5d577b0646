/**
 * Who may ask the page's server for what. A browser sends requests for any site that it shows:
 * so the name that it asked for and the site that asked must both be ours, and a deed needs
 * the token and a user of this machine. Pure: a request goes in, a refusal comes out.
 */

/** What of a request counts. */
export interface PageRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which pages cannot forge. */
  readonly site: string | undefined;
  readonly authorization: string | undefined;
  readonly hasBody: boolean;
  /** Where it comes from. */
  readonly address: string | undefined;
}

export interface Door {
  /** `host:port`, each name by which the page is reached. */
  readonly hosts: readonly string[];
  isToken(given: string | undefined): boolean;
}

export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 413 | 421 | 429 | 503;
  readonly why: string;
}

/** What is asked for. */
export type Route =
  | { readonly to: 'page' }
  | { readonly to: 'events' }
  /** Another run than the one that is told: of a simulated world, by its settings. */
  | { readonly to: 'run'; readonly settings: URLSearchParams }
  | { readonly to: 'fault'; readonly worker: number; readonly fault: 'kill' | 'slow' };

/** The route, or why there is none for this request. */
export function checkRequest(request: PageRequest, door: Door): Route | Refusal {
  const { method, host, origin, site } = request;
  if (!host || !door.hosts.includes(host.toLowerCase()))
    return refuse(421, 'this page is not called that');
  if (origin !== undefined && !door.hosts.some((name) => origin === `http://${name}`))
    return refuse(403, 'another site asks');
  if (site !== undefined && !['same-origin', 'none'].includes(site) && method !== 'GET')
    return refuse(403, 'another site asks');
  if (method !== 'GET' && method !== 'POST')
    return refuse(405, 'it is read with GET, and a worker is killed with POST');
  if (request.hasBody) return refuse(413, 'no request has a body');
  const url = parseUrl(request.url);
  if (!url) return refuse(400, 'that is no address');
  return method === 'GET'
    ? readRoute(url, request, door)
    : faultRoute(url, request, door);
}

/** The page itself says nothing of the run, and opens for whoever has its address. */
function readRoute(url: URL, { site }: PageRequest, door: Door): Route | Refusal {
  if (url.pathname === '/') return { to: 'page' };
  if (url.pathname !== '/events' && url.pathname !== '/run')
    return refuse(404, 'there is nothing there');
  if (site !== undefined && site !== 'same-origin')
    return refuse(403, 'another site asks');
  if (!door.isToken(url.searchParams.get('token') ?? undefined))
    return refuse(403, 'the token is not the run’s');
  if (url.pathname === '/events') return { to: 'events' };
  url.searchParams.delete('token');
  return { to: 'run', settings: url.searchParams };
}

function faultRoute({ pathname }: URL, request: PageRequest, door: Door) {
  const match = /^\/workers\/([1-9]\d{0,5})\/(kill|slow)$/.exec(pathname);
  if (!match) return refuse(404, 'there is nothing there');
  if (request.origin === undefined) return refuse(403, 'it does not say which site asks');
  if (!isLoopback(request.address)) return refuse(403, 'only from the master’s machine');
  const given = /^Bearer (\S+)$/.exec(request.authorization ?? '')?.[1];
  if (!door.isToken(given)) return refuse(403, 'the token is not the run’s');
  const fault = match[2] as 'kill' | 'slow';
  return { to: 'fault', worker: Number(match[1]), fault } as const;
}

function parseUrl(url: string): URL | undefined {
  // Not `//elsewhere/path`, which would name another host.
  return /^\/(?!\/)/.test(url) && URL.canParse(url, 'http://page')
    ? new URL(url, 'http://page')
    : undefined;
}

export function isLoopback(address: string | undefined): boolean {
  return /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address ?? '');
}

function refuse(status: Refusal['status'], why: string): Refusal {
  return { status, why };
}
