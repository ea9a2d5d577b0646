/** A master that is killed while its one worker registers; it prints the worker's process. */
import { join } from 'node:path';
import {
  bundleTasks,
  bundleWorkerMain,
  startCompiled,
} from '../../src/mapreduce/bundle.ts';
import { SpareProcess } from '../../src/mapreduce/spares.ts';
import { WorkerProcess } from '../../src/mapreduce/worker-process.ts';
import { Server } from '../../src/rpc/index.ts';

const [runDir] = process.argv.slice(2) as [string];
const jobFile = join(import.meta.dirname, '../../src/apps/word-count.ts');
const bundle = await bundleTasks(jobFile, runDir);
const server = new Server();
server.registerName('Master', {
  Register({ pid }: { pid: number }) {
    console.log(String(pid));
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
});
const master = await server.listen('127.0.0.1:0');
const folders = { runDir, outputDir: runDir, canBeResumed: false };
const work = { params: {}, reduceTasks: 1, memoryBytes: 1e6, slowness: 1, stage: 1 };
new WorkerProcess(
  new SpareProcess((await bundleWorkerMain(runDir)).fromModules),
  {
    ...folders,
    ...work,
    ...bundle,
    startCompiled,
    worker: 1,
    master,
    masterPid: process.pid,
    listen: '127.0.0.1:0',
    reachableAs: '127.0.0.1',
    token: 'secret',
    heartbeatMs: 1000,
    outputFormat: 'key-value',
    store: { type: 'local-disk' },
    notesRecords: false,
  },
  console.error,
);
