/** Guards routes by access tokens, in frameworks that have no guard of their own here. */

export * from './lib/guard.js';
