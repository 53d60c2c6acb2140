import { once } from 'node:events';

/** Lets a server listen on a port of this machine; answers the port. */
export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}
