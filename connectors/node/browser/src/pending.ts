import { CredenzaError } from './errors.js';

/** A sign-in under way, from the request until its answer. */
export interface Pending {
  verifier: string;
  nonce: string;
  returnTo: string;
  /** When it began, in milliseconds. */
  at: number;
}

const PREFIX = 'credenza.request.';
/** A sign-in that was not finished within this time is forgotten. */
const LIFETIME = 3_600_000;

/** Keeps a request until its answer, for this tab alone. It is worth nothing without the code that answers it. */
export function remember(state: string, pending: Pending): void {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const { at } = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Pending>;
    if (!at || at < pending.at - LIFETIME) sessionStorage.removeItem(key);
  }
  sessionStorage.setItem(PREFIX + state, JSON.stringify(pending));
}

/** Takes the request that `state` belongs to, once. */
export function take(state: string): Pending {
  const kept = sessionStorage.getItem(PREFIX + state);
  sessionStorage.removeItem(PREFIX + state);
  if (!kept) {
    throw new CredenzaError('unknown_state', 'this sign-in did not begin in this tab, or it was finished before');
  }
  return JSON.parse(kept) as Pending;
}

/** `to` as an address of this origin; anything else is refused, so that no link leads people elsewhere. */
export function ownAddress(to: string): string {
  const url = URL.canParse(to, location.href) ? new URL(to, location.href) : undefined;
  if (url?.origin !== location.origin) {
    throw new CredenzaError('foreign_return_to', `people return to ${location.origin} alone, not to ${to}`);
  }
  return url.href;
}
