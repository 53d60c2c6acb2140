// Calls to other services: with a token of the application's own, or on behalf of the caller.
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';

const unavailable = () => new Problem(503, 'service_unavailable', { headers: { 'Retry-After': '5' } });

/** A request that gives its answer, or a `Problem` of 503 where there is none. */
export async function ask(url, options) {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000), ...options });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    throw unavailable();
  }
}

const encode = (text) => new URLSearchParams({ x: text }).toString().slice(2);

async function fetchToken(scope, resource) {
  const basic = Buffer.from(`${encode(config.clientId)}:${encode(config.clientSecret)}`).toString('base64');
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope, resource });
  const { status, body: answer } = await ask(`${config.issuer}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body,
  });
  if (status !== 200) throw unavailable();
  const early = Math.min(60, answer.expires_in / 10);
  const until = Date.now() + (answer.expires_in - (makes('token-kept-until-it-expires') ? 0 : early)) * 1000;
  return { token: answer.access_token, until };
}

const kept = new Map();
const flights = new Map();

async function fetched(key, scope, resource) {
  const flight = fetchToken(scope, resource);
  flights.set(key, flight);
  try {
    const fresh = await flight;
    kept.set(key, fresh);
    return fresh.token;
  } finally {
    flights.delete(key);
  }
}

/** A token of client_credentials that is good for a while yet. */
export async function machineToken(scope, resource) {
  const key = `${scope} ${resource}`;
  const known = kept.get(key);
  if (known && known.until > Date.now() && !makes('machine-token-not-kept')) return known.token;
  if (flights.has(key) && !makes('machine-token-not-single-flight')) return (await flights.get(key)).token;
  return fetched(key, scope, resource);
}

/** Calls with a token of one's own, and once more with another where it is refused. */
export async function asMachine(scope, resource, url, options = {}) {
  const once = async () =>
    ask(url, {
      ...options,
      headers: { ...options.headers, Authorization: `Bearer ${await machineToken(scope, resource)}` },
    });
  const answer = await once();
  if (answer.status !== 401 || makes('refused-token-kept')) return answer;
  kept.delete(`${scope} ${resource}`);
  return once();
}

function passed({ status, body }) {
  if (status >= 500) throw unavailable();
  if (status >= 400) throw new Problem(502, 'service_refused');
  return body;
}

/** `GET /call/machine`. */
export const callMachine = async () =>
  passed(await asMachine('orders:read', config.serviceUrl, `${config.serviceUrl}/machine`));

/** `GET /call/behalf`. */
export async function callBehalf({ token }) {
  const own = makes('behalf-by-machine') ? await machineToken('orders:read', config.serviceUrl) : token;
  return passed(await ask(`${config.serviceUrl}/behalf`, { headers: { Authorization: `Bearer ${own}` } }));
}
