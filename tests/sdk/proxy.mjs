// A proxy before the server, which fails when it is told to: proxy.mjs PORT UPSTREAM.
//
//   POST /_proxy/fail?method=POST&path=/admin/v1/users&times=2&status=503[&retry_after=1]   answers in place of the server
//   POST /_proxy/fail?method=…&path=…&times=1&lost=after      lets the server answer, and loses the answer
//   GET  /_proxy/seen?method=POST&path=/token                 one line for each request: time in ms, Idempotency-Key or -
//
// `path` ends the path, so tests at different paths do not meet. What is seen is counted from the last `fail` or the start.
import http from 'node:http';

const [port, upstream] = process.argv.slice(2);
const failures = [];
const seen = [];

const fits = (rule, request) =>
  rule.method === request.method && new URL(request.url, upstream).pathname.endsWith(rule.path);

function control(request, response) {
  const url = new URL(request.url, upstream);
  const words = Object.fromEntries(url.searchParams);
  if (url.pathname === '/_proxy/fail') {
    failures.push({ ...words, times: Number(words.times) });
    return response.end();
  }
  const rows = seen.filter((one) => one.method === words.method && one.path.endsWith(words.path));
  return response.end(rows.map(({ at, key }) => `${at} ${key}\n`).join(''));
}

function forward(request, body, response, lost) {
  const { hostname, port: upstreamPort } = new URL(upstream);
  const options = { hostname, port: upstreamPort, path: request.url, method: request.method, headers: request.headers };
  const onward = http.request(options, (answer) => {
    if (lost) {
      answer.resume();
      return answer.on('end', () => request.socket.destroy());
    }
    response.writeHead(answer.statusCode, answer.headers);
    return answer.pipe(response);
  });
  onward.on('error', () => request.socket.destroy());
  onward.end(body);
}

const server = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (request.url.startsWith('/_proxy/')) return control(request, response);
  const path = new URL(request.url, upstream).pathname;
  seen.push({ method: request.method, path, at: Date.now(), key: request.headers['idempotency-key'] ?? '-' });
  const failure = failures.find((rule) => rule.times > 0 && fits(rule, request));
  if (failure) failure.times -= 1;
  if (failure?.status) {
    const headers = failure.retry_after ? { 'retry-after': failure.retry_after } : {};
    response.writeHead(Number(failure.status), { 'content-type': 'text/plain', ...headers });
    return response.end('not now\n');
  }
  return forward(request, Buffer.concat(parts), response, Boolean(failure?.lost));
});
server.listen(Number(port), '127.0.0.1');
