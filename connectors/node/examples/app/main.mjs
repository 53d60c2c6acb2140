// A small application: people sign in, see pages, and call its API; a job calls it too.

import { Guard } from '@credenza/connectors/express';
import { Login } from '@credenza/connectors/login/express';
import express from 'express';

import { runJob } from './job.mjs';
import { accountPage, adminPage, homePage, ordersPage } from './pages.mjs';

const { EXAMPLE_APP_SECRET: clientSecret, SECRET: secret } = process.env;
const { ISSUER: issuer = 'http://localhost:8080', PORT: port = '8090' } = process.env;
const origin = `http://localhost:${port}`;
const api = `${origin}/api`;

// Sign-in, for pages: who comes without a session is sent to the provider.
const login = new Login({
  issuer,
  clientId: 'example-app',
  clientSecret,
  origin,
  secret,
  scope: 'openid profile email offline_access roles orders:read',
  resource: api,
});
// The guard, for the API: who comes without an access token is refused.
const guard = new Guard({ issuer, audience: api });
const isAdmin = ({ claims }) => Array.isArray(claims.roles) && claims.roles.includes('admin');

const app = express();
app.disable('x-powered-by');
// The form to sign out leads to the provider, so that it is named too: browsers look at where forms are redirected.
app.use((_request, response, next) => {
  response.set('Content-Security-Policy', `default-src 'none'; frame-ancestors 'none'; form-action 'self' ${issuer}`);
  next();
});
app.use(login.routes());

app.get('/', login.optional(), (request, response) => response.send(homePage(request.signedIn)));
app.get('/account', login.requires(), (request, response) => response.send(accountPage(request.signedIn)));
app.get('/admin', login.requires(isAdmin), async (_request, response) => response.send(adminPage(await runJob(api))));

// A page that calls the API for the person: with the token of the session, which is refreshed by itself.
app.get('/orders', login.requires(), async (request, response) => {
  const authorization = `Bearer ${await request.signedIn.accessToken()}`;
  const answer = await fetch(`${api}/orders`, { headers: { authorization } });
  if (!answer.ok) throw new Error(`the API has answered ${answer.status}`);
  response.send(ordersPage(await answer.json()));
});

const orders = [
  { id: 1, item: 'Punched cards' },
  { id: 2, item: 'Brass wheels' },
];
const stock = new Map([['Brass wheels', 0]]);
app.get('/api/orders', guard.requires({ scopes: ['orders:read'] }), (_request, response) => response.json(orders));
app.get('/api/reports', guard.requires({ roles: ['admin'] }), (request, response) => {
  response.json({ orders: orders.length, for: request.caller.sub });
});
app.post('/api/stock', guard.requires({ scopes: ['stock:write'] }), (request, response) => {
  stock.set('Brass wheels', stock.get('Brass wheels') + 1);
  response.json({ by: request.caller.client_id, wheels: stock.get('Brass wheels') });
});

app.listen(Number(port), 'localhost', (error) => {
  if (error) throw error;
  console.log(`listening on ${origin}`);
});
