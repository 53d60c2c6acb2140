// Chart 967
import { equal, ok, problem, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, tokenFor } from './steps.mjs';

const nextOf = ({ headers }) => /<([^>]+)>;\s*rel="?next"?/.exec(headers.link ?? '')?.[1];
const pathOf = (t, link) => {
  const url = new URL(link, t.app.origin);
  return url.pathname + url.search;
};

/** All pages from a path on, by their links. */
async function walk(t, path, token) {
  const pages = [];
  for (let next = path; next;) {
    const answer = status(await call(t, next, { token }), 200, next.split('cursor')[0]);
    pages.push(answer.json());
    const link = nextOf(answer);
    equal(Boolean(link), pages.at(-1).next_cursor !== null, 'a link and next_cursor are there, or neither');
    next = link && pathOf(t, link);
    ok(pages.length <= 500, 'the pages end');
  }
  return pages;
}

test('pages are walked by their links: everything once, in order', { setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  const pages = await walk(t, '/items', token);
  equal(
    pages.map(({ items }) => items.length),
    Array(10).fill(50),
    'how many on each page',
  );
  equal(
    pages.flatMap(({ items }) => items.map(({ id }) => id)),
    Array.from({ length: 500 }, (_, at) => at + 1),
    'ids',
  );
});

test('limit and filter hold on every page', { setup: 'one' }, async (t) => {
  const pages = await walk(t, '/items?limit=100&kind=even', tokenFor(t));
  equal(
    pages.map(({ items }) => items.length),
    [100, 100, 50],
    'how many on each page',
  );
  ok(
    pages.every(({ items }) => items.every(({ kind, id }) => kind === 'even' && id % 2 === 0)),
    'all are even',
  );
});

test('a limit is 1 to 200', { attacks: ['A108'], setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  for (const limit of [1, 200])
    equal((await call(t, `/items?limit=${limit}`, { token })).json().items.length, limit, `limit=${limit}`);
  for (const limit of [
    '0',
    '201',
    '-1',
    '1.5',
    '',
    'x',
    '1e2',
    '0x10',
    '9223372036854775808',
    '2147483648',
    '%2050',
    '٥',
  ]) {
    problem(await call(t, `/items?limit=${encodeURI(limit)}`, { token }), 400, 'invalid_limit', `limit=${limit}`);
  }
});

test('a cursor goes on where the page ended', { setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  const { next_cursor: cursor } = (await call(t, '/items?limit=7', { token })).json();
  const next = status(
    await call(t, `/items?limit=7&cursor=${encodeURIComponent(cursor)}`, { token }),
    200,
    'with the cursor',
  ).json();
  equal(next.items[0].id, 8, 'the first id');
  ok(
    !/\b7\b|\b8\b/.test(Buffer.from(cursor, 'base64url').toString('latin1')) || cursor.length > 20,
    'the cursor is no bare number',
    cursor,
  );
});

test('a cursor is good for one caller and one filter', { attacks: ['A107', 'A249'], setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  const { next_cursor } = (await call(t, '/items?kind=odd', { token })).json();
  const cursor = encodeURIComponent(next_cursor);
  status(await call(t, `/items?kind=odd&cursor=${cursor}`, { token }), 200, 'the same caller and filter');
  problem(
    await call(t, `/items?kind=odd&cursor=${cursor}`, { token: tokenFor(t) }),
    400,
    'invalid_cursor',
    'another caller',
  );
  problem(await call(t, `/items?kind=even&cursor=${cursor}`, { token }), 400, 'invalid_cursor', 'another filter');
  problem(await call(t, `/items?cursor=${cursor}`, { token }), 400, 'invalid_cursor', 'no filter');
});

test('a cursor with any change is refused', { attacks: ['A252'], setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  const { next_cursor: cursor } = (await call(t, '/items', { token })).json();
  const step = Math.max(1, Math.floor(cursor.length / 12));
  const changed = [];
  for (let at = 0; at < cursor.length - 1; at += step)
    changed.push(cursor.slice(0, at) + (cursor[at] === 'A' ? 'Q' : 'A') + cursor.slice(at + 1));
  for (const bad of [
    ...changed,
    cursor.slice(0, -4),
    `${cursor}AAAA`,
    '',
    'A',
    '50',
    'eyJpZCI6NTB9',
    '%00',
    'é',
    'x'.repeat(3000),
  ]) {
    problem(
      await call(t, `/items?cursor=${encodeURIComponent(bad)}`, { token }),
      400,
      'invalid_cursor',
      `cursor ${bad.slice(0, 20)}`,
    );
  }
  status(await call(t, `/items?cursor=${encodeURIComponent(cursor)}`, { token }), 200, 'unchanged');
});
