// What the tests share: an issuer in memory, servers, and requests to them.

import { once } from 'node:events';

import { TestIssuer } from '@credenza/connectors/testing';
import { WebSocket } from 'ws';

export const API = 'https://api.example';

/** An issuer, options of a guard that trusts it, and what its log is told. */
export function pair(settings = {}) {
  const issuer = new TestIssuer(API);
  const records = [];
  const logger = { info: (record) => records.push(record), warn: () => {} };
  return { issuer, records, options: { ...issuer.options, logger, ...settings } };
}

/** Lets a server listen on a port of this machine until the test has ended; answers its URL. */
export async function serve(t, server, scheme = 'http') {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${server.address().port}`;
}

/** Asks; answers status, body and challenge. */
export async function ask(url, headers = {}, init = {}) {
  const response = await fetch(url, { headers, redirect: 'manual', ...init });
  const body = await response.text();
  return { status: response.status, body, headers: response.headers };
}

/** The status alone. */
export const statusOf = async (url, headers, init) => (await ask(url, headers, init)).status;

/** The first message of a WebSocket, or the status by which it is refused. */
export const firstMessage = (url, headers) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('message', (data) => {
      socket.close();
      resolve(data.toString());
    });
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
    socket.on('error', reject);
  });
