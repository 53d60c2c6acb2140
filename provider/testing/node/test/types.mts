// Compiled, never run: the types say what the tests do.
import { type Callback, CredenzaTestingError, provider, type Tokens } from '@credenza/testing';
import { useProvider as useInJest } from '@credenza/testing/jest';
import { useProvider as useInNode } from '@credenza/testing/node-test';
import { useProvider as useInVitest } from '@credenza/testing/vitest';

export async function typedUse(): Promise<Tokens> {
  const op = await provider({ now: 1_800_000_000, settings: { access_token_lifetime: 60 } });
  const alice = await op.addUser('alice', { claims: { email: 'alice@example.test' } });
  const client = await op.addClient({ redirect_uris: ['http://127.0.0.1/callback'], consent: 'implicit' });
  const answer: Callback = await op.authorize(`${op.issuer}/authorize`, alice, { deny: false });
  await op.fault('jwks', { status: 503, times: 2 });
  // @ts-expect-error there is no such endpoint
  await op.fault('kitchen', { drop: true });
  const out: string | null = await op.browser().signOut(`${op.issuer}/logout?${answer.params.code}${client.client_id}`);
  if (out) {
    await op.stop();
  }
  return op.tokensFor(alice, client, { scope: 'openid' });
}

export const helpers = [useInJest, useInNode, useInVitest];
export const codeOf = (error: unknown): string =>
  error instanceof CredenzaTestingError ? error.code : 'another';
