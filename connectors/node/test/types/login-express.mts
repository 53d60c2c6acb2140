import { Guard } from '@credenza/connectors/express';
import { Login, type LoginOptions, type Session } from '@credenza/connectors/login/express';
import express from 'express';

declare const options: LoginOptions;
const login = new Login(options);
const guard = new Guard({ issuer: 'https://id.example', audience: 'https://api.example' });
const app = express();
app.use(login.routes());
app.get('/', login.optional(), (request, response) => {
  const signedIn: Session | null | undefined = request.signedIn;
  response.json(signedIn);
});
app.get(
  '/admin',
  login.requires(({ claims }) => claims['admin'] === true),
  async (request, response) => response.send(await request.signedIn?.accessToken()),
);
app.get('/api', guard.requires(), (request, response) => response.send(request.caller?.sub));
// @ts-expect-error it is a function of a session.
login.requires({ roles: ['admin'] });
