// Ports for everything that a run starts. They are below those that the system hands out: no connection of somebody else takes
// one while the server that had it is away, and a client that tries one in the meantime cannot be connected to itself.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [FIRST, END] = [12_000, 30_000];
const TRIES = 50;

const given = new Set();

/** Lets a server listen: on a port that nobody else listens on, or on the one that it had before. Answers the port. */
export async function listen(server, before) {
  for (let tries = 1; ; tries += 1) {
    const port = before ?? randomInt(FIRST, END);
    if (before === undefined && given.has(port)) continue;
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      given.add(port);
      return port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || before !== undefined || tries === TRIES) throw error;
    }
  }
}

/** A port for another program: free a moment ago, and not given to anything else of this run. */
export async function freePort() {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
