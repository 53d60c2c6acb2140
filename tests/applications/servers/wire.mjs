// A wire between the application and a server, which a case can cut and mend.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { listen } from './ports.mjs';

export class Wire {
  #sockets = new Set();
  #server;

  constructor(target) {
    this.target = target;
  }

  async start() {
    if (this.#server?.listening) return this;
    this.#server = createServer((near) => {
      const far = connect(this.target, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.port = await listen(this.#server, this.port);
    return this;
  }

  /** Ends each connection; nobody can connect until `mend`. */
  async cut() {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  mend = () => this.start();
}
