import { createServer } from 'node:http';

import { Guard, Refusal, type Caller } from '@credenza/connectors/express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { WebSocketServer } from 'ws';

const guard = new Guard({
  issuer: 'https://id.example',
  audience: 'https://api.example',
  passErrors: true,
  certificate: (request) => request.headers['x-thumbprint']?.toString(),
});
const app = express();
app.use(guard.metadata({ scopes: ['read'], resource_name: 'Orders' }));
app.get('/orders', guard.requires({ scopes: ['read'] }), (request, response) => {
  const caller: Caller | null | undefined = request.caller;
  response.send(caller?.sub);
});
app.get('/orders/:id', guard.optional(), (request, response) => response.send(request.params['id']));
app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (error instanceof Refusal) response.status(error.status).set(error.headers).end();
  else next(error);
});

const server = createServer(app);
const sockets = new WebSocketServer({ noServer: true });
const greet = guard.upgrade({}, (request, socket, head) => {
  const caller: Caller | null = request.caller;
  sockets.handleUpgrade(request, socket, head, (client) => client.send(caller?.sub ?? ''));
});
server.on('upgrade', greet);
new WebSocketServer({ server, verifyClient: guard.verifyClient({ scopes: ['read'] }, { optional: true }) });
// @ts-expect-error scopes is a list.
guard.requires({ scopes: 'read' });
