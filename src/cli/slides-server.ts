/**
 * Serves the deck to this machine alone: the document, made anew for each request, and the few
 * files that it loads, all from this project's folder. Nothing comes from the network.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Scripts and styles by the path under which the deck loads them. */
const styles = 'text/css; charset=utf-8';
const scripts = 'text/javascript; charset=utf-8';
const plain = 'text/plain; charset=utf-8';
const reveal = 'node_modules/reveal.js/dist';
const assets: Record<string, readonly [file: string, type: string]> = {
  '/reveal/reset.css': [`${reveal}/reset.css`, styles],
  '/reveal/reveal.css': [`${reveal}/reveal.css`, styles],
  '/reveal/reveal.mjs': [`${reveal}/reveal.mjs`, scripts],
  '/reveal/highlight.mjs': [`${reveal}/plugin/highlight.mjs`, scripts],
  '/reveal/notes.mjs': [`${reveal}/plugin/notes.mjs`, scripts],
  '/slides.css': ['src/cli/slides/slides.css', styles],
  '/slides.js': ['src/cli/slides/slides.js', scripts],
};

/** The presenter's window is written by a script of reveal.js, with scripts inside of it. */
const policy = "default-src 'self' 'unsafe-inline'; img-src 'self' data:";

export interface Deck {
  /** The document. */
  render(): string;
  /** What else may be shown, as text: the files that slides link to. */
  listFiles(): ReadonlySet<string>;
}

/** Resolves with the server and the address of its first slide. Rejects if the port is taken. */
export async function serveSlides(
  root: string,
  port: number,
  deck: Deck,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      respond(root, pathname, deck, response);
    } catch (error) {
      send(response, 500, plain, String(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function respond(root: string, path: string, deck: Deck, response: ServerResponse): void {
  const asset = Object.hasOwn(assets, path) ? assets[path] : undefined;
  if (path === '/') send(response, 200, 'text/html; charset=utf-8', deck.render());
  else if (asset)
    send(response, 200, asset[1], readFileSync(join(root, asset[0]), 'utf8'));
  else if (deck.listFiles().has(path.slice(1))) {
    send(response, 200, plain, readFileSync(join(root, path), 'utf8'));
  } else send(response, 404, plain, `there is no ${path} here`);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): void {
  response
    .writeHead(status, { 'content-type': type, 'content-security-policy': policy })
    .end(body);
}
