/** `npm run cristian`: what it prints, and what it refuses. */
import { expect, test } from 'vitest';
import { run } from './program.ts';

test('the exchange, the four times, and a table of asymmetries', async () => {
  const { code, stdout, stderr } = await run('cristian');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const text of ['T1 = 0', 'T2 = 520', 'T3 = 540', 'T4 = 100'])
    expect(stdout).toContain(text);
  expect(stdout).toContain('(100 - 0) - (540 - 520) = 80 ms');
  expect(stdout).toContain('480 ms, truly 500 ms');
  expect(stdout).toContain(
    'The reply took 40 ms longer than the request:\nthe clock is 20 ms behind, and cannot be more than 40.',
  );
  const rows = stdout.match(/^ .*±40( {2}<)?$/gm);
  expect(rows).toHaveLength(9);
  expect(rows?.filter((row) => row.endsWith('<'))).toHaveLength(1);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('a round trip and its asymmetry say the same as two ways', async () => {
  const [ways, trip] = await Promise.all([
    run('cristian', ['--json', '--out-ms', '70', '--back-ms', '10']),
    run('cristian', ['--json', '--round-trip-ms', '80', '--asymmetry-ms', '-60']),
  ]);
  expect(JSON.parse(ways.stdout)).toEqual(JSON.parse(trip.stdout));
  expect(JSON.parse(ways.stdout)).toMatchObject({ errorMs: 30, boundMs: 40 });
});

test.each([
  [['--asymmetry-ms', '90'], 'the round trip is 80 ms'],
  [['--out-ms', '5', '--round-trip-ms', '9'], '--out-ms and --back-ms say it all'],
  [['--least-ms', '30'], 'one of the messages takes 20 ms, which is less'],
  [['--out-ms', '-5'], 'It must be a whole number from 0 to 10000.'],
  [['--offset-ms', 'soon'], 'It must be a whole number of milliseconds, like -40.'],
  [['--json', '--page'], 'a script waits for the end'],
  [['--replay', '/no/such/folder/x.html'], 'there is no such folder'],
  [['--page', 'nonsense'], 'It must look like host:port'],
])('%j is refused in a sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await run('cristian', args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^ +at /m);
});
