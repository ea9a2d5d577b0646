/** Space-time diagrams, as a reader sees them. */
import { expect, test } from 'vitest';
import { type Client, dial } from '../../src/rpc/index.ts';
import { drawSpaceTime } from '../../src/sim/space-time.ts';
import type { WorldOptions } from '../../src/sim/world.ts';
import { createCountingWorld } from './counting.ts';

const increment = (client: Client, deadlineMs = 1000) =>
  client.go('Counting.Increment', {}, { deadlineMs }).done;

async function draw(
  options: WorldOptions,
  program: (client: Client) => Promise<unknown>,
  width?: number,
) {
  const { world } = createCountingWorld(options);
  await world.run(async () => program(await dial('sim:server')));
  return `\n${drawSpaceTime(world.events, width === undefined ? {} : { width })}\n`;
}

test('a call is two arrows', async () => {
  expect(await draw({}, increment)).toMatchInlineSnapshot(`
    "
      ms  client                                        server
     0–5     ├───── request 1 Counting.Increment #0 ──────▶│
    5–10     │◀───────────── reply 1 ok #0 ────────────────┤
             ╵                                             ╵
    "
  `);
});

test('arrows that cross: the second reply overtakes the first', async () => {
  const drawing = await draw({ faults: 'delay reply 1 by 500' }, (client) =>
    Promise.all([increment(client), increment(client)]),
  );
  expect(drawing).toMatchInlineSnapshot(`
    "
      ms  client                                        server
       0     ├───── request 1 Counting.Increment #0 ───╮   │
       0     ├──── request 2 Counting.Increment #1 ─╮  │   │
       5     │                                      │  ╰──▶│
       5     │   ╭────────── reply 1 ok #0 ─────────┼──────┤
       5     │   │                                  ╰─────▶│
    5–10     │◀──┼────────── reply 2 ok #1 ────────────────┤
     510     │◀──╯                                         │
             ╵                                             ╵
    "
  `);
});

