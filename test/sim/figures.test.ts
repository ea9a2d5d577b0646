/** The figures of the lecture notes: what the simulated cluster does, and how runs are drawn. */
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { dial } from '../../src/rpc/index.ts';
import { type ClusterPlan, runCluster } from '../../src/sim/cluster.ts';
import { drawLanesMermaid } from '../../src/sim/lanes-mermaid.ts';
import { drawLanesSvg } from '../../src/sim/lanes-svg.ts';
import {
  drawLineageMermaid,
  drawLineageSvg,
  readLineage,
} from '../../src/sim/lineage-figure.ts';
import { drawMermaid } from '../../src/sim/mermaid.ts';
import { readLanes } from '../../src/sim/run-lanes.ts';
import { drawSpaceTimeSvg } from '../../src/sim/space-time-svg.ts';
import { createCountingWorld } from './counting.ts';

/** Two workers; worker 2 ends in the middle of its reduce task. */
const plan: ClusterPlan = {
  ...{ maps: 2, reduces: 2, workers: 2, takesMs: () => 1000 },
  kills: [{ worker: 2, atMs: 1500 }],
};

describe('the simulated cluster', () => {
  test('a loss behind the barrier closes it until the map task has run again', () => {
    const lanes = readLanes(runCluster(plan));
    expect(lanes.barrier).toEqual([
      { isOpen: true, atMs: 1000 },
      { isOpen: false, atMs: 1500 },
      { isOpen: true, atMs: 3000 },
    ]);
    expect(lanes.losses).toEqual([{ worker: 2, atMs: 1500 }]);
    expect(lanes.bars.map(({ name, kind, worker }) => [name, kind, worker])).toEqual([
      ['map 0', 'map', 1],
      ['map 1', 'completed, then lost', 2],
      ['reduce 0', 'reduce', 1],
      ['reduce 1', 'lost while running', 2],
      ['map 1', 'map', 1],
      ['reduce 1', 'reduce', 1],
    ]);
    expect(lanes.endMs).toBe(4000);
  });

  test('on stable storage the barrier stays open', () => {
    const { barrier, endMs } = readLanes(runCluster({ ...plan, outputSurvives: true }));
    expect(barrier).toEqual([{ isOpen: true, atMs: 1000 }]);
    expect(endMs).toBe(3000);
  });

  test('without a worker the job fails, and the run ends', () => {
    const all = [1, 2].map((worker) => ({ worker, atMs: 500 }));
    expect(runCluster({ ...plan, kills: all }).at(-1)).toMatchObject({
      type: 'fail-job',
      atMs: 500,
    });
  });
});

test('lanes as a Gantt chart', () => {
  expect(drawLanesMermaid(readLanes(runCluster(plan)))).toBe(`gantt
  dateFormat x
  axisFormat %S s
  section worker 1
  map 0 :done, 0, 1000ms
  reduce 0 :1000, 1000ms
  map 1 :done, 2000, 1000ms
  reduce 1 :3000, 1000ms
  section worker 2
  map 1 (completed then lost) :crit, done, 0, 1000ms
  reduce 1 (lost while running) :crit, 1000, 500ms
  section master
  barrier opens at 1 s :milestone, 1000, 0ms
  barrier closes at 1.5 s :milestone, 1500, 0ms
  barrier opens at 3 s :milestone, 3000, 0ms`);
});

test('lineage: of what was completed only what the lost worker held is made again', () => {
  const lineage = readLineage(runCluster(plan), 2, 2);
  expect(lineage).toEqual({ maps: ['stays', 'again'], reduces: ['runs', 'again'] });
  expect(drawLineageMermaid(lineage)).toContain(
    'map1["map 1: is executed again"]:::again',
  );
});

async function recordLostReply() {
  const { world } = createCountingWorld({ faults: 'lose reply 1\ncrash server at 100' });
  await world.run(async () => {
    const client = await dial('sim:server');
    for (const deadlineMs of [50, 1000]) {
      await client.go('Counting.Increment', {}, { deadlineMs }).done;
    }
    world.client.note('a; b #1 <c>');
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  return world.events;
}

test('messages as a sequence diagram: loss, notes, a crash', async () => {
  const drawing = drawMermaid(await recordLostReply(), ['client', 'server']);
  expect(drawing).toBe(`sequenceDiagram
  participant client
  participant server
  client->>server: Counting.Increment (0 to 5 ms)
  server--xclient: reply (5 ms, lost)
  client->>server: Counting.Increment (50 to 55 ms)
  server-->>client: reply (55 to 60 ms)
  Note over client: a, b no. 1 <c>
  Note over server: crashed (100 ms)`);
});

test('every SVG is well-formed, says what it shows, and fits the width', async () => {
  const entries = runCluster(plan);
  const drawings = [
    drawSpaceTimeSvg(await recordLostReply(), { nodes: ['client', 'server'] }),
    drawLanesSvg(readLanes(entries)),
    drawLineageSvg(readLineage(entries, 2, 2)),
  ];
  for (const svg of drawings) {
    const parser = new SaxesParser();
    const errors: string[] = [];
    parser.on('error', ({ message }) => errors.push(message));
    parser.write(svg).close();
    expect(errors).toEqual([]);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="\w/);
    for (const [, x] of svg.matchAll(/\bx\d?="(-?[\d.]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(1152);
    }
  }
});
