/**
 * `npm run cristian`: Cristian's algorithm between two simulated machines, and how wrong it is
 * when one way takes longer than the other. Each number is of a run of the lecture's server.
 */
import chalk from 'chalk';
import { bundlePage } from '../page/browser-bundle.ts';
import { asymmetryOf, type Exchange, tellExchange, tellMs } from '../page/cristian.ts';
import { createDocument } from '../page/document.ts';
import { drawSpaceTime } from '../sim/space-time.ts';
import { runCommand } from './command.ts';
import {
  type ExchangePlan,
  listAsymmetries,
  type RecordedExchange,
  recordAll,
  runExchange,
  runRow,
} from './cristian-exchange.ts';
import { createCristianCommand, readOptions } from './cristian-options.ts';
import { OutputFile } from './output-file.ts';
import { serveSimulation } from './simulation-page.ts';

const command = createCristianCommand().action(async () => {
  const { plan, json, page, replay } = readOptions(command);
  const file = replay && new OutputFile(replay, `--replay ${replay}`);
  const run = await runExchange(plan);
  if (json) console.log(JSON.stringify({ simulated: true, ...plan, ...run.exchange }));
  else await printRun(plan, run);
  if (!file && page === undefined) return;
  const record = await recordAll(plan);
  if (file) {
    const replay = createDocument(await bundlePage('cristian'), record);
    if (!file.tryToWrite(replay)) process.exitCode = 1;
  }
  if (page !== undefined) {
    const never = () => () => {};
    const log = { entries: [], facts: record, version: 1, nowMs: 0, listen: never };
    await serveSimulation(page, { name: 'cristian', log });
  }
});

void runCommand(command);

async function printRun(plan: ExchangePlan, { events, exchange }: RecordedExchange) {
  console.log(drawSpaceTime(events, { nodes: ['client', 'server'] }));
  console.log();
  const { T1, T2, T3, T4, roundTripMs, boundMs } = exchange;
  const [offset, found] = [plan.offsetMs, exchange.estimate - T4];
  const print = (name: string, text: string) => console.log(`${name.padEnd(22)}${text}`);
  print('round trip', `(${T4} - ${T1}) - (${T3} - ${T2}) = ${tellMs(roundTripMs)} ms`);
  const half = tellMs(roundTripMs / 2);
  print('estimate, at T4', `${T3} + ${half} = ${tellMs(exchange.estimate)}`);
  print('truth, at T4', tellMs(exchange.truth));
  print('offset of the clocks', `${tellMs(found)} ms, truly ${tellMs(offset)} ms`);
  const bound =
    plan.leastMs > 0
      ? `${half} - ${plan.leastMs}, which any message takes, = ${tellMs(boundMs)} ms`
      : `half the round trip, ${half} ms`;
  print('bound of the error', bound);
  console.log(`\n${chalk.bold(tellExchange(exchange).replace(': ', ':\n'))}\n`);
  await printTable(plan);
}

async function printTable(plan: ExchangePlan): Promise<void> {
  const columns = ['out', 'back', 'asymmetry', 'round trip', 'offset', 'error', 'bound'];
  const print = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.padStart((columns[i] as string).length + 3)).join('');
  console.log(chalk.bold(print(columns)));
  const asymmetries = listAsymmetries(plan, 8);
  const { exchanges } = await runRow(plan, asymmetries);
  for (const one of exchanges) {
    const isThis = asymmetryOf(one) === plan.backMs - plan.outMs;
    const line = print(listCells(one));
    console.log(isThis ? chalk.bold(`${line}  <`) : line);
  }
}

function listCells(exchange: Exchange): string[] {
  const { outMs, backMs, roundTripMs, estimate, T4, errorMs, boundMs } = exchange;
  const offsetMs = estimate - T4;
  const all = [outMs, backMs, asymmetryOf(exchange), roundTripMs, offsetMs, errorMs];
  return [...all.map(tellMs), `±${tellMs(boundMs)}`];
}
