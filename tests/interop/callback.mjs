// The relying party's side of a redirect: a page of its own on the loopback, which keeps what reached it.
import { createServer } from 'node:http';

const page = (title, body = '') =>
  `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${body}`;

const bodyOf = async (request) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
};

/** Listens on `port` (0: a free one) and answers at /callback and /signed-out. */
export async function openCallback(port = 0) {
  const waiting = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    const body = await bodyOf(request);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (url.pathname === '/frame') {
      response.end(page('A page of another origin', `<iframe src="${url.searchParams.get('src')}"></iframe>`));
    } else if (['/callback', '/signed-out'].includes(url.pathname)) {
      response.end(page('Back at the application'));
      const { method, headers } = request;
      waiting.splice(0).forEach((resolve) => resolve({ url: url.href, method, headers, body }));
    } else {
      response.writeHead(404).end(page('Not found'));
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    redirectUri: `${origin}/callback`,
    signedOutUri: `${origin}/signed-out`,
    /** The next request that reaches the application. */
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
