'use strict';

// Where a browser goes after a sign-in: to a path of this origin, and nowhere else.

const MOST = 2_048;

/** Whether a text begins as a path does, and has nothing in it that browsers read as something else. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const isPath = (text) => /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(text);

/** The path and query to return to; `/` for whatever is none of this origin, and for the connector's own routes. */
function returnTo(given, { origin, path }) {
  if (typeof given !== 'string' || given.length > MOST || !isPath(given)) return '/';
  const url = URL.canParse(given, origin) ? new URL(given, origin) : undefined;
  if (url === undefined || url.origin !== origin || url.pathname.startsWith('//')) return '/';
  if (url.pathname === path || url.pathname.startsWith(`${path}/`)) return '/';
  // As it was requested; what a header field cannot hold is encoded by the parser.
  return /^[\x21-\x7e]+$/.test(given) ? given : url.pathname + url.search + url.hash;
}

module.exports = { returnTo };
