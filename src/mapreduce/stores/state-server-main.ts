/**
 * The entry point of the state server's process.
 */
import { serveState } from './state-process.ts';

await serveState();
