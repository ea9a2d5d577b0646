/**
 * `npm run simulate`: a MapReduce cluster that does not exist. The scheduler is the real one;
 * workers, tasks and time are a plan, so an hour of faults takes no time at all.
 */
import { runCommand } from './command.ts';
import { createSimulateCommand, readOptions } from './simulate-options.ts';
import { checkKills, printRun, summariseRun } from './simulate-report.ts';
import { simulateRun } from './simulated-run.ts';

const command = createSimulateCommand().action(async () => {
  const options = readOptions(command);
  const run = simulateRun(options.settings, options.plan);
  checkKills(options, run);
  if (options.json) console.log(JSON.stringify(summariseRun(options, run)));
  else printRun(options, run);
  process.exitCode = run.costs.outcome === 'completed' ? 0 : 1;
});

await runCommand(command);
