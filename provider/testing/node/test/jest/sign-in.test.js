// Jest, by its globals.
const { useProvider } = require('@credenza/testing/jest');

const op = useProvider({ settings: { access_token_lifetime: 60 } });

test('a token of a person, and its end', async () => {
  await op.addUser('alice');
  const client = await op.addClient({ redirect_uris: ['http://127.0.0.1:3000/callback'] });
  const tokens = await op.tokensFor('alice', client);
  expect(tokens.expires_in).toBe(60);
  await op.advance(61);
  expect(await op.isActive(tokens.access_token)).toBe(false);
});

test('each test begins anew', async () => {
  await expect(op.endSessions('alice')).rejects.toMatchObject({ code: 'absent' });
});
