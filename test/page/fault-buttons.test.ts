/** Who can be killed by a click: workers that are there, neither before nor after. */
import { expect, test } from 'vitest';
import { bundlePage } from '../../src/page/browser-bundle.ts';
import { RunLog } from '../../src/page/run-log.ts';
import { type Fault, PageServer } from '../../src/page/server.ts';
import { describeWithChromium } from '../chromium.ts';
import { openPage, useBrowser } from './chromium.ts';
import { Story } from './run-stories.ts';

describeWithChromium('the buttons of a lane', () => {
  useBrowser();

  test('come with the registration and go with the worker', async () => {
    const story = new Story(2, 1, 2).tell({ type: 'run-started' });
    const log = new RunLog(story.facts);
    let told = 0;
    const read = () => {
      for (; told < story.entries.length; told++)
        log.read(story.entries[told] as (typeof story.entries)[number]);
    };
    const wishes: Fault[] = [];
    const server = new PageServer({
      ...{ parts: await bundlePage('run'), log, host: '127.0.0.1', port: 0, names: [] },
      isToken: (given) => given === 'token',
      injectFault: (fault) => wishes.push(fault) > 0,
    });
    const { page, close } = await openPage(
      `http://127.0.0.1:${await server.listen()}/#token`,
    );
    const labels = page.locator('.labels li');
    const buttons = page.locator('.labels button');
    read();
    await labels.nth(1).waitFor();
    expect(await buttons.count()).toBe(0);
    story.tell({ type: 'worker-registered', worker: 2, pid: 102 });
    read();
    await page.getByRole('button', { name: 'Slow down worker 2' }).click();
    await expect.poll(() => wishes).toEqual([{ to: 'fault', worker: 2, fault: 'slow' }]);
    expect(await buttons.count()).toBe(2);
    story.lose(2);
    read();
    await buttons.first().waitFor({ state: 'detached' });
    await close();
    await server.close();
  });
});
