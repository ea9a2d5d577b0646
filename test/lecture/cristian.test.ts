/** Cristian's server and the clock; and the solution, unchanged, over a real network. */
import { expect, test } from 'vitest';
import { SyncTime } from '../../solutions/cristian/cristian.ts';
import { CristianServer, SteeredClock } from '../../src/lecture/cristian.ts';
import { MachineClocks } from '../../src/sim/clocks.ts';
import { withVirtualGlobals } from '../../src/sim/globals.ts';
import { VirtualTime } from '../../src/sim/virtual-time.ts';

test('over TCP the estimate is within its bound of the truth', async () => {
  const aheadMs = 123_456;
  const server = new CristianServer(
    () => performance.timeOrigin + performance.now() + aheadMs,
  );
  const address = await server.listen('localhost:0');
  const clock = new SteeredClock();
  const { timeMs, errorBoundMs } = await SyncTime(address, clock, 5);
  const truthMs = performance.timeOrigin + performance.now() + aheadMs;
  await server.close();
  const returnedMs = truthMs - timeMs;
  expect(errorBoundMs).toBeGreaterThan(0);
  expect(returnedMs).toBeGreaterThan(-errorBoundMs);
  // From the return to the measurement of the truth time passes; it has a ceiling, no pace.
  expect(returnedMs).toBeLessThan(errorBoundMs + 1000);
  expect(Math.abs(clock.now() - truthMs)).toBeLessThan(errorBoundMs + 1000);
});

test('a steered clock steps at once, slews gently, and never runs backwards', async () => {
  const time = new VirtualTime();
  const clocks = new MachineClocks(time, 0, 0);
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const machine = { name: 'client', clocks, run: (callback: () => void) => callback() };
  await withVirtualGlobals(
    time,
    () => machine,
    Math.random,
    () =>
      time.run(async () => {
        const clock = new SteeredClock(1000);
        expect(clock.now()).toBe(1000);
        clock.step(500);
        expect(clock.now()).toBe(1500);
        clock.slew(-10);
        let last = clock.now();
        for (let i = 0; i < 200; i++) {
          await wait(1);
          expect(clock.now()).toBeGreaterThan(last);
          last = clock.now();
        }
        expect(clock.now()).toBeCloseTo(1500 + 200 - 10, 6);
      }),
  );
});
