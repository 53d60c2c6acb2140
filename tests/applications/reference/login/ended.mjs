// Which sessions the provider has ended: a sid or a sub, and when. A session that began before is over.
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { openStore } from './store.mjs';

const where = makes('ended-in-this-process-alone')
  ? undefined
  : (config.ended ?? (config.sessions === 'cookie' ? undefined : config.sessions));
const store = openStore(where);

/** Remembers the end; false where the logout token with this `jti` came before. */
export async function end({ sid, sub, jti }) {
  if (!makes('jti-not-remembered') && !(await store.add(`jti:${jti}`, '1', 3600))) return false;
  const name = sid !== undefined ? `sid:${sid}` : `sub:${sub}`;
  await store.put(`ended:${name}`, String(Date.now()), config.lifetime);
  return true;
}

/** Whether a session has ended, by its sid or its sub. */
export async function hasEnded({ sid, sub, at }) {
  if (makes('back-channel-logout-without-effect')) return false;
  const times = await Promise.all([store.get(`ended:sid:${sid}`), store.get(`ended:sub:${sub}`)]);
  if (makes('person-shut-out-for-ever')) return times.some((time) => time !== undefined);
  return times.some((time) => Number(time ?? 0) >= at);
}
