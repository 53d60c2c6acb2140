// One HTTP request, with exactly the fields that are given.
import { request as httpRequest } from 'node:http';

const TIMEOUT = 30_000;

async function answerOf(response) {
  const parts = [];
  for await (const part of response) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const { statusCode: status, headers } = response;
  return { status, headers, text, cookies: headers['set-cookie'] ?? [], json: () => JSON.parse(text) };
}

/** Sends a request to a port of this machine, whatever `Host` says; answers `{ status, headers, text, cookies, json }`. */
export function send(port, { method = 'GET', path = '/', headers = {}, body, chunked = false }) {
  return new Promise((resolve, reject) => {
    const length = body !== undefined && !chunked ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const options = { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false };
    const request = httpRequest(options, (response) => answerOf(response).then(resolve, reject));
    request.setTimeout(TIMEOUT, () => request.destroy(new Error(`${method} ${path}: no answer in ${TIMEOUT} ms`)));
    request.on('error', reject);
    if (chunked) request.setHeader('Transfer-Encoding', 'chunked');
    request.end(body);
  });
}
