/**
 * What every peer of the benchmark does: the same three methods, over one persistent TCP
 * connection on the loopback, set up as well as its users would. Knows nothing of measuring.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface Peer {
  /** Serves on a free port of the loopback; resolves with the port. Never stops by itself. */
  serve(): Promise<number>;
  connect(port: number): Promise<PeerClient>;
}

/** The far end's methods. Each call rejects when the peer reports an error. */
export interface PeerClient {
  add(a: number, b: number): Promise<number>;
  echo(text: string): Promise<string>;
  /** JSON peers carry base64, as their users do. */
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
}

export const loopback = '127.0.0.1';

/** The folder that the peers are installed in; a program bundled elsewhere is told by its parent. */
export const peersFolder = process.env.BENCH_FOLDER ?? `${import.meta.dirname}/..`;

/**
 * Imports a package of the benchmark's own `node_modules`. The type is the caller's word: the
 * packages, and so their types, may be absent when this file is checked.
 */
export async function importPeer<Module>(name: string): Promise<Module> {
  const file = createRequire(`${peersFolder}/`).resolve(name);
  const module = await import(pathToFileURL(file).href);
  return module.default ?? module;
}

/** What the servers of all Node peers do. */
export const arith = {
  add: (a: number, b: number): number => a + b,
  echo: (text: string): string => text,
  echoBase64: (base64: string): string => encodeBase64(decodeBase64(base64)),
};

export function encodeBase64({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64');
}

export function decodeBase64(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
