/** Signs people in by an OpenID provider, in frameworks that have no part of their own here. */

export { Login } from './login.js';
export type * from './login.js';
export { LoginError, Refused, SessionEnded, TokenExpired, Unavailable } from './errors.js';
export { Session } from './session.js';
export { MemoryStore, RedisStore } from './store.js';
export type { IoredisClient, PutSettings, RedisClient, Release, Store } from './store.js';
