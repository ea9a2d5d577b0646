/**
 * The soak, shortly; and that it finds what it looks for: a wrong result, a process or a file
 * that is left, an end that nothing explains.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { jobs } from '../cli/mapreduce-run.ts';
import { listProcesses, root, runNode, startNode } from '../cli/program.ts';
import { drawPlan, type SoakPlan } from './plan.ts';
import { runPlan } from './run.ts';
import { judge, type Launch } from './verdict.ts';

// Many processes: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 400_000 });

const place = mkdtempSync(join(tmpdir(), 'soak-test-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const hasProc = existsSync('/proc/self/environ');

const file = join(root, 'test/soak/soak.ts');

function soak(...args: string[]) {
  return runNode(file, args, { TMPDIR: place });
}

describe.skipIf(!hasProc)('npm run soak', () => {
  test('three runs of a fixed seed: no violation, and nothing is left', async () => {
    const { code, stdout, stderr } = await soak('--seed', '100', '--runs', '3');
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^first seed: 100\n/);
    for (const seed of [100, 101, 102])
      expect(stdout).toMatch(RegExp(`^${seed} +\\d`, 'm'));
    expect(stdout).toMatch(/^violations +0$/m);
    expect(readdirSync(place).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  });

  test('Ctrl-C ends the runs, too, and leaves nothing', async () => {
    const program = startNode([file, '--runs', '9'], { TMPDIR: place });
    await program.prints(/first seed: \d+/);
    const mark = () => readdirSync(place).find((name) => name.startsWith('soak-'));
    await vi.waitUntil(() => listProcesses(mark() ?? '?').length > 0, 60_000);
    program.child.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    expect(program.stdout()).toMatch(/^runs +0$/m);
    expect(readdirSync(place).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
    expect(listProcesses(place)).toEqual([]);
  });

  test('without a limit it does not begin', async () => {
    const { code, stderr } = await soak();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: how long? Add --minutes 5, or --runs 10\n',
    });
  });
});

test('the same seed is the same plan, another seed another', () => {
  expect(drawPlan(7)).toEqual(drawPlan(7));
  expect(drawPlan(7)).not.toEqual(drawPlan(8));
});

/** One calm run of a job, without anything that is done to it. */
function planCalmly(name: string, what: Partial<SoakPlan> = {}): SoakPlan {
  const job = { name, job: join(jobs, `${name}.ts`), corpus: 'few' } as const;
  return {
    ...{ seed: 1, config: undefined, stages: [], params: [] },
    ...{ reduceTasks: 2, workers: 2, mayJoin: false, memory: undefined, moves: [] },
    job: { ...job, params: () => [], endsProcesses: false },
    corpus: [{ name: 'a.txt', bytes: Buffer.from('one two\ntwo\n') }],
    work: ['--reduce-tasks', '2'],
    cluster: ['--workers', '2'],
    ...what,
  };
}

async function complaintsOf(plan: SoakPlan): Promise<readonly string[]> {
  const result = await runPlan(plan, place, new AbortController().signal);
  return result?.complaints ?? ['aborted'];
}

describe.skipIf(!hasProc)('what it looks for, it finds', () => {
  test('nothing in a calm run', async () => {
    expect(await complaintsOf(planCalmly('numbers'))).toEqual([]);
  });

  test('a wrong result', async () => {
    const { job, ...plan } = planCalmly('numbers');
    const wrong = { ...job, oracle: 'word-count' } as SoakPlan['job'];
    expect(await complaintsOf({ ...plan, job: wrong })).toEqual([
      expect.stringMatching(
        /^exit 0 and a wrong result: mr-out-\d differs from the sequential run's$/,
      ),
    ]);
  });

  test('a process that is left', async () => {
    const plan = planCalmly('leaves-things', { params: ['what=process'] });
    const complaints = await complaintsOf(plan);
    expect(complaints).toContain('processes are left:');
    expect(complaints.at(-1)).toMatch(/^\d+ S \S*node -e setInterval/);
  });

  test('a file that is left', async () => {
    const plan = planCalmly('leaves-things', { params: ['what=file'] });
    expect(await complaintsOf(plan)).toEqual([
      expect.stringMatching(/^files are left: left-by-\d+/),
    ]);
  });
});

const right: Launch = {
  ...{ exit: { code: 0, signal: null }, stdout: '{}\n', log: [], difference: undefined },
  ...{ hasOutput: true, mustFail: false, endsProcesses: false, canBeResumed: false },
  ...{ signalled: new Set<number>(), interruptions: 0, wasMasterKilled: false },
  ...{
    wasStarved: false,
    hadHeirs: false,
    lostStateServer: false,
    mayJoinersLeave: false,
  },
};
const failed: Launch = {
  ...right,
  ...{ exit: { code: 1, signal: null }, stdout: '', hasOutput: false },
};
const allLost =
  'error: the job failed, no output is left: all 2 workers are lost, nobody is left to run the tasks';
const isLost = [
  '  1.00 s  worker 2 lost: 1 map task goes back to idle',
  '  no heartbeat',
];

describe('the verdict', () => {
  test.each<[string, Launch, string]>([
    ['a right result', right, 'completed'],
    [
      'workers are lost that were killed',
      { ...failed, log: [...isLost, allLost], signalled: new Set([2]) },
      'all workers lost',
    ],
    [
      'Ctrl-C',
      {
        ...failed,
        exit: { code: 130, signal: null },
        log: ['interrupted: every worker has ended, and no output is left'],
        interruptions: 1,
      },
      'cancelled',
    ],
    [
      'Ctrl-C twice',
      { ...failed, exit: { code: 130, signal: null }, interruptions: 2 },
      'cancelled',
    ],
  ])('%s: nothing to complain of', (_what, launch, outcome) => {
    expect(judge(launch)).toEqual({ outcome, complaints: [] });
  });

  test.each<[string, Launch, RegExp]>([
    ['a wrong result', { ...right, difference: 'mr-out-0' }, /wrong result: mr-out-0/],
    ['success where one process fails', { ...right, mustFail: true }, /fails$/],
    ['no summary', { ...right, stdout: 'well\n' }, /not JSON/],
    ['a worker lost for no reason', { ...right, log: isLost }, /for no reason.*heart/],
    ['a failure without a sentence', failed, /exit 1 with 0 sentences/],
    ['an end by a signal', { ...right, exit: { code: null, signal: 'SIGSEGV' } }, /SEGV/],
    ['our own mistake', { ...right, exit: { code: 2, signal: null } }, /exit code 2/],
    [
      'a failure with output',
      { ...failed, log: [allLost], hasOutput: true },
      /it failed, but there is output/,
    ],
    [
      'a lost state server that nobody has killed',
      {
        ...failed,
        log: ['error: the job failed, no output is left: the state server was lost (…)'],
      },
      /it must not fail/,
    ],
    [
      'Ctrl-C without a word',
      { ...failed, exit: { code: 130, signal: null }, interruptions: 1 },
      /it does not say so/,
    ],
    ['a stack trace', { ...right, log: ['    at run (file.ts:3:4)'] }, /it says:/],
  ])('%s is a violation', (_what, launch, complaint) => {
    expect(judge(launch).complaints).toEqual([expect.stringMatching(complaint)]);
  });
});