test('a lost reply ends in a cross, a doubled request arrives twice', async () => {
  const drawing = await draw(
    { faults: 'lose reply 1\ndouble request 2 after 20' },
    async (client) => {
      await increment(client, 50);
      await increment(client);
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
  );
  expect(drawing).toMatchInlineSnapshot(`
    "
       ms  client                                        server
      0–5     ├───── request 1 Counting.Increment #0 ──────▶│
        5     │   ×─────── reply 1 (lost) ok #0 ────────────┤
       50     ├───── request 2 (doubled) Increment #1 ──╮   │
       55     │                                         ├──▶│
    55–60     │◀───────────── reply 2 ok #1 ────────────┼───┤
       75     │                                         ╰──▶│
    75–80     │◀───────────── reply 3 ok #1 ────────────────┤
              ╵                                             ╵
    "
  `);
});

test('a crash, and the life after it', async () => {
  const { world } = createCountingWorld({
    faults: 'crash server on reply 1\nrestart server at 200\nstep client by -5000 at 210',
  });
  await world.run(async () => {
    await increment(await dial('sim:server'));
    await dial('sim:server').catch(() => {});
    world.client.note('waits');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await increment(await dial('sim:server'));
  });
  expect(`\n${drawSpaceTime(world.events)}\n`).toMatchInlineSnapshot(`
    "
         ms  client                                        server
        0–5     ├───── request 1 Counting.Increment #0 ──────▶│
          5     │   ×─────── reply 1 (lost) ok #0 ────────────┤
          5     │                                             ╳ crashes
          5     │ connection lost: server                     ┊
          5     │ server: connection refused                  ┊
          5     │ waits                                       ┊
        200     │                                             ╷ restarted
        210     │ clock stepped -5000 ms                      │
    305–310     ├───── request 2 Counting.Increment #0 ──────▶│
    310–315     │◀───────────── reply 2 ok #0 ────────────────┤
                ╵                                             ╵
    "
  `);
});

test('three nodes and a partition', async () => {
  const { world } = createCountingWorld({
    faults: 'partition client | server at 12\nheal at 100',
  });
  await world.run(async () => {
    const other = world.node('other');
    const theirs = await other.run(() => dial('sim:server'));
    const ours = await dial('sim:server');
    await increment(ours);
    await Promise.all([increment(ours, 50), increment(theirs)]);
    other.note('saw no partition');
  });
  const drawing = drawSpaceTime(world.events, { nodes: ['client', 'other', 'server'] });
  expect(`\n${drawing}\n`).toMatchInlineSnapshot(`
    "
       ms  client                            other                           server
      0–5     ├─── request 1 Increment #0 ─────┼───────────────────────────────▶│
     5–10     │◀───────────────────────────────┼──────── reply 1 ok #0 ─────────┤
       10     ├─ request 2 (lost) Increm… #1 ──┼────────────────────────────╮   │
       10     │                                ├── request 3 Increm… #0 ─╮  │   │
       12     ══ partition: client | server ══ │                         │  │   │
       15     │                                │                         │  ╰──×│
       15     │                                │                         ╰─────▶│
    15–20     │                                │◀─────── reply 2 ok #0 ─────────┤
       60     │                                │ saw no partition               │
              ╵                                ╵                                ╵
    "
  `);
  for (const line of drawing.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('six calls at once: each label stands clear of what is under way', async () => {
  const drawing = await draw({ isFifo: false, reply: { delayMs: [9, 7, 5] } }, (client) =>
    Promise.all(Array.from({ length: 6 }, () => increment(client))),
  );
  expect(drawing).toMatchInlineSnapshot(`
    "
    ms  client                                        server
     0     ├───── request 1 Counting.Increment #0 ───╮   │
     0     ├──── request 2 Counting.Increment #1 ─╮  │   │
     0     ├────────── request 3 Increment #2 ─╮  │  │   │
     0     ├─────── request 4 Increment #3 ─╮  │  │  │   │
     0     ├──── request 5 Increment #4 ─╮  │  │  │  │   │
     0     ├── request 6 Increme… #5 ─╮  │  │  │  │  │   │
     5     │                          │  │  │  │  │  ╰──▶│
     5     │   ╭────────── reply 1 ok #0 ┼──┼──┼──┼──────┤
     5     │   │                      │  │  │  │  ╰─────▶│
     5     │   │  ╭─────── reply 2 ok #1 ┼──┼──┼─────────┤
     5     │   │  │                   │  │  │  ╰────────▶│
     5     │   │  │  ╭──── reply 3 ok #2 ┼──┼────────────┤
     5     │   │  │  │                │  │  ╰───────────▶│
     5     │   │  │  │  ╭─ reply 4 ok #3 ┼───────────────┤
     5     │   │  │  │  │             │  ╰──────────────▶│
     5     │   │  │  │  │  ╭─ reply 5 ok #4 ─────────────┤
     5     │   │  │  │  │  │          ╰─────────────────▶│
     5     │   │  │  │  │  │  ╭─ reply 6 ok #5 ──────────┤
    10     │◀──┼──┼──╯  │  │  │                          │
    10     │◀──┼──┼─────╯  │  │                          │
    10     │◀──┼──┼────────╯  │                          │
    10     │◀──┼──┼───────────╯                          │
    12     │◀──┼──╯                                      │
    14     │◀──╯                                         │
           ╵                                             ╵
    "
  `);
});

test('what is still under way runs off the sheet; a cut is named', async () => {
  const drawing = await draw(
    { faults: 'cut request 2', request: { delayMs: [5, 5, 900] } },
    async (client) => {
      await increment(client);
      await increment(client);
      void increment(await dial('sim:server'), 10);
    },
    60,
  );
  expect(drawing).toMatchInlineSnapshot(`
    "
      ms  client                                        server
     0–5     ├───── request 1 Counting.Increment #0 ──────▶│
    5–10     │◀───────────── reply 1 ok #0 ────────────────┤
      10     ├─────── request 2 (cut) Increment #1 ────×   │
      10     │ connection lost: server                     │
      10     │                     connection lost: client │
      10     ├───── request 3 Counting.Increment #0 ───╮   │
             ╵                                         ╵   ╵
    "
  `);
});

test('the number of a call is never cut, however little room there is', async () => {
  for (const width of [28, 32, 36, 44, 60]) {
    const drawing = await draw(
      { faults: 'lose request 2' },
      async (client) => {
        await increment(client);
        await increment(client, 50);
      },
      width,
    );
    expect(drawing).toMatch(/#0 [^\n]*▶.*#0 [^\n]*┤.*#1 [^\n]*×/s);
    expect(drawing).not.toMatch(/#\d*…/);
  }
});

test('no events: no lines', () => {
  expect(drawSpaceTime([])).toBe('ms');
});
