// An HTTP server of the runner's own, on a port that stays the same while it is stopped and started again.
import { once } from 'node:events';
import { createServer } from 'node:http';

import { listen } from './ports.mjs';

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function send(response, answer) {
  const { status, body, headers = {} } = answer;
  const isText = typeof body === 'string';
  const text = body === undefined || isText ? (body ?? '') : JSON.stringify(body);
  const type = isText ? 'text/html; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

export class HttpServer {
  #server;
  #handle;

  /** `handle({ method, url, headers, body })` answers `{ status, body, headers }`, or undefined: the connection closes. */
  constructor(handle) {
    this.#handle = handle;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    if (this.#server?.listening) return this;
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.port = await listen(this.#server, this.port);
    return this;
  }

  /** Closes the port and every connection: whoever comes is refused by the kernel. */
  async stop() {
    if (!this.#server?.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request, response) {
    try {
      const body = await bodyOf(request);
      const url = new URL(request.url, this.origin);
      const answer = await this.#handle({ method: request.method, url, headers: request.headers, body });
      if (answer === undefined) request.socket.destroy();
      else send(response, answer);
    } catch (error) {
      console.error('the runner’s server failed:', error);
      request.socket.destroy();
    }
  }
}
