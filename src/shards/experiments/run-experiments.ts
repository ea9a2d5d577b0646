/**
 * Runs experiments one after the other, and turns the data of each into what is shown.
 */
import { balance } from './balance.ts';
import type { Conclusion, Experiment, Figure, Run, Table } from './experiment.ts';
import { messageCost } from './message-cost.ts';
import { queryLatency } from './query-latency.ts';
import { scaling } from './scaling.ts';
import { serialisation } from './serialisation.ts';

/** One experiment, measured. */
export interface Findings {
  readonly number: number;
  readonly title: string;
  readonly question: string;
  readonly data: unknown;
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  readonly conclusions: readonly Conclusion[];
}

/** How a verdict is said. */
export const verdictWords: Record<Conclusion['verdict'], string> = {
  confirmed: 'Confirmed:',
  refuted: 'Refuted:',
  shown: '',
};

/** An experiment whose data nobody outside has to know. */
export interface RunnableExperiment {
  readonly number: number;
  readonly title: string;
  run(run: Run): Promise<Findings>;
}

/** In the document's order. */
export const experiments: readonly RunnableExperiment[] = [
  makeRunnable(scaling),
  makeRunnable(messageCost),
  makeRunnable(serialisation),
  makeRunnable(balance),
  makeRunnable(queryLatency),
];

function makeRunnable<Data>(experiment: Experiment<Data>): RunnableExperiment {
  const { number, title, question } = experiment;
  return {
    number,
    title,
    async run(run) {
      const data = await experiment.measure(run);
      return {
        number,
        title,
        question,
        data,
        tables: experiment.tables(data),
        figures: experiment.figures(data),
        conclusions: experiment.conclude(data),
      };
    },
  };
}
