/** Whose folders are removed that somebody has left: of those who have ended, for certain. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScratchFolder } from '../../src/cli/scratch-folder.ts';
import { identifySelf } from '../../src/mapreduce/process-identity.ts';

const { TMPDIR } = process.env;
let temporary = '';
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'scratch-folder-test-'));
  process.env.TMPDIR = temporary;
});
afterEach(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  rmSync(temporary, { recursive: true });
});

const us = identifySelf();
const ended = { ...us, began: 'before us' };
const left = 'mapreduce-run-1234-abcdef';

/** Whether that folder is there after another one was made. */
function stays(ownerText: string | undefined, name = left): boolean {
  mkdirSync(join(temporary, name));
  if (ownerText !== undefined)
    writeFileSync(join(temporary, name, 'owner.json'), ownerText);
  createScratchFolder('run');
  return readdirSync(temporary).includes(name);
}

test('of a process that has ended it is removed, whoever has its number now', () => {
  expect(stays(JSON.stringify(ended))).toBe(false);
});

test.each<[string, string | undefined]>([
  ['goes on', JSON.stringify(us)],
  ['is of another machine', JSON.stringify({ ...ended, host: 'elsewhere' })],
  ['is of another container', JSON.stringify({ ...ended, namespace: 'elsewhere' })],
  ['does not say who it is', undefined],
  ['was killed while it said who it is', '{"pid":'],
])('of a process that %s it stays', (_, owner) => {
  expect(stays(owner)).toBe(true);
});

test('of another kind, or of anybody, it stays', () => {
  for (const name of ['mapreduce-worker-1234-abcdef', 'mapreduce-run-of-mine'])
    expect(stays(JSON.stringify(ended), name)).toBe(true);
});
