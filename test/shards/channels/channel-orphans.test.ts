/** Nobody is left behind: not by a program that closes its channel, nor by one that is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  buildEnds,
  channelNames,
  type Ends,
} from '../../../src/shards/channels/open-channel.ts';

let folder: string;
let ends: Ends;
let parent: ChildProcess | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orphans-'));
  ends = await buildEnds(join(import.meta.dirname, 'contract-answer.ts'), folder);
});
afterEach(() => {
  parent?.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program with one open channel; its output ends when it and all that it started has ended. */
async function startParent(name: string, then: 'close' | 'wait') {
  const program = join(import.meta.dirname, 'channel-parent.ts');
  const args = ['--import', 'tsx', program, name, JSON.stringify(ends), then];
  parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = createInterface({ input: parent.stdout as NodeJS.ReadableStream });
  const [pid] = await once(lines, 'line');
  return { parent, pid: Number(pid) };
}

/** One of each kind: with which codec and over which socket makes no difference here. */
const kinds = channelNames.filter(
  (name) => !/^(unix-(?!json-rpc)|tcp-(?!gob))/.test(name),
);

test.each(kinds)('%s: a program that has closed it ends by itself', async (name) => {
  const { parent } = await startParent(name, 'close');
  expect(await once(parent, 'close')).toEqual([0, null]);
});

test.each(kinds.filter((name) => /^(ipc|unix|tcp)-/.test(name)))(
  '%s: the other end of a killed program ends as well',
  async (name) => {
    const { parent, pid } = await startParent(name, 'wait');
    expect(process.kill(pid, 0)).toBe(true);
    // The other end has a write end of these pipes: they close when it has ended, too.
    const closed = once(parent, 'close');
    parent.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
  },
);
