/** The reducer of the diagram: entries become rows and lifelines, and old ones fold away. */
import { expect, test } from 'vitest';
import { layOutCalls, maxParties, otherParties } from '../../src/page/call-layout.ts';
import { type CallModel, otherMethods } from '../../src/page/call-model.ts';
import { describeCalls, describeRow, formatTook } from '../../src/page/call-words.ts';
import { CallStory, facts } from './call-stories.ts';

const nothing = new Set<string>();

/** `master>1 [1]`: an arrow and who is busy after it. */
function sketch(model: CallModel, hidden: ReadonlySet<string> = nothing): string[] {
  const { parties, strips } = layOutCalls(model, facts.parties, hidden);
  const nameOf = (column: number) => (parties[column] as string).replace('worker ', '');
  return strips.map(({ row, from, to, below }) => {
    const arrow = { request: '>', reply: '-', error: '!', silence: 'x' }[row.entry.type];
    return `${nameOf(from)}${arrow}${nameOf(to)} [${below.map(nameOf)}]`;
  });
}

test('calls that overlap: each arrow in its order, and whoever is called is busy meanwhile', () => {
  const story = new CallStory();
  const register = story.ask('worker 1', 'master');
  const first = story.ask('master', 'worker 1', 'Worker.RunTask');
  story.end(register);
  const second = story.ask('master', 'worker 2', 'Worker.RunTask');
  const backup = story.ask('master', 'worker 2', 'Worker.RunTask');
  story.end(second, 'error').end(first, 'silence');
  const model = story.read();
  expect(sketch(model)).toEqual([
    '1>master [master]',
    'master>1 [master,1]',
    'master-1 [1]',
    'master>2 [1,2]',
    'master>2 [1,2]',
    '2!master [1,2]',
    '1xmaster [2]',
  ]);
  expect([...model.open.keys()]).toEqual([backup]);
  expect(describeCalls(model)).toBe(
    '4 calls: 1 answered, 1 failed, 1 without a reply, 1 under way.',
  );
});

test('everyday calls are counted, and hidden from the arrows and from who is busy', () => {
  const story = new CallStory();
  const beat = story.ask('worker 1', 'master', 'Master.Heartbeat');
  story.ask('worker 1', 'master', 'Master.Join');
  story.end(beat);
  const model = story.read();
  const heartbeats = model.groups.get('Master.Heartbeat');
  expect(heartbeats).toMatchObject({ isQuiet: true, calls: 1 });
  expect(sketch(model, new Set(['Master.Heartbeat']))).toEqual(['1>master [master]']);
  expect(sketch(model)).toHaveLength(3);
});

test('parties stand in the order of their names, those beyond the last column together', () => {
  const story = new CallStory();
  for (let id = 20; id > 0; id--) story.ask(`worker ${id}`, 'master');
  const { parties, strips } = layOutCalls(story.read(), facts.parties, nothing);
  expect(parties.slice(0, 4)).toEqual(['master', 'worker 1', 'worker 2', 'worker 3']);
  expect(parties).toHaveLength(maxParties);
  expect(parties.at(-1)).toBe(otherParties);
  expect(strips[0]).toMatchObject({ from: maxParties - 1, to: 0 });
});

test('old calls fold away, everyday ones apart from the others', () => {
  const story = new CallStory();
  const long = story.ask('master', 'worker 1', 'Worker.RunTask');
  story.end(story.ask('worker 2', 'master', 'Master.Join'));
  for (let i = 0; i < 1000; i++)
    story.end(story.ask('worker 1', 'master', 'Master.Heartbeat'));
  const quiet = story.read();
  expect(quiet.rows.length).toBeLessThan(200);
  expect(quiet.rows[0]?.call.request.call).toBe(long);
  for (let i = 0; i < 1000; i++) story.end(story.ask('worker 2', 'master'));
  const model = story.read();
  expect(model.rows.length).toBeLessThan(700);
  // It is under way still, so its lifeline shows that above the oldest row.
  const layout = layOutCalls(model, facts.parties, new Set(['Master.Heartbeat']));
  expect(layout.strips[0]?.above).toContain(layout.parties.indexOf('worker 1'));
  const requests = layout.strips.filter(({ row }) => row.entry.type === 'request').length;
  expect(layout.folded + requests).toBe(1002);
  story.end(long);
  expect(sketch(story.read()).at(-1)).toBe('1-master []');
});

test('who has missed something knows it, and does not wait for what will not come', () => {
  const story = new CallStory();
  const lost = story.ask('master', 'worker 1', 'Worker.RunTask');
  const kept = story.ask('master', 'worker 2', 'Worker.RunTask');
  story.end(lost);
  story.ask('master', 'worker 3', 'Worker.RunTask');
  story.end(kept);
  const model = new CallStory().read();
  for (const entry of story.entries) if (entry.number !== 2) model.read(entry);
  expect(model.missed).toBe(1);
  expect(sketch(model)).toEqual(['master>3 [3]']);
  // What comes twice is read once.
  for (const entry of story.entries) model.read(entry);
  expect(model.rows).toHaveLength(1);
});

test('names of methods come from the wire: there is a bound on them', () => {
  const story = new CallStory();
  for (let i = 0; i < 5000; i++) story.ask('client 1', 'master', `No.Such${i}`);
  const { groups } = story.read();
  expect(groups.size).toBeLessThan(40);
  const all = [...groups.values()].reduce((sum, { calls }) => sum + calls, 0);
  expect(all).toBe(5000);
  expect(groups.get(otherMethods)?.calls).toBeGreaterThan(4900);
});

test('each row in words', () => {
  const story = new CallStory();
  const one = story.ask('master', 'worker 1', 'Worker.RunTask', '{map: 3}');
  story.end(one, 'reply', '{outcome: "completed"}');
  story.end(story.ask('master', 'worker 1', 'Worker.RunTask'), 'error', 'it is broken');
  story.end(story.ask('master', 'worker 1', 'Worker.RunTask'), 'silence', 'cut');
  const words = story.read().rows.map((row) => Object.values(describeRow(row)).join(' '));
  expect(words).toEqual([
    'master calls worker 1: Worker.RunTask #1 {map: 3}',
    'worker 1 replies to master: RunTask #1 took 10 ms {outcome: "completed"}',
    'master calls worker 1: Worker.RunTask #2 {}',
    'worker 1 answers master with an error: RunTask #2 failed after 10 ms it is broken',
    'master calls worker 1: Worker.RunTask #3 {}',
    'master gets no reply from worker 1: RunTask #3: no reply after 10 ms, it may have run cut',
  ]);
  const took = [0.04, 0.31, 9.96, 999.6].map(formatTook);
  expect(took).toEqual(['under 0.1 ms', '0.3 ms', '10 ms', '1.00 s']);
});
