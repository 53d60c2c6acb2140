'use strict';

const { Guard } = require('./guard.js');
const { handshakes } = require('./contexts.js');

/**
 * The adapter for WebSockets by ws, which checks every handshake before it is answered, by the `needs` and `optional` of
 * its gateway. Guards of Nest run with the first message only, when the socket has long been open.
 */
function webSocketAdapter(app) {
  // Loaded here, as applications without WebSockets need not have it.
  const { WsAdapter } = require('@nestjs/platform-ws');
  const guard = app.get(Guard, { strict: false });
  class CredenzaWsAdapter extends WsAdapter {
    create(port, { needs, optional, ...options }) {
      return super.create(port, { ...options, verifyClient: guard.verifyClient(needs, { optional }) });
    }

    bindClientConnect(server, callback) {
      super.bindClientConnect(server, (client, request, ...more) => {
        handshakes.set(client, request);
        callback(client, request, ...more);
      });
    }
  }
  return new CredenzaWsAdapter(app);
}

module.exports = { webSocketAdapter };
