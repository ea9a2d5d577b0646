/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all. Here its worker processes are started, before
 * the modules of the master are loaded: both take their time, and there are two processors.
 */
import { bundleWorkerMain } from '../mapreduce/bundle.ts';
import { isJournal } from '../mapreduce/journal.ts';
import { Spares } from '../mapreduce/spares.ts';
import { runCommand } from './command.ts';
import { Interruption } from './interruption.ts';
import { createMapReduceCommand, readOptions } from './mapreduce-options.ts';
import { RunFolder, resumeOptions, whatIsLeft } from './run-folder.ts';

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = resumeOptions(readOptions(inputs, command));
  const interruption = new Interruption();
  const folder = new RunFolder(options);
  const { path: runDir } = folder;
  let spares: Spares | undefined;
  const tidyUp = async (isComplete: boolean) => {
    await spares?.end();
    folder.remove(isComplete);
  };
  try {
    const { local, transport, workers } = options;
    const nothing = { fromModules: [] };
    spares = new Spares(local ? nothing : await bundleWorkerMain(runDir, transport));
    if (!local) spares.start(workers);
    const { runMapReduce } = await import('./mapreduce-run.ts');
    const means = { runDir, spares, interruption, tidyUp };
    process.exitCode = await runMapReduce(options, means);
  } catch (error) {
    // Ctrl-C reaches the compiler, too: what it cannot do then is nobody's mistake.
    if (!(await interruption.wasSent())) throw error;
    console.error(`interrupted: ${whatIsLeft(isJournal(runDir))}`);
    process.exitCode = interruption.exitCode;
  } finally {
    await tidyUp(false);
  }
});

void runCommand(command);
