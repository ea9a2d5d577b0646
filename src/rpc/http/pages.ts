/**
 * What a browser finds at an RPC port: a line about what this is, and, for those who may see
 * it, which services and methods there are and how often each was called.
 *
 * Source: Go net/rpc, debug.go. Ours, not Go's: the list is off unless asked for, but for a
 * browser on this same machine, and then only under a name that means this machine.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import escapeHtml from 'escape-html';
import type { Limits } from '../limits.ts';
import type { Services } from '../services.ts';
import { defaultDebugPath, defaultRpcPath } from './connect.ts';

export interface HttpOptions {
  /** Where a Go client connects. */
  readonly rpcPath?: string;
  /** Where the list of services is. */
  readonly debugPath?: string;
  /** True: anybody may see the list. False: nobody. By default: browsers on this machine. */
  readonly debug?: boolean;
}

export class HttpPages {
  readonly rpcPath: string;
  readonly #debugPath: string;
  readonly #debug: boolean | undefined;
  readonly #services: Services;
  readonly #limits: Limits;
  readonly #server: Server;

  constructor(services: Services, limits: Limits, options: HttpOptions) {
    this.rpcPath = options.rpcPath ?? defaultRpcPath;
    this.#debugPath = options.debugPath ?? defaultDebugPath;
    this.#debug = options.debug;
    this.#services = services;
    this.#limits = limits;
    // Loaded here: a program whose servers have no pages starts earlier without it.
    const { createServer } = process.getBuiltinModule('node:http');
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Answers one request on `stream`, then closes it; a slow asker is cut off. */
  serve(stream: Duplex): void {
    const timer = setTimeout(() => stream.destroy(), this.#limits.partialFrameMs).unref();
    stream.once('close', () => clearTimeout(timer));
    stream.on('error', () => {});
    this.#server.emit('connection', stream);
    stream.resume();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Connection', 'close');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const pathname = (request.url ?? '/').split('?', 1)[0];
    if (pathname === this.rpcPath) reply(response, 405, '405 must CONNECT\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      reply(response, 405, '405 method not allowed\n');
    else if (pathname === this.#debugPath && this.#maySeeServices(request))
      replyHtml(response, formatServices(this.#services));
    else if (pathname === '/') reply(response, 200, this.#describe(request));
    else reply(response, 404, '404 page not found\n');
  }

  #describe(request: IncomingMessage): string {
    const list = this.#maySeeServices(request) ? ` Its services: ${this.#debugPath}` : '';
    return `This port serves remote procedure calls: gob, Go's JSON and JSON-RPC 2.0.${list}\n`;
  }

  /** A page from elsewhere can point its own name at 127.0.0.1; it cannot change the Host. */
  #maySeeServices(request: IncomingMessage): boolean {
    if (this.#debug !== undefined) return this.#debug;
    const { remoteAddress = '' } = request.socket as Socket;
    const isNear = /^(::ffff:)?127\.|^::1$/.test(remoteAddress);
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    return isNear && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);
  }
}

function reply(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

function replyHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(html);
}

/** Every name is escaped: a service may be registered under any text. */
function formatServices(services: Services): string {
  const sections = services.list().map((service) => {
    const methods = [...service.methods.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = methods.map(([name, { types, calls }]) => {
      const args = types.args?.name ?? 'any';
      const reply = types.reply?.name ?? 'any';
      const signature = `${name}(${args}, *${reply}) error`;
      return `<tr><td>${escapeHtml(signature)}<td class="calls">${calls}`;
    });
    return `<h2>Service ${escapeHtml(service.name)}</h2>
<table><thead><tr><th>Method<th>Calls<tbody>${rows.join('\n')}</table>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Services</title>
<style>body{font:1.2rem sans-serif;margin:2rem}table{border-collapse:collapse}
th,td{text-align:left;padding:.3rem 1rem;border:1px solid #888}.calls{text-align:right}</style>
<h1>Services</h1>
${sections.join('\n')}</html>
`;
}
