/**
 * The file of `--config`: every setting of the document, and a sentence for every mistake.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config-file.ts';

const shipped = resolve(import.meta.dirname, '../../src/apps/target-count.json');
const folder = mkdtempSync(join(tmpdir(), 'config-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The sentence that the shipped file gets when it is changed so. */
function complaintOf(changes: object): string {
  return complaintOfText(JSON.stringify({ ...readConfig(shipped), ...changes }));
}

function complaintOfText(text: string): string {
  const file = join(folder, 'config.json');
  writeFileSync(file, text);
  try {
    readConfig(file);
  } catch (error) {
    return (error as Error).message.replace(`${folder}/`, '');
  }
  return 'none';
}

test("the shipped file has the document's sixteen settings and its values", () => {
  expect(readConfig(shipped)).toEqual({
    num_strings: 500_000,
    max_string_length: 15,
    num_target_words: 100,
    target_word_length: 3,
    partition_size: 5000,
    keys_per_reducer: 5,
    num_mappers: 15,
    num_reducers: 10,
    mapper_failure_probability: 2,
    reducer_failure_probability: 2,
    mapper_straggler_probability: 2,
    reducer_straggler_probability: 2,
    mapper_straggler_delay_ms: 2000,
    reducer_straggler_delay_ms: 2000,
    mapper_timeout_ms: 10_000,
    reducer_timeout_ms: 10_000,
  });
});

test('what is good passes: no faults at all, half a per cent, all per cent', () => {
  expect(complaintOf({ mapper_failure_probability: 0.5 })).toBe('none');
  expect(complaintOf({ reducer_straggler_probability: 100 })).toBe('none');
  expect(complaintOf({ mapper_straggler_delay_ms: 0 })).toBe('none');
});

test.each<[object, string]>([
  [
    { num_mapers: 3 },
    'config.json: there is no setting "num_mapers"; did you mean num_mappers?',
  ],
  [
    { mapper_timeout: 3 },
    'config.json: there is no setting "mapper_timeout"; did you mean mapper_timeout_ms?',
  ],
  [
    { num_mappers: '15' },
    'config.json: num_mappers must be a whole number from 1 to 256, it is "15"',
  ],
  [
    { num_strings: 1.5 },
    'config.json: num_strings must be a whole number from 1 to 100000000, it is 1.5',
  ],
  [
    { num_reducers: 0 },
    'config.json: num_reducers must be a whole number from 1 to 256, it is 0',
  ],
  [
    { num_reducers: undefined },
    'config.json: num_reducers is missing; it must be a whole number from 1 to 256',
  ],
  [
    { mapper_failure_probability: 101 },
    'config.json: mapper_failure_probability must be a number of per cent from 0 to 100, it is 101',
  ],
  [
    { num_target_words: 27, target_word_length: 1 },
    'config.json: num_target_words must be at most 13 where target_word_length is 1, it is 27',
  ],
  [
    { partition_size: 1 },
    'config.json: partition_size makes 500000 map tasks, at most 10000 are allowed: make it larger',
  ],
])('%j gets its sentence', (changes, sentence) => {
  expect(complaintOf(changes)).toBe(sentence);
});

test('a name that resembles none is told all of them', () => {
  expect(complaintOf({ x: 1 })).toMatch(
    /^config\.json: there is no setting "x"; known are num_strings, .*reducer_timeout_ms$/,
  );
});

test('what is no JSON object is told so', () => {
  expect(complaintOfText('{"num_strings": }')).toMatch(/^config\.json: it is not JSON: /);
  expect(complaintOfText('[1]')).toBe(
    'config.json: it must be one JSON object, {"num_strings": …}',
  );
  expect(complaintOfText('null')).toMatch(/must be one JSON object/);
  expect(() => readConfig(join(folder, 'none.json'))).toThrow(
    /^--config \S+none\.json cannot be read: no such file or directory; an example is src\/apps\/target-count\.json$/,
  );
});
