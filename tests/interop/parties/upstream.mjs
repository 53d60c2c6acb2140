// What stands behind a proxy that signs people in: it shows the headers that it was sent.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Listens on a free port of the loopback. */
export async function openUpstream() {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ path: request.url, headers: request.headers }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The headers that the page shows. */
export const headersOf = async (page) => JSON.parse(await page.locator('body').innerText()).headers;
