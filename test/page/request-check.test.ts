/** Who may ask the page's server for what: a table of requests, good and bad. */
import { describe, expect, test } from 'vitest';
import {
  checkRequest,
  isLoopback,
  type PageRequest,
} from '../../src/page/request-check.ts';
import { RequestLimit } from '../../src/page/request-limit.ts';

const host = '127.0.0.1:4321';
const door = {
  hosts: [host, 'localhost:4321'],
  isToken: (given?: string) => given === 'secret',
};

const read: PageRequest = {
  ...{ method: 'GET', url: '/', host, origin: undefined, site: 'none' },
  ...{ authorization: undefined, hasBody: false, address: '127.0.0.1' },
};
const events = { ...read, url: '/events?token=secret', site: 'same-origin' };
const another = { ...read, url: '/run?workers=4&token=secret', site: 'same-origin' };
const kill: PageRequest = {
  ...{ ...read, method: 'POST', url: '/workers/2/kill', site: 'same-origin' },
  ...{ origin: `http://${host}`, authorization: 'Bearer secret' },
};

describe('what is done', () => {
  test.each<[string, PageRequest, object]>([
    ['the page, by its address', read, { to: 'page' }],
    ['the page, by its name', { ...read, host: 'LOCALHOST:4321' }, { to: 'page' }],
    ['the events, with the token', events, { to: 'events' }],
    [
      'another run, with the token, which its settings do without',
      another,
      { to: 'run', settings: new URLSearchParams('workers=4') },
    ],
    ['a fault, with the token', kill, { to: 'fault', worker: 2, fault: 'kill' }],
    [
      'the same from IPv6',
      { ...kill, address: '::1', url: '/workers/12/slow' },
      { to: 'fault', worker: 12, fault: 'slow' },
    ],
  ])('%s', (_what, request, route) => {
    expect(checkRequest(request, door)).toEqual(route);
  });
});

describe('what is refused', () => {
  test.each<[string, PageRequest, number]>([
    ['DNS rebinding: a name of theirs', { ...read, host: 'evil.example:4321' }, 421],
    ['another port of ours', { ...read, host: '127.0.0.1:80' }, 421],
    ['no host at all', { ...read, host: undefined }, 421],
    ['a name that only begins like ours', { ...read, host: `${host}.evil.example` }, 421],
    ['another site reads', { ...events, origin: 'http://evil.example' }, 403],
    ['a file on disk reads', { ...events, origin: 'null' }, 403],
    ['the same host over https', { ...events, origin: `https://${host}` }, 403],
    ['another site embeds the events', { ...events, site: 'cross-site' }, 403],
    ['events without a token', { ...events, url: '/events' }, 403],
    ['events with another token', { ...events, url: '/events?token=secre' }, 403],
    ['a run for another site', { ...another, origin: 'http://evil.example' }, 403],
    ['a run for a file on disk', { ...another, origin: 'null' }, 403],
    ['another site embeds a run', { ...another, site: 'cross-site' }, 403],
    ['a run by a link of another port', { ...another, site: 'same-site' }, 403],
    ['a run without a token', { ...another, url: '/run?workers=4' }, 403],
    ['a run with another token', { ...another, url: '/run?token=secre' }, 403],
    ['a run by a name of theirs', { ...another, host: 'evil.example:4321' }, 421],
    ['a run by POST', { ...another, method: 'POST' }, 404],
    ['a run with a body', { ...another, hasBody: true }, 413],
    ['another site kills', { ...kill, origin: 'http://evil.example' }, 403],
    ['a form of another port kills', { ...kill, origin: 'http://127.0.0.1:80' }, 403],
    ['nobody says which site kills', { ...kill, origin: undefined }, 403],
    ['a browser says that it was another', { ...kill, site: 'same-site' }, 403],
    ['a kill without a token', { ...kill, authorization: undefined }, 403],
    ['a kill with another token', { ...kill, authorization: 'Bearer secreT' }, 403],
    [
      'a kill with the token in the address',
      { ...kill, authorization: undefined, url: '/workers/2/kill?token=secret' },
      403,
    ],
    ['a kill from another machine', { ...kill, address: '192.168.0.7' }, 403],
    ['a kill from nowhere', { ...kill, address: undefined }, 403],
    ['a kill by GET', { ...kill, method: 'GET' }, 404],
    ['a preflight', { ...kill, method: 'OPTIONS' }, 405],
    ['another method', { ...read, method: 'DELETE' }, 405],
    ['a body', { ...kill, hasBody: true }, 413],
    ['a file', { ...read, url: '/../../etc/passwd' }, 404],
    ['an address of elsewhere', { ...read, url: '//evil.example/' }, 400],
    ['an absolute address', { ...read, url: 'http://evil.example/' }, 400],
    ['no worker', { ...kill, url: '/workers/0/kill' }, 404],
    ['no number', { ...kill, url: '/workers/2e3/kill' }, 404],
    ['another deed', { ...kill, url: '/workers/2/pay' }, 404],
  ])('%s', (_what, request, status) => {
    expect(checkRequest(request, door)).toMatchObject({ status });
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['fe80::1', false],
  [undefined, false],
])('%s is of this machine: %s', (address, isOurs) => {
  expect(isLoopback(address)).toBe(isOurs);
});

test('a limit admits so many in a stretch, and as many in the next', () => {
  const limit = new RequestLimit(2, 1000);
  expect([0, 1, 2, 999].map((ms) => limit.admit(ms))).toEqual([true, true, false, false]);
  expect([1000, 1001, 1002].map((ms) => limit.admit(ms))).toEqual([true, true, false]);
});
