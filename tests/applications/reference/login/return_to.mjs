// Where a sign-in may end: on the own origin.
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';

/** The path and query, or `/` for what leads elsewhere. */
export function returnTo(text) {
  if (makes('return-to-unchecked')) return encodeURI(text ?? '/').replaceAll('%25', '%');
  if (!text || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(text)) return '/';
  const url = new URL(text, config.origin);
  const path = url.pathname + url.search + url.hash;
  return url.origin === config.origin && !path.startsWith('//') ? path : '/';
}
