/**
 * `npm run bench -- rpc`: what our RPC layer costs beside its peers, as ratios from one
 * interleaved run. Nothing here is a test: it measures, prints, and judges no commit.
 */
import { createCommand, runCommand, UsageError } from '../../src/cli/command.ts';
import { Interruption } from '../../src/cli/interruption.ts';
import { type Contender, contenders, listAbsent } from './contenders.ts';
import { type Goal, judgeRows, type MeasuredRow } from './goals.ts';
import { formatGrading, judgeGrading, measureGrading } from './grading.ts';
import { formatHostile, judgeHostile, measureHostile } from './hostile.ts';
import { benchMapReduce, type SuitePlan } from './mapreduce/suite.ts';
import { formatMemory, judgeMemory, measureMemory } from './memory.ts';
import { formatPage, judgePage, measurePage } from './page.ts';
import {
  buildPrograms,
  type Commands,
  killPrograms,
  listProcessors,
} from './programs.ts';
import { assignProcessors, measureRow, type Pace, type Row, rows } from './rows.ts';
import { describeMachine, formatGoals, formatRow } from './table.ts';

interface Options {
  readonly rows: string | undefined;
  readonly peers: string | undefined;
  readonly rounds: string | undefined;
  readonly quick: boolean;
  readonly json: boolean;
  readonly megabytes: string | undefined;
  readonly sortMegabytes: string | undefined;
  readonly keep: boolean;
}

/** What every suite works with. */
interface Bench {
  readonly commands: Commands;
  readonly processors: readonly number[];
  readonly pace: Pace;
  readonly contenders: readonly Contender[];
  readonly rows: readonly Row[];
  /** Prints for readers, and nothing where a script reads. */
  say(text: string): void;
}

/** What a suite measured, for `--json`, and what follows from it. */
interface Findings {
  readonly results: object;
  readonly goals: readonly Goal[];
}

const suites: Record<string, (bench: Bench) => Promise<Findings>> = {
  'rpc-calls': benchCalls,
  'rpc-memory': benchMemory,
  'rpc-hostile': benchHostile,
};

const command = createCommand(
  'bench',
  'Measures the RPC layer and MapReduce beside their peers, and the graders',
)
  .usage('-- <suite> [options]')
  .argument(
    '<suite>',
    `grading, mapreduce, page, rpc, or a part of it: ${Object.keys(suites).join(', ')}`,
  )
  .option(
    '--rows <pattern>',
    'of grading, rpc-calls and mapreduce only rows whose name matches: "add|1 MB"',
  )
  .option('--peers <list>', 'only these, separated by commas: ours,birpc,go')
  .option(
    '--rounds <n>',
    'rounds that count, after one that does not (default: 5; mapreduce: 3, and of 1 that is all)',
  )
  .option('--quick', 'a first look: 2 rounds of 100 ms; mapreduce: of 20 MB', false)
  .option('--json', 'one object on stdout', false)
  .option('--megabytes <n>', 'of mapreduce: the size of the corpus (default: 200)')
  .option('--sort-megabytes <n>', 'of mapreduce: sort so much with 256 MiB a worker')
  .option('--keep', 'of mapreduce: leave the corpus for the next run', false)
  .action(run);

const interruption = new Interruption();
interruption.signal.addEventListener('abort', killPrograms);
await runCommand(command);
if (interruption.exitCode !== 0) process.exitCode = interruption.exitCode;

async function run(suite: string, options: Options): Promise<void> {
  if (suite === 'grading') return benchGrading(options);
  if (suite === 'mapreduce') return benchWholeMapReduce(options);
  if (suite === 'page') return benchPage(options);
  const names = Object.keys(suites).filter((name) => suite === 'rpc' || suite === name);
  if (names.length === 0)
    throw new UsageError(
      `there is no suite ${suite}, but rpc, mapreduce, page and grading`,
    );
  const asked = names.includes('rpc-calls') ? chooseContenders(options.peers) : [];
  const chosenRows = chooseRows(options.rows);
  const pace = choosePace(options);
  const commands = await buildPrograms([
    'peer-process',
    'memory-process',
    'hostile-process',
  ]);
  const bench: Bench = {
    commands,
    processors: listProcessors(),
    pace,
    contenders: asked.filter(({ kind }) => commands.go || kind !== 'go'),
    rows: chosenRows,
    say: options.json ? () => {} : (text) => console.log(text),
  };
  try {
    const machine = describeMachine();
    bench.say(`${machine}\n`);
    if (!commands.go) bench.say('Go is not installed: its rows are left out\n');
    const findings: Record<string, Findings> = {};
    for (const name of names)
      findings[name] = await (suites[name] as typeof benchCalls)(bench);
    const goals = Object.values(findings).flatMap((found) => found.goals);
    bench.say(formatGoals(goals));
    if (options.json) console.log(JSON.stringify({ machine, pace, ...findings }));
  } catch (error) {
    // Our own signal killed what we were waiting for.
    if (interruption.exitCode === 0) throw error;
  } finally {
    killPrograms();
    commands.remove();
  }
}

