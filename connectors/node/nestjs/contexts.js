'use strict';

// Where the HTTP request is in each kind of context, and where its answer.

/** The handshakes of WebSockets, by what Nest passes to handlers of messages. */
const handshakes = new WeakMap();

/** What the resolvers of GraphQL share: of Apollo `req`, of Mercurius `reply`. */
function ofGraphql(context) {
  const { req, res, reply } = context.getArgByIndex(2) ?? {};
  return { request: req ?? reply?.request, response: res ?? reply ?? req?.res };
}

/** Of Socket.IO the client has its handshake. */
function ofWebSocket(context) {
  const client = context.switchToWs().getClient();
  return { request: handshakes.get(client) ?? client.request, response: undefined };
}

/** Request and response of a context; there is no response once a WebSocket is open. */
function httpOf(context) {
  switch (context.getType()) {
    case 'http':
      return { request: context.switchToHttp().getRequest(), response: context.switchToHttp().getResponse() };
    case 'graphql':
      return ofGraphql(context);
    case 'ws':
      return ofWebSocket(context);
    default:
      throw new TypeError(`there is no HTTP request in a context of the kind ${context.getType()}`);
  }
}

module.exports = { handshakes, httpOf };
