// Sessions: sealed in cookies, or in a store under the hash of what the cookie holds.
import { createHash, randomBytes } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { cookiesOf } from '../web.mjs';
import { config, prefixed, setCookie } from './config.mjs';
import { hasEnded } from './ended.mjs';
import { open, seal } from './sealed.mjs';
import { openStore } from './store.mjs';

const NAME = prefixed('credenza');
const PART = 3_800;
const LIMIT = 16_000;
const inCookies = config.sessions === 'cookie';

export const store = openStore(config.sessions);

/** A session does not fit into cookies. */
export class TooLarge extends Error {}

export const keyOf = (id) =>
  `session:${makes('session-id-kept-in-the-clear') ? id : createHash('sha256').update(id).digest('base64url')}`;

const partName = (at) => (at === 0 ? NAME : `${NAME}.${at}`);

const partsOf = (cookies) => {
  const parts = [];
  while (cookies.get(partName(parts.length))) parts.push(cookies.get(partName(parts.length)));
  return parts;
};

function inParts(session, cookies) {
  const text = seal(NAME, session);
  if (text.length > LIMIT)
    throw new TooLarge(`the session of ${text.length} bytes is too large for cookies: keep sessions in a store`);
  const parts = makes('cookie-not-split') ? [text] : text.match(new RegExp(`.{1,${PART}}`, 'g'));
  const fields = parts.map((part, at) => setCookie(partName(at), part, config.lifetime));
  const stale = [...cookies.keys()].filter(
    (name) => name.startsWith(`${NAME}.`) && Number(name.slice(NAME.length + 1)) >= parts.length,
  );
  return makes('parts-stay-behind') ? fields : [...fields, ...stale.map((name) => setCookie(name, '', 0))];
}

function planted(cookies) {
  const id = cookies.get(NAME);
  return makes('session-id-kept') && id ? id : randomBytes(32).toString('base64url');
}

/** Begins a session, ends the one before: the `Set-Cookie` fields. */
export async function begin(request, session) {
  const cookies = cookiesOf(request);
  if (inCookies) return inParts(session, cookies);
  if (cookies.get(NAME) && !makes('old-session-lives-on')) await store.delete(keyOf(cookies.get(NAME)));
  const id = planted(cookies);
  await store.put(keyOf(id), JSON.stringify(session), config.lifetime);
  return [setCookie(NAME, id, config.lifetime)];
}

/** The session of a request as `{ session, key }`, or undefined; `key` is where a store has it. */
export async function read(request) {
  const cookies = cookiesOf(request);
  const parts = partsOf(cookies);
  if (parts.length === 0) return undefined;
  const key = inCookies ? undefined : keyOf(parts[0]);
  const session = inCookies ? open(NAME, parts.join('')) : JSON.parse((await store.get(key)) ?? 'null');
  if (!session || Date.now() - session.at > config.lifetime * 1000) return undefined;
  return (await hasEnded(session)) ? undefined : { session, key };
}

/** Writes what has changed: the `Set-Cookie` fields. */
export async function write(request, { key, session }) {
  if (inCookies) return inParts(session, cookiesOf(request));
  await store.put(key, JSON.stringify(session), config.lifetime);
  return [];
}

/** Ends the session of a request: the `Set-Cookie` fields. */
export async function end(request) {
  const cookies = cookiesOf(request);
  if (!inCookies && cookies.get(NAME) && !makes('logout-in-the-browser-alone'))
    await store.delete(keyOf(cookies.get(NAME)));
  const names = [...cookies.keys()].filter((name) => name === NAME || name.startsWith(`${NAME}.`));
  return names.map((name) => setCookie(name, '', 0));
}
