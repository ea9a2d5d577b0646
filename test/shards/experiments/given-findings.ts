/** Findings of all five experiments from made-up data: measuring takes longer than a test may. */

import { channelNames } from '../../../src/shards/channels/open-channel.ts';
import { balance } from '../../../src/shards/experiments/balance.ts';
import type { Experiment } from '../../../src/shards/experiments/experiment.ts';
import { formatNames } from '../../../src/shards/experiments/formats.ts';
import { distributions } from '../../../src/shards/experiments/keys.ts';
import {
  messageCost,
  messageSizes,
} from '../../../src/shards/experiments/message-cost.ts';
import { payloadNames } from '../../../src/shards/experiments/payloads.ts';
import { loads, queryLatency } from '../../../src/shards/experiments/query-latency.ts';
import type { Findings } from '../../../src/shards/experiments/run-experiments.ts';
import { scaling } from '../../../src/shards/experiments/scaling.ts';
import { serialisation } from '../../../src/shards/experiments/serialisation.ts';
import { workerNames } from '../../../src/shards/experiments/work-pools.ts';
import { routingNames } from '../../../src/shards/ring.ts';

const summary = (median: number) => ({ median, low: 0.9 * median, high: 1.2 * median });

function find<Data>(experiment: Experiment<Data>, data: Data): Findings {
  const { number, title, question } = experiment;
  return {
    number,
    title,
    question,
    data,
    tables: experiment.tables(data),
    figures: experiment.figures(data),
    conclusions: experiment.conclude(data),
  };
}

export function makeFindings(): Findings[] {
  return [
    find(scaling, {
      cores: 2,
      throughputs: workerNames.flatMap((worker, i) =>
        (['heavy', 'light'] as const).flatMap((work) =>
          [1, 2, 4, 8, 16].map((processes) => ({
            worker,
            work,
            processes,
            perSecond: summary(Math.min(processes, 2) * (5000 + 100 * i)),
            busyCores: summary(Math.min(processes, 2)),
          })),
        ),
      ),
      memory: { residentMiB: summary(50), ownMiB: summary(10) },
      absent: [],
    }),
    find(
      messageCost,
      (['function-call', ...channelNames] as const).flatMap((way, i) =>
        messageSizes.map((bytes) => {
          const us = way === 'function-call' ? 0.003 : 10 * i + bytes / 500;
          return { way, bytes, aloneUs: summary(us), togetherUs: summary(us / 5) };
        }),
      ),
    ),
    find(
      serialisation,
      payloadNames.flatMap((payload, i) =>
        formatNames.map((format, j) => ({
          format,
          payload,
          bytes: 1000 * 3 ** i,
          encodeUs: summary((j + 1) * 3 ** i),
          decodeUs: summary((j + 2) * 3 ** i),
          totalUs: summary(60 + (j + 4) * 3 ** i),
        })),
      ),
    ),
    find(
      balance,
      distributions.flatMap((distribution, i) =>
        routingNames.map((routing, j) => ({
          routing,
          distribution,
          counts: [2500 + 500 * i, 2500 - 100 * i, 2500 - 200 * i, 2500 - 200 * i],
          ids: 1000,
          splitIds: routing === 'round-robin' ? 990 : 0,
          medianUs: summary(300 + 50 * i + 10 * j),
          p99Us: summary(900 + 500 * i + 10 * j),
        })),
      ),
    ),
    find(queryLatency, {
      capacity: 5000,
      callUs: summary(0.3),
      loads: loads.map((load) => ({
        load,
        medianUs: summary(60 + 2000 * load ** 4),
        p99Us: summary(200 + 9000 * load ** 4),
        poolUs: summary(70 + 2500 * load ** 4),
        partsUs: {
          'queue in the sender': summary(1 + 100 * load ** 8),
          wire: summary(30),
          'queue in the receiver': summary(2 + 1800 * load ** 4),
          work: summary(1),
          back: summary(27),
        },
      })),
    }),
  ];
}
