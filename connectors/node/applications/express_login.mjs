// Express for the runner, part `login`.

import { Login } from '@credenza/connectors/login/express';
import express from 'express';

import { options, pageFor, port, ready } from './settings.mjs';

const login = new Login(options);
const app = express();
app.use(login.routes());
app.get('/', (_request, response) => response.type('text').send('public'));
app.get('/protected{*rest}', login.requires(), (request, response) => response.send(pageFor(request.signedIn)));
app.get('/me', login.requires(), (request, response) => response.json(request.signedIn));
app.get('/token', login.requires(), async (request, response) => {
  response.json({ access_token: await request.signedIn.accessToken() });
});
const server = app.listen(port, '127.0.0.1', () => ready(() => server.closeAllConnections()));
