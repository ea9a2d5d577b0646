/** The worked example's README shows what is really printed. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import exercise from '../../exercises/ping/grader.ts';
import type { CheckResult } from '../../src/grading/check.ts';
import { runChecks } from '../../src/grading/run-checks.ts';
import * as asksOnce from '../chaffs/ping/asks-once.ts';

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'exercises/ping/README.md'), 'utf8');

test('it shows the failure of the line that it tells to write', async () => {
  const results: CheckResult[] = [];
  const end = (result: CheckResult) => results.push(result);
  await runChecks(exercise, asksOnce, { begin: () => {}, end });
  const failure = results.find(({ status }) => status === 'fail');
  if (failure?.status !== 'fail') throw new Error('it passed');
  const { schedule, mistake, expected, saw } = failure.explanation;
  const block = [
    `saw         ${saw.replaceAll('\n', `\n${' '.repeat(12)}`)}`,
    `expected    ${expected}`,
    `looks like  ${mistake}`,
    '',
    `${schedule?.summary}`,
    `${schedule?.diagram}`,
  ].join('\n');
  expect(readme).toContain(`\n\`\`\`\n${block}\n\`\`\`\n`);
  expect(readme).toContain(`--replay ${failure.id}:${schedule?.code}`);
});

test('the line that it tells to write is the one of the wrong answer', () => {
  const [, line = ''] = /^ {4}(return await .*)$/m.exec(readme) ?? [];
  const chaff = readFileSync(join(root, 'test/chaffs/ping/asks-once.ts'), 'utf8');
  expect(line).not.toBe('');
  expect(chaff).toContain(`    ${line}\n`);
});
