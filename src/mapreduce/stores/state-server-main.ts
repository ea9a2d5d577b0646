/**
 * The entry point of the state server's process: prints where it listens, and lives exactly
 * as long as its standard input, which its master holds open.
 */
import { never, Server } from '../../rpc/index.ts';
import { StateServer } from './state-server.ts';

// Ctrl-C and a closed terminal reach every process of it; the master decides what they mean.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

process.stdin.resume().once('close', () => process.kill(process.pid, 'SIGKILL'));
const server = new Server({ limits: { idleMs: never }, http: false });
server.registerName('State', new StateServer());
process.stdout.write(`${await server.listen('127.0.0.1:0')}\n`);
