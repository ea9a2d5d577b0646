/**
 * `npm run simulate`: a MapReduce cluster that does not exist. The scheduler is the real one;
 * workers, tasks and time are a plan, so an hour of faults takes no time at all.
 */
import { bundlePage } from '../page/browser-bundle.ts';
import { createDocument } from '../page/document.ts';
import { RunLog } from '../page/run-log.ts';
import type { RunRecord } from '../page/run-record.ts';
import { readSettings } from '../page/simulation.ts';
import { runCommand } from './command.ts';
import { OutputFile } from './output-file.ts';
import {
  createSimulateCommand,
  readOptions,
  type SimulateOptions,
} from './simulate-options.ts';
import { checkKills, printRun, summariseRun } from './simulate-report.ts';
import { recordRun, simulateRun } from './simulated-run.ts';
import { serveSimulation } from './simulation-page.ts';

const command = createSimulateCommand().action(async () => {
  const options = readOptions(command);
  const { replay } = options;
  const file = replay && new OutputFile(replay, `--replay ${replay}`);
  const run = simulateRun(options.settings, options.plan);
  checkKills(options, run);
  if (options.json) console.log(JSON.stringify(summariseRun(options, run)));
  else printRun(options, run);
  process.exitCode = run.costs.outcome === 'completed' ? 0 : 1;
  if (!file && options.page === undefined) return;
  const record = recordRun(options.settings, options.plan, run);
  if (file) {
    const replay = createDocument(await bundlePage('run'), record);
    if (!file.tryToWrite(replay)) process.exitCode = 1;
  }
  if (options.page !== undefined) await serveRun(options, record);
});

void runCommand(command);

/** The run, and any other that somebody asks for: other settings, or the same with a fault. */
async function serveRun({ page, plan }: SimulateOptions, record: RunRecord) {
  const log = new RunLog(record.facts);
  for (const entry of record.entries) log.entries.push(entry);
  await serveSimulation(page as string, {
    ...{ name: 'run', log },
    simulate: async (query) => {
      const settings = readSettings(query);
      return typeof settings === 'string' ? settings : recordRun(settings, plan);
    },
  });
}
