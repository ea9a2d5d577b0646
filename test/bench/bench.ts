/**
 * `npm run bench -- rpc`: what our RPC layer costs beside its peers, as ratios from one
 * interleaved run. Nothing here is a test: it measures, prints, and judges no commit.
 */
import { createCommand, runCommand, UsageError } from '../../src/cli/command.ts';
import { Interruption } from '../../src/cli/interruption.ts';
import { type Contender, contenders, listAbsent } from './contenders.ts';
import { type Goal, judgeRows, type MeasuredRow } from './goals.ts';
import {
  buildPrograms,
  type Commands,
  killPrograms,
  listProcessors,
} from './programs.ts';
import { assignProcessors, measureRow, type Pace, rows } from './rows.ts';
import { describeMachine, formatGoals, formatRow } from './table.ts';

interface Options {
  readonly rows: string;
  readonly peers: string | undefined;
  readonly rounds: string | undefined;
  readonly quick: boolean;
  readonly json: boolean;
}

const command = createCommand('bench', 'Measures the RPC layer beside its peers')
  .usage('-- <suite> [options]')
  .argument('<suite>', 'rpc')
  .option('--rows <pattern>', 'only rows whose name matches, like "add|1 MB"', '')
  .option('--peers <list>', 'only these, separated by commas: ours,birpc,go')
  .option('--rounds <n>', 'rounds that count, after one that does not (default: 5)')
  .option('--quick', 'a first look: 2 rounds of 100 ms', false)
  .option('--json', 'one object on stdout', false)
  .action(run);

const interruption = new Interruption();
interruption.signal.addEventListener('abort', killPrograms);
await runCommand(command);
if (interruption.exitCode !== 0) process.exitCode = interruption.exitCode;

async function run(suite: string, options: Options): Promise<void> {
  if (suite !== 'rpc') throw new UsageError(`no suite is called ${suite}; there is: rpc`);
  const asked = chooseContenders(options.peers);
  const pace = choosePace(options);
  const commands = await buildPrograms(['peer-process']);
  const say = options.json ? () => {} : (text: string) => console.log(text);
  try {
    const machine = describeMachine();
    say(`${machine}\n`);
    const chosen = commands.go ? asked : asked.filter(({ kind }) => kind !== 'go');
    if (!commands.go) say('Go is not installed: its rows are left out\n');
    const measured = await measureRows(chosen, commands, pace, options.rows, say);
    const goals: Goal[] = judgeRows(measured);
    say(formatGoals(goals));
    if (options.json)
      console.log(JSON.stringify({ machine, pace, rows: measured, goals }));
    else console.log();
  } finally {
    killPrograms();
    commands.remove();
  }
}

async function measureRows(
  chosen: readonly Contender[],
  commands: Commands,
  pace: Pace,
  pattern: string,
  say: (text: string) => void,
): Promise<MeasuredRow[]> {
  const measured: MeasuredRow[] = [];
  const processors = listProcessors();
  for (const row of rows.filter(({ name }) => new RegExp(pattern).test(name))) {
    const assigned = assignProcessors(row, processors);
    if (!assigned) {
      say(`${row.name}: left out, it needs taskset and the processors to choose from\n`);
      continue;
    }
    const measurements = await measureRow(row, chosen, commands, assigned, pace);
    if (interruption.exitCode !== 0) break;
    measured.push({ row, measurements });
    say(`${formatRow(row, measurements)}\n`);
  }
  return measured;
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

function choosePace({ quick, rounds }: Options): Pace {
  const count = Number(rounds ?? (quick ? 2 : 5));
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`--rounds takes a count from 1, not ${rounds}`);
  }
  return { rounds: count, roundMs: quick ? 100 : 400 };
}
