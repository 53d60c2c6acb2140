import { Login, type LoginOptions } from '@credenza/connectors/login/hono';
import { Hono } from 'hono';

declare const options: LoginOptions;
const login = new Login(options);
const app = new Hono();
app.use(login.routes());
app.get('/me', login.requires(), (c) => c.text(c.var.signedIn.sub));
app.get('/', login.optional(), (c) => c.text(c.var.signedIn?.sub ?? 'nobody'));
app.get('/token', login.requires(), async (c) => c.json({ token: await c.var.signedIn.accessToken() }));
// @ts-expect-error there may be nobody.
app.get('/wrong', login.optional(), (c) => c.text(c.var.signedIn.sub));
