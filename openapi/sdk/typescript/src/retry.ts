import { creations } from './facts.js';
import type { TokenSource } from './token.js';

/** How calls are tried again. */
export interface RetryOptions {
  /** How often a call is tried in all; 4 without it, and 1 tries nothing again. */
  attempts?: number;
  /** The longest Retry-After, in milliseconds, that is waited for; a minute without it. */
  longest?: number;
}

type Fetch = typeof fetch;

/**
 * `fetch` with the access token and, at creations, an Idempotency-Key, which tries again what may be tried again.
 */
export function calling(own: Fetch, tokens: TokenSource, { attempts = 4, longest = 60_000 }: RetryOptions = {}): Fetch {
  return async (input, init = {}) => {
    const url = String(input);
    const method = (init.method ?? 'GET').toUpperCase();
    const isCreation = creations.some((creation) => creation.test(`${method} ${new URL(url).pathname}`));
    const headers = new Headers(init.headers);
    if (isCreation && !headers.has('idempotency-key')) headers.set('idempotency-key', crypto.randomUUID());
    const repeatable = isCreation || ['GET', 'PUT', 'DELETE'].includes(method);
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const token = await tokens.token();
      headers.set('authorization', `Bearer ${token}`);
      const outcome = await own(url, { ...init, headers }).catch((error: unknown) => ({ error }));
      if (!('error' in outcome) && outcome.status === 401 && !renewed) {
        // It may have been revoked, or the provider's keys are new: once more with another token.
        renewed = true;
        tokens.refused?.(token);
        if ((await tokens.token().catch(() => token)) !== token) {
          attempt -= 1;
          continue;
        }
      }
      const wait = waitBefore(attempt, outcome);
      const last = attempt >= attempts || wait > longest || init.signal?.aborted;
      if (last || !(await mayRepeat(outcome, repeatable, isCreation))) {
        if ('error' in outcome) throw outcome.error;
        return outcome;
      }
      if (!('error' in outcome)) await outcome.body?.cancel();
      await sleep(wait, init.signal);
    }
  };
}

type Outcome = Response | { error: unknown };

// What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried
// out twice is repeated: by its method, or by its Idempotency-Key.
async function mayRepeat(outcome: Outcome, repeatable: boolean, isCreation: boolean): Promise<boolean> {
  if ('error' in outcome) return repeatable;
  if ([429, 503].includes(outcome.status)) return true;
  if ([502, 504].includes(outcome.status)) return repeatable;
  // An earlier attempt with the same key is still being carried out.
  if (outcome.status !== 409 || !isCreation) return false;
  return (await outcome.clone().text()).includes('/problems/idempotency-key-in-use');
}

// What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that callers do
// not come back together.
function waitBefore(attempt: number, outcome: Outcome): number {
  const said = 'error' in outcome ? null : outcome.headers.get('retry-after');
  if (said && /^\d+$/.test(said)) return Number(said) * 1000;
  const date = said ? Date.parse(said) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const most = Math.min(8000, 250 * 2 ** attempt);
  return most / 2 + (Math.random() * most) / 2;
}

function sleep(wait: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, wait);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
