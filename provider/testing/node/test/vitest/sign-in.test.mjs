// Vitest.
import { useProvider } from '@credenza/testing/vitest';
import { expect, test } from 'vitest';
import { Application, CALLBACK } from '../application.mjs';

const op = useProvider();

test('a person signs in', async () => {
  const alice = await op.addUser('alice');
  const app = await Application.discover(op, await op.addClient({ redirect_uris: [CALLBACK] }));
  const { url, kept } = await app.begin();
  const answer = await op.authorize(url, alice);
  const tokens = await app.callback(answer.url, kept);
  expect(tokens.claims().sub).toBe(alice.sub);
});

test('each test begins anew', async () => {
  await expect(op.endSessions('alice')).rejects.toMatchObject({ code: 'absent' });
});
