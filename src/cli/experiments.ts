/**
 * `npm run experiments -- [1-5|all]`: measures what it costs to put state machines into
 * processes of their own, and says what the numbers show.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeMachine, lookAtMachine } from '../shards/experiments/machine.ts';
import { writeReport } from '../shards/experiments/report.ts';
import {
  experiments,
  type Findings,
  type RunnableExperiment,
} from '../shards/experiments/run-experiments.ts';
import { createRandom } from '../sim/random.ts';
import { createCommand, runCommand, UsageError, userFolder } from './command.ts';
import { ExperimentProgress } from './experiments-progress.ts';
import { formatFindings } from './experiments-table.ts';
import { Interruption } from './interruption.ts';
import { OutputFile } from './output-file.ts';

interface Options {
  readonly quick: boolean;
  readonly html: string | undefined;
  readonly json: string | undefined;
}

const interruption = new Interruption();
const command = createCommand(
  'experiments',
  'Measures what state machines in processes of their own cost',
  'npm run experiments -- all --html report.html',
)
  .argument('[which]', 'one of 1 to 5, several as 2,3, or all', 'all')
  .option('--quick', 'a look at everything in seconds; the numbers are rough', false)
  .option('--html <file>', 'write a report with plots: one page, no script')
  .option('--json <file>', 'write all data that were measured')
  .action(run);
await runCommand(command);
if (interruption.exitCode !== 0) process.exitCode = interruption.exitCode;

async function run(which: string, { quick, html, json }: Options): Promise<void> {
  const chosen = chooseExperiments(which);
  const page = html === undefined ? undefined : openFile(html, '--html');
  const data = json === undefined ? undefined : openFile(json, '--json');
  const machine = lookAtMachine();
  console.log(`${describeMachine(machine)}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'experiments-'));
  const beginMs = performance.now();
  try {
    const findings = await measureAll(chosen, folder, quick);
    const seconds = (performance.now() - beginMs) / 1000;
    console.log(
      `${findings.length} of ${experiments.length} experiments in ${Math.round(seconds)} s`,
    );
    page?.write(writeReport({ machine, seconds, isQuick: quick, findings }));
    data?.write(`${JSON.stringify({ machine, seconds, isQuick: quick, findings })}\n`);
    if (html !== undefined) console.log(`the report: ${html}`);
  } catch (error) {
    // What our own signal ended has nothing to report.
    if (interruption.exitCode === 0) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(
  chosen: readonly RunnableExperiment[],
  parent: string,
  isQuick: boolean,
): Promise<Findings[]> {
  const all: Findings[] = [];
  for (const experiment of chosen) {
    interruption.signal.throwIfAborted();
    const progress = new ExperimentProgress(experiment);
    const folder = mkdtempSync(join(parent, `${experiment.number}-`));
    try {
      const findings = await experiment.run({
        isQuick,
        folder,
        createRandom,
        signal: interruption.signal,
        progress: (done, total, what) => progress.show(done / total, what),
      });
      all.push(findings);
    } finally {
      progress.close();
    }
    console.log(`${formatFindings(all.at(-1) as Findings)}\n`);
  }
  return all;
}

function chooseExperiments(which: string): readonly RunnableExperiment[] {
  if (which === 'all') return experiments;
  return which.split(',').map((number) => {
    const found = experiments.find((experiment) => String(experiment.number) === number);
    if (found) return found;
    const known = experiments.map((e) => `${e.number} (${e.title})`).join(', ');
    throw new UsageError(`there is no experiment ${number}; there are: ${known}, or all`);
  });
}

function openFile(path: string, option: string): OutputFile {
  return new OutputFile(resolve(userFolder('experiments'), path), option);
}
