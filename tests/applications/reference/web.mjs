// Enough of HTTP for the reference applications: requests with cookies and forms, answers, and a server.
import { createServer } from 'node:http';

/** The cookies of a request by name; of two of one name, the first. */
export function cookiesOf(request) {
  const cookies = new Map();
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

export async function textOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escaped = (text) => text.replace(/[&<>"']/g, (letter) => ESCAPES[letter]);

export const json = (status, body, headers = {}) => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** An HTML page; `text` has been escaped. */
export const page = (status, text, headers = {}) => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY, ...headers },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Application</title><p>${text}</p></html>`,
});

export const redirect = (status, location, headers = {}) => ({
  status,
  headers: { Location: location, ...headers },
  body: '',
});

/** Serves until SIGTERM. `handle(request)` answers `{ status, headers, body }`. */
export function serve(port, handle) {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await handle(request);
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}`));
  process.on('SIGTERM', () => process.exit(0));
}
