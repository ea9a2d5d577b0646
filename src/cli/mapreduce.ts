/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all. Here its worker processes are started, before
 * the modules of the master are loaded: both take their time, and there are two processors.
 */
import { rmSync } from 'node:fs';
import { bundleWorkerMain } from '../mapreduce/bundle.ts';
import { isJournal } from '../mapreduce/journal.ts';
import { Spares } from '../mapreduce/spares.ts';
import { runCommand } from './command.ts';
import { Interruption } from './interruption.ts';
import { createMapReduceCommand, readOptions } from './mapreduce-options.ts';
import { makeRunFolder, resumeOptions } from './run-folder.ts';

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = resumeOptions(readOptions(inputs, command));
  const interruption = new Interruption();
  const runDir = makeRunFolder(options);
  let spares: Spares | undefined;
  let isComplete = false;
  try {
    const { local, transport, workers } = options;
    spares = new Spares(local ? [] : await bundleWorkerMain(runDir, transport));
    if (!local) spares.start(workers);
    const { runMapReduce } = await import('./mapreduce-run.ts');
    const end = await runMapReduce(options, { runDir, spares, interruption });
    process.exitCode = end.exitCode;
    isComplete = end.isComplete;
  } catch (error) {
    // Ctrl-C reaches the compiler, too: what it cannot do then is nobody's mistake. We may hear of
    // its end before we hear of the signal: behind the second of these we have heard of both.
    for (let turn = 0; turn < 2; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    if (!interruption.signal.aborted) throw error;
    console.error(`interrupted: ${(error as Error).message}`);
    process.exitCode = interruption.exitCode;
  } finally {
    await spares?.end();
    // What a journal is of stays until all of it is done.
    if (isComplete || !isJournal(runDir))
      rmSync(runDir, { recursive: true, force: true });
  }
});

void runCommand(command);
