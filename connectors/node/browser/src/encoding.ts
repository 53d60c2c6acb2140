import { CredenzaError } from './errors.js';

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** 256 random bits: a `state`, a `nonce` or a `code_verifier`. */
export const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The `code_challenge` of a verifier, by S256 (RFC 7636 4.2). */
export async function challengeOf(verifier: string): Promise<string> {
  if (!crypto.subtle) {
    throw new CredenzaError('insecure_context', 'browsers sign people in from https pages and from localhost alone');
  }
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** What a JWT says; its signature is not looked at. */
export function payloadOf(jwt: string): Record<string, unknown> {
  try {
    const text = atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const payload: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    if (typeof payload === 'object' && payload !== null) return payload as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new CredenzaError('invalid_id_token', 'the ID token is no JWT');
}
