/**
 * A run of several stages: each is a whole MapReduce, and reads the output files of the one
 * before. Where such a file turns out to be lost the walk goes one stage back, and comes again
 * as soon as it is made again.
 *
 * Source: OSDI '04, section 6.1, "a sequence of five to ten MapReduce operations"; slides,
 * "Mapreduce: What could go wrong?", data lineage.
 */
import { Master } from './master.ts';
import type { MasterOptions, RunOutcome } from './master-options.ts';
import type { StageFile } from './stage-input.ts';

/** What is to be run, and who is told of it. Stages are numbered from 1 on. */
export interface Stages {
  readonly count: number;
  /** Once for each stage; `input` is the output of the one before. Or says what of it is lost. */
  plan(
    stage: number,
    input: readonly StageFile[],
  ): Promise<MasterOptions | { readonly lost: readonly number[] }>;
  /** Told whenever a stage begins or goes on, before anything of it happens. */
  onBegin(stage: number): void | Promise<void>;
  /** Told whenever a stage has ended or must wait. */
  onEnd(stage: number, outcome: RunOutcome): void;
}

/** Times of going back before a run that cannot win gives up. */
const maxReturns = 100;

/** Runs them all. When it resolves or rejects, no worker process is left. */
export async function runStages(stages: Stages): Promise<RunOutcome> {
  const first = await stages.plan(1, []);
  if ('lost' in first) throw new Error('the first stage reads no output');
  const master = new Master(first);
  let outcome: RunOutcome = { status: 'aborted' };
  try {
    await master.open();
    outcome = await new Walk(stages, master, first).run();
    return outcome;
  } finally {
    const { status } = outcome;
    await master.shutDown(
      status === 'completed' || status === 'failed' ? status : 'aborted',
    );
  }
}

class Walk {
  readonly #stages: Stages;
  readonly #master: Master;
  readonly #first: MasterOptions;
  /** By stage, what its input was when it was planned. */
  readonly #inputs = new Map<number, readonly StageFile[]>();
  #returns = 0;

  constructor(stages: Stages, master: Master, first: MasterOptions) {
    this.#stages = stages;
    this.#master = master;
    this.#first = first;
  }

  async run(): Promise<RunOutcome> {
    let lost: readonly number[] = [];
    for (let stage = 1; ; ) {
      const outcome = await this.#runStage(stage, lost);
      if (outcome.status === 'input-lost') {
        if (++this.#returns > maxReturns)
          return { status: 'failed', why: explain(stage) };
        lost = outcome.outputs;
        stage--;
      } else if (outcome.status !== 'completed' || stage === this.#stages.count) {
        return outcome;
      } else {
        lost = [];
        stage++;
      }
    }
  }

  async #runStage(stage: number, lost: readonly number[]): Promise<RunOutcome> {
    const isNew = !this.#inputs.has(stage);
    const input = stage === 1 ? [] : this.#master.listOutputs(stage - 1);
    if (!isNew) {
      const why = explainChange(stage, this.#inputs.get(stage) ?? [], input);
      if (why !== undefined) return { status: 'failed', why };
    }
    const planned =
      isNew && stage > 1 ? await this.#stages.plan(stage, input) : this.#first;
    if ('lost' in planned) return { status: 'input-lost', outputs: planned.lost };
    this.#inputs.set(stage, input);
    await this.#stages.onBegin(stage);
    const outcome = isNew
      ? await this.#master.run(planned)
      : await this.#master.goOn(stage, lost);
    this.#stages.onEnd(stage, outcome);
    return outcome;
  }
}

function explain(stage: number): string {
  return `the output of stage ${stage - 1} was lost ${maxReturns} times before stage ${stage} had read it`;
}

/** What was read of the old file must be what stands in the new one. */
function explainChange(
  stage: number,
  before: readonly StageFile[],
  now: readonly StageFile[],
): string | undefined {
  const changed = now.findIndex(({ crc32, bytes }, index) => {
    const known = before[index];
    return known?.crc32 !== crc32 || known?.bytes !== bytes;
  });
  if (changed === -1) return undefined;
  return (
    `stage ${stage - 1} has made output file ${changed} again, and it is another than before: ` +
    'the job is not deterministic, run it anew'
  );
}
