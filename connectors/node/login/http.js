'use strict';

// What is asked of the provider by HTTP, and what went wrong with it.

const { LoginError, Refused, Unavailable, ownError } = require('./errors.js');

/** How long an answer may be, in bytes. */
const MOST = 1_048_576;
/** How much of an error code is kept, as anybody can send one. */
const LONGEST = 64;

/** How it is called that a connection was closed. */
const CLOSED = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];

/** How long a refresh may take, in milliseconds: it is tried once more, and providers take the old token for a few seconds. */
const REFRESH = 4_000;

/** When to give up. */
function signalOf({ body, signal }) {
  const isRefresh = body instanceof URLSearchParams && body.get('grant_type') === 'refresh_token';
  return isRefresh ? AbortSignal.any([signal, AbortSignal.timeout(REFRESH)].filter(Boolean)) : signal;
}

/** The body of an answer, as a whole. */
async function bodyOf(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return size === 0 ? null : Buffer.concat(chunks);
}

/** A `fetch` that tells a provider which is not there from one which has refused; no answer is left half read. */
const fetchBy = (given) => async (url, init) => {
  const place = new URL(url).pathname;
  try {
    const response = await (given ?? globalThis.fetch)(url, { ...init, signal: signalOf(init) });
    const { status, headers } = response;
    if (status >= 500 || status === 429) throw new Unavailable(`${place} of the provider answered ${status}`);
    return new Response(await bodyOf(response), { status, headers });
  } catch (error) {
    if (error instanceof LoginError) throw error;
    const why = error.cause?.code ?? error.name;
    const isClosed = CLOSED.includes(why);
    throw new Unavailable(`${place} of the provider could not be reached: ${why}`, { isLost: true, isClosed });
  }
};

/** The error of ours for one of openid-client, without what that holds. */
function translated(error) {
  const own = ownError(error);
  if (own !== undefined) return own;
  if (typeof error.error === 'string') {
    const code = error.error.slice(0, LONGEST);
    return new Refused(code, `the provider answered ${code}`);
  }
  const detail = typeof error.cause?.message === 'string' ? error.cause.message : error.message;
  return new Refused(error.code ?? 'invalid_response', detail);
}

module.exports = { fetchBy, translated };
