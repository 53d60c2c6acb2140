// Pages of a list: the limit, and a cursor that is good for one route, filter and caller.
import { createHmac, timingSafeEqual } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';

const macOf = (text) => createHmac('sha256', config.secret).update(text).digest().subarray(0, 16);

const scopeOf = ({ sub }, kind) => JSON.stringify(['/items', kind, makes('cursor-for-every-caller') ? null : sub]);

const newCursor = (after, scope) =>
  Buffer.concat([Buffer.from(String(after).padStart(6, '0')), macOf(`${after} ${scope}`)]).toString('base64url');

function readCursor(text, scope) {
  const bytes = Buffer.from(text, 'base64url');
  const after = Number(bytes.subarray(0, 6).toString());
  const mac = macOf(`${after} ${scope}`);
  const isGood =
    bytes.length === 6 + mac.length && bytes.toString('base64url') === text && timingSafeEqual(bytes.subarray(6), mac);
  if (!isGood && !(makes('cursor-not-authenticated') && Number.isInteger(after)))
    throw new Problem(400, 'invalid_cursor');
  return after;
}

const ALL = Array.from({ length: 500 }, (_, at) => ({ id: at + 1, kind: at % 2 === 0 ? 'odd' : 'even' }));

/** The answer of `GET /items`: envelope and fields. */
export function items(caller, query) {
  const asked = query.get('limit') ?? '50';
  const limit = Number(asked);
  if (!makes('limit-unchecked') && (!/^[0-9]{1,3}$/.test(asked) || limit < 1 || limit > 200))
    throw new Problem(400, 'invalid_limit');
  const kind = query.get('kind');
  const scope = scopeOf(caller, kind);
  const after = query.has('cursor') ? readCursor(query.get('cursor'), scope) : 0;
  const rest = ALL.filter((item) => item.id > after && (kind === null || item.kind === kind));
  const page = rest.slice(0, limit);
  const next = rest.length > limit ? newCursor(page.at(-1).id, scope) : null;
  const search = new URLSearchParams({ limit: asked, ...(kind !== null && { kind }), cursor: next ?? '' });
  const headers = next && { Link: `<${config.origin}/items?${search}>; rel="next"` };
  return { body: { items: page, next_cursor: next }, headers: headers ?? {} };
}