/** Needs neither peers nor their programs. */
async function benchGrading(options: Options): Promise<void> {
  const { rounds } = choosePace(options);
  const machine = describeMachine();
  const results = await measureGrading(rounds, new RegExp(options.rows ?? ''));
  if (options.json) console.log(JSON.stringify({ machine, results }));
  else {
    const goals = formatGoals(judgeGrading(results));
    console.log(`${machine}\n\n${formatGrading(results)}\n\n${goals}`);
  }
}

/** Needs Chromium. */
async function benchPage({ quick, json }: Options): Promise<void> {
  const machine = describeMachine();
  const result = await measurePage(quick ? 200 : 2000);
  const goals = judgePage(result);
  if (json) console.log(JSON.stringify({ machine, result, goals }));
  else console.log(`${machine}\n\n${formatPage(result)}\n\n${formatGoals(goals)}`);
}

async function benchWholeMapReduce(options: Options): Promise<void> {
  const { quick, json, keep } = options;
  const plan: SuitePlan = {
    pattern: new RegExp(options.rows ?? ''),
    rounds: readCount('--rounds', options.rounds ?? (quick ? 2 : 3)),
    megabytes: readCount('--megabytes', options.megabytes ?? (quick ? 20 : 200)),
    sortMegabytes: readCount('--sort-megabytes', options.sortMegabytes ?? 0, 0),
    keep,
  };
  const machine = describeMachine();
  const say = json ? () => {} : (text: string) => console.log(text);
  say(`${machine}\n`);
  try {
    const { signal } = interruption;
    const { hasFailed, ...findings } = await benchMapReduce(plan, say, signal);
    say(formatGoals(findings.goals));
    const { pattern: _, ...pace } = plan;
    if (json) console.log(JSON.stringify({ machine, pace, ...findings }));
    if (hasFailed) process.exitCode = 1;
  } catch (error) {
    // Our own signal ended what we were waiting for.
    if (interruption.exitCode === 0) throw error;
  }
}

async function benchCalls(bench: Bench): Promise<Findings> {
  const { contenders, commands, processors, pace, say } = bench;
  const results: MeasuredRow[] = [];
  for (const row of bench.rows) {
    const assigned = assignProcessors(row, processors);
    if (!assigned) {
      say(`${row.name}: left out, there is no taskset or not enough processors\n`);
      continue;
    }
    const measurements = await measureRow(row, contenders, commands, assigned, pace);
    interruption.signal.throwIfAborted();
    results.push({ row, measurements });
    say(`${formatRow(row, measurements)}\n`);
    if (measurements.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
  }
  return { results, goals: judgeRows(results) };
}

async function benchMemory({ commands, pace, say }: Bench): Promise<Findings> {
  const results = await measureMemory(commands, pace.floodCalls);
  say(`${formatMemory(results)}\n`);
  return { results, goals: judgeMemory(results) };
}

async function benchHostile(bench: Bench): Promise<Findings> {
  const { commands, processors, pace, say } = bench;
  const [first, second] = processors;
  if (first === undefined || second === undefined) {
    say('rpc-hostile: left out, it needs taskset and two processors\n');
    return { results: [], goals: [] };
  }
  const results = await measureHostile(commands, [first, second], pace);
  say(`${formatHostile(results)}\n`);
  return { results, goals: judgeHostile(results) };
}

function chooseContenders(list: string | undefined): readonly Contender[] {
  const names = list?.split(',').map((name) => name.trim().toLowerCase());
  const chosen = contenders.filter(
    ({ name, kind }) =>
      !names || names.includes(name.toLowerCase()) || names.includes(kind),
  );
  if (chosen.length === 0) {
    const known = contenders.map(({ name }) => name).join(', ');
    throw new UsageError(`no peer is called ${list}; there are: ours, go, ${known}`);
  }
  const absent = listAbsent(chosen);
  if (absent.length > 0) {
    throw new UsageError(
      `not installed: ${absent.join(', ')}; run npm ci --prefix test/bench, or choose --peers ours`,
    );
  }
  return chosen;
}

function chooseRows(pattern: string | undefined): readonly Row[] {
  const chosen = rows.filter(({ name }) => new RegExp(pattern ?? '').test(name));
  if (chosen.length > 0) return chosen;
  const known = rows.map(({ name }) => name).join(', ');
  throw new UsageError(`no row matches ${pattern}; there are: ${known}`);
}

function choosePace({ quick, rounds }: Options): Pace {
  const count = readCount('--rounds', rounds ?? (quick ? 2 : 5));
  return quick
    ? { rounds: count, roundMs: 100, warmUpMs: 100, floodCalls: 10_000 }
    : { rounds: count, roundMs: 400, warmUpMs: 1000, floodCalls: 100_000 };
}

function readCount(option: string, text: string | number, least = 1): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new UsageError(`${option} takes a count from ${least}, not ${text}`);
}
