/**
 * The figures of the lecture notes by name, each drawn twice from one recorded run: as Mermaid,
 * which stands in the notes for GitHub, and as SVG, which the projector shows.
 */

import { drawLanesMermaid } from '../sim/lanes-mermaid.ts';
import { drawLanesSvg } from '../sim/lanes-svg.ts';
import {
  drawLineageMermaid,
  drawLineageSvg,
  readLineage,
} from '../sim/lineage-figure.ts';
import { drawMermaid } from '../sim/mermaid.ts';
import { readLanes } from '../sim/run-lanes.ts';
import { drawSpaceTimeSvg } from '../sim/space-time-svg.ts';
import {
  clusterPlans,
  countCosts,
  maps,
  recordCluster,
  reduces,
} from './notes-cluster-runs.ts';
import {
  type RpcRun,
  recordAtOnce,
  recordCall,
  recordCristian,
  recordOneByOne,
  recordResend,
} from './notes-rpc-runs.ts';

export interface Recording {
  readonly mermaid: string;
  readonly svg: string;
  /** What the notes may quote of it. */
  readonly facts: Readonly<Record<string, number>>;
}

/** All recordings, by name. Takes a moment; the same every time. */
export async function record(): Promise<Map<string, Recording>> {
  const recordings = new Map<string, Recording>();
  for (const [name, run] of Object.entries(rpcRuns))
    recordings.set(name, draw(await run()));
  for (const name of Object.keys(clusterPlans)) {
    const entries = recordCluster(name as keyof typeof clusterPlans);
    const lanes = readLanes(entries);
    recordings.set(name, {
      mermaid: drawLanesMermaid(lanes),
      svg: drawLanesSvg(lanes),
      facts: countCosts(entries),
    });
  }
  const lineage = readLineage(recordCluster('late-loss'), maps, reduces);
  recordings.set('lineage', {
    mermaid: drawLineageMermaid(lineage),
    svg: drawLineageSvg(lineage),
    facts: {},
  });
  return recordings;
}

/** One at a time: a simulated world has the clock for itself. */
const rpcRuns: Record<string, () => Promise<RpcRun>> = {
  call: recordCall,
  'one-by-one': recordOneByOne,
  'at-once': recordAtOnce,
  resend: recordResend,
  cristian: recordCristian,
};

function draw({ nodes, events, facts }: RpcRun): Recording {
  return {
    mermaid: drawMermaid(events, nodes),
    svg: drawSpaceTimeSvg(events, { nodes }),
    facts,
  };
}
