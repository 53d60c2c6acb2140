import { credenza } from '@credenza/connectors/fastify';
import { credenzaLogin, type LoginOptions, type Session } from '@credenza/connectors/login/fastify';
import fastify from 'fastify';

declare const options: LoginOptions;
const app = fastify();
await app.register(credenzaLogin, options);
await app.register(credenza, { issuer: 'https://id.example', audience: 'https://api.example' });
app.get('/', { config: { login: 'optional' } }, async (request) => {
  const signedIn: Session | null = request.signedIn;
  return signedIn?.name;
});
app.get('/admin', { config: { login: ({ claims }) => claims['admin'] === true } }, async ({ signedIn }) => ({
  token: await signedIn?.accessToken(),
}));
app.get('/hook', { onRequest: app.login.requires() }, async () => 'hello');
// @ts-expect-error there is no such way.
app.get('/wrong', { config: { login: 'always' } }, async () => 'hello');
