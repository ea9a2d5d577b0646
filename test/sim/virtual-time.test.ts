/** Virtual time: order, deadlock, livelock, and the globals that show it. */
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { MachineClocks } from '../../src/sim/clocks.ts';
import { withVirtualGlobals } from '../../src/sim/globals.ts';
import { createRandom } from '../../src/sim/random.ts';
import { DeadlockError, LivelockError, VirtualTime } from '../../src/sim/virtual-time.ts';

test('events happen in the order of their moments, then of their planning', async () => {
  const time = new VirtualTime();
  const log: string[] = [];
  await time.run(
    () =>
      new Promise<void>((resolve) => {
        const say = (word: string) => () => log.push(`${time.nowMs} ${word}`);
        time.schedule(20, () => {
          say('last')();
          resolve();
        });
        time.schedule(10, say('b'));
        time.schedule(5, () => time.schedule(5, say('c')));
        time.schedule(5, say('a'));
        time.schedule(-3, say('now'));
        time.cancel(time.schedule(1, say('never')));
      }),
  );
  expect(log).toEqual(['0 now', '5 a', '10 b', '10 c', '20 last']);
});

test('between two events all promises get as far as they can', async () => {
  const time = new VirtualTime();
  let steps = 0;
  await time.run(
    () =>
      new Promise<void>((resolve) => {
        time.schedule(1, async () => {
          for (let i = 0; i < 1000; i++) await null;
          steps = 1000;
        });
        time.schedule(2, () => {
          expect(steps).toBe(1000);
          resolve();
        });
      }),
  );
});

test('a wait for nothing is a deadlock; background events do not hide it', async () => {
  const time = new VirtualTime();
  time.schedule(10, () => {}).isBackground = true;
  await expect(time.run(() => new Promise(() => {}))).rejects.toThrow(DeadlockError);
});

test('events without end are a livelock', async () => {
  const time = new VirtualTime();
  const again = () => void time.schedule(1, again);
  again();
  await expect(time.run(() => new Promise(() => {}))).rejects.toThrow(LivelockError);
});

test('a program that throws ends the run with its error', async () => {
  const time = new VirtualTime();
  await expect(time.run(() => Promise.reject(new Error('its own')))).rejects.toThrow(
    'its own',
  );
});

async function inWorld<T>(
  body: (time: VirtualTime, clocks: MachineClocks) => Promise<T>,
) {
  const time = new VirtualTime();
  const clocks = new MachineClocks(time, 1_000_000, 500);
  const machine = { name: 'client', clocks, run: (callback: () => void) => callback() };
  return withVirtualGlobals(
    time,
    () => machine,
    createRandom(3),
    () => time.run(() => body(time, clocks)),
  );
}

test('the globals show the machine: timers, both clocks, dates, randomness', async () => {
  const read = () => [
    Date.now(),
    new Date().toISOString(),
    performance.now(),
    Number(process.hrtime.bigint()) / 1e6,
    process.hrtime()[1] / 1e6,
  ];
  const seen = await inWorld(async (_time, clocks) => {
    const before = read();
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    clocks.stepWall(-1000);
    return [before, read(), [Math.random()]];
  });
  expect(seen).toEqual([
    [1_000_000, '1970-01-01T00:16:40.000Z', 500, 500, 500],
    [4_599_000, '1970-01-01T01:16:39.000Z', 3_600_500, 3_600_500, 500],
    [createRandom(3)()],
  ]);
  expect(Date.now()).toBeGreaterThan(1.7e12);
});

test('dates with arguments are real dates, and are Dates', async () => {
  await inWorld(async () => {
    const date = new Date(2024, 1, 15);
    expect(date instanceof Date).toBe(true);
    expect(date.getFullYear()).toBe(2024);
    expect(Date.UTC(1970, 0, 1)).toBe(0);
  });
});

test('intervals repeat until cleared; cleared and unref-ed timers keep nobody waiting', async () => {
  const ticks = await inWorld(async (time) => {
    const seen: number[] = [];
    clearTimeout(setTimeout(() => seen.push(-1), 5));
    setInterval(() => seen.push(-2), 1e9).unref();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        seen.push(time.nowMs);
        if (seen.length === 3) {
          clearInterval(timer);
          resolve();
        }
      }, 10);
    });
    return seen;
  });
  expect(ticks).toEqual([10, 20, 30]);
});

test('the globals are restored, also after an error', async () => {
  const originals = [setTimeout, Date, performance.now, process.hrtime, Math.random];
  await inWorld(async () => {
    throw new Error('x');
  }).catch(() => {});
  expect([setTimeout, Date, performance.now, process.hrtime, Math.random]).toEqual(
    originals,
  );
});

test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 1.9])(
  'a timeout of %d is 1 ms, as in Node',
  async (delayMs) => {
    const firedMs = await inWorld(
      (time) => new Promise((resolve) => setTimeout(() => resolve(time.nowMs), delayMs)),
    );
    expect(firedMs).toBe(1);
  },
);

test('a cleared timer cannot be refreshed back to life; promisify knows the timer', async () => {
  const waited = await inWorld(async (time) => {
    const timer = setTimeout(() => {
      throw new Error('it lives');
    }, 5);
    clearTimeout(timer);
    timer.refresh();
    await promisify(setTimeout)(10);
    return time.nowMs;
  });
  expect(waited).toBe(10);
});

test('a delay that is no number is refused', () => {
  expect(() => new VirtualTime().schedule(Number.NaN, () => {})).toThrow(
    'a delay of NaN ms',
  );
});

test('a clock that drifts: both readings and every timer keep its own pace', async () => {
  const time = new VirtualTime();
  const clocks = new MachineClocks(time, 5000, 0, 100_000);
  const machine = { name: 'client', clocks, run: (callback: () => void) => callback() };
  const seen = await withVirtualGlobals(
    time,
    () => machine,
    Math.random,
    () =>
      time.run(async () => {
        await new Promise((resolve) => setTimeout(resolve, 110));
        return { trueMs: time.nowMs, wallMs: Date.now(), ownMs: performance.now() };
      }),
  );
  expect(seen.trueMs).toBeCloseTo(100);
  expect(seen.wallMs).toBe(5110);
  expect(seen.ownMs).toBeCloseTo(110);
});

test('what is silenced neither happens nor plans again; others go on', async () => {
  const time = new VirtualTime();
  const owner = {};
  const log: string[] = [];
  time.schedule(1, () => log.push('before'), owner);
  time.schedule(3, () => log.push('after'), owner);
  await time.run(
    () =>
      new Promise<void>((resolve) => {
        time.schedule(2, () => {
          time.silence(owner);
          time.schedule(1, () => log.push('again'), owner);
        });
        time.schedule(9, resolve);
      }),
  );
  expect(log).toEqual(['before']);
});
