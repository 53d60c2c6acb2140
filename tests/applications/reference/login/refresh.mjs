// A usable access token: refreshed shortly before it expires, once for all who ask.
import { randomUUID } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { Refused, requestTokens, Unavailable } from './issuer.mjs';
import { BadToken, idToken } from './jwt.mjs';
import { store } from './sessions.mjs';

const EARLY = 30_000;
const REMEMBERED = 60_000;
const LOCKED = 20;

/** The session is over: its refresh token is not good any more. */
export class Over extends Error {}

const isFresh = ({ tokens }) => tokens.expires - Date.now() > EARLY;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function asked(session) {
  const parameters = { grant_type: 'refresh_token', refresh_token: session.tokens.refresh };
  try {
    return await requestTokens(parameters);
  } catch (error) {
    if (!(error instanceof Unavailable) || makes('lost-reply-not-repeated')) throw error;
    return requestTokens(parameters);
  }
}

async function refreshed(session) {
  const answer = await asked(session);
  const tokens = { ...session.tokens, access: answer.access_token, expires: Date.now() + answer.expires_in * 1000 };
  if (answer.id_token) {
    const { sub } = await idToken(answer.id_token, answer.access_token);
    if (sub !== session.sub && !makes('sub-of-refresh-ignored')) throw new BadToken('another sub');
    tokens.idToken = answer.id_token;
  }
  if (answer.refresh_token && !makes('new-refresh-token-dropped')) tokens.refresh = answer.refresh_token;
  if (!answer.refresh_token && makes('refresh-token-lost')) delete tokens.refresh;
  return { ...session, tokens };
}

// Of one session in a store, one instance refreshes, and the others read what came of it.
async function locked(key, work) {
  const [lock, mine] = [`lock:${key}`, randomUUID()];
  for (let tries = 0; tries < LOCKED * 20; tries += 1) {
    if (makes('no-lock') || (await store.add(lock, mine, LOCKED))) break;
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    if ((await store.get(lock)) === mine) await store.delete(lock);
  }
}

const stored = ({ key }) =>
  locked(key, async () => {
    const session = JSON.parse((await store.get(key)) ?? 'null');
    if (!session) throw new Over('the session is gone');
    if (isFresh(session)) return session;
    const next = await refreshed(session);
    await store.put(key, JSON.stringify(next), 8 * 3600);
    return next;
  });

const flights = new Map();

function once(name, work) {
  if (makes('refresh-not-single-flight')) return work();
  if (flights.has(name)) return flights.get(name);
  const flight = work();
  flights.set(name, flight);
  const forget = () => flights.delete(name);
  const remember = (session) => {
    if (makes('older-tab-forgotten') || !isFresh(session)) forget();
    else setTimeout(forget, REMEMBERED).unref();
  };
  flight.then(remember, forget);
  return flight;
}

/** The session with a usable access token; throws `Over` or `Unavailable`. */
export async function usable(found) {
  const { session, key } = found;
  if (isFresh(session)) return session;
  const expired = session.tokens.expires <= Date.now();
  if (!session.tokens.refresh) {
    if (expired) throw new Over('no refresh token');
    return session;
  }
  try {
    return await once(key ? `${key} ${session.tokens.refresh}` : session.tokens.refresh, () =>
      key ? stored(found) : refreshed(session),
    );
  } catch (error) {
    if (error instanceof Refused || error instanceof BadToken) throw new Over(error.message);
    if (makes('fault-ends-session')) throw new Over(error.message);
    if (error instanceof Unavailable && !expired && !makes('live-token-not-used')) return session;
    throw error;
  }
}
