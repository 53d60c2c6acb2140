import { generateKeyPairSync } from 'node:crypto';

import { Login, MemoryStore, RedisStore, Refused, type LoginOptions, type Store } from '@credenza/connectors/login';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const basics = {
  issuer: 'https://id.example',
  clientId: 'app',
  clientSecret: 'secret',
  origin: 'https://app.example',
  secret: 'a-random-text-of-32-bytes-at-least',
};
const client = await createClient().connect();
const stores: Store[] = [new MemoryStore({ most: 100 }), new RedisStore(new Redis()), new RedisStore(client)];
const options: LoginOptions = {
  ...basics,
  path: '/auth',
  scope: ['openid', 'orders:read'],
  maxAge: 3600,
  sessions: 'cookie',
  ended: stores[1],
  signedIn: (claims) => {
    if (claims.sub === 'mallory') throw new Refused('access_denied', 'not one of ours');
    return { plan: claims['plan'] };
  },
  onError: ({ title, loginUrl }) => `<h1>${title}</h1><a href="${loginUrl ?? '/'}">again</a>`,
  logger: { info: ({ event, sub }, message) => console.info(event, sub, message) },
};
const login = new Login(options);
await login.ready();
new Login({
  ...basics,
  clientSecret: undefined,
  clientKey: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
});
const request = { method: 'GET', target: '/', header: () => undefined, form: async () => new URLSearchParams() };
const { answer, signedIn } = await login.enter(request, { isWritable: true, cookie: () => true });
if (answer === undefined) {
  const sub: string | undefined = signedIn?.sub;
  const token: string | undefined = await signedIn?.accessToken();
  void [sub, token];
}
// @ts-expect-error a secret is needed.
new Login({ issuer: 'https://id.example', clientId: 'app', clientSecret: 'secret', origin: 'https://app.example' });
// @ts-expect-error either of both.
new Login({ ...basics, clientSecret: undefined });
// @ts-expect-error there is no such store.
new Login({ ...basics, sessions: 'redis' });
