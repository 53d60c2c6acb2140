'use strict';

// For servers of `node:http`: answers without a framework, metadata, and WebSocket upgrades.

const { STATUS_CODES } = require('node:http');

/** Answers by the methods of `node:http`, which every framework on it has. */
function answer(response, { status, headers, body }) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/** A middleware that serves the metadata, and lets every other request through. */
function serveMetadata(document) {
  return (request, response, next) => {
    const [path] = (request.originalUrl ?? request.url).split('?');
    if (path !== document.path) return next();
    return answer(response, document.answer(request.method));
  };
}

/** Answers on a connection that wants to be upgraded, where there is no response yet (RFC 6455 section 4.2.2). */
function refuseUpgrade(socket, { status, headers, body }) {
  const fields = { ...headers, Vary: 'Authorization', Connection: 'close', 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** The refusal where the application's own part of a check fails, as it does for other requests. */
function failed(error) {
  console.error(error);
  return { status: 500, headers: {}, body: '' };
}

/** Checks an upgrade: `pass` is called, with `request.caller` set, or it is refused. */
async function upgrade(guard, route, request, socket, pass) {
  // Node listens no longer, and a client that goes meanwhile is no reason to end the program.
  const ignore = () => socket.destroy();
  socket.on('error', ignore);
  const outcome = await guard.check(request, route).catch(failed);
  if (!outcome.allowed) {
    refuseUpgrade(socket, outcome);
    return;
  }
  socket.off('error', ignore);
  request.caller = outcome.caller;
  pass();
}

/** A listener for `upgrade` of an HTTP server, in front of the one that makes the WebSocket. */
function upgradeListener(guard, route, listener) {
  return (request, socket, head) => upgrade(guard, route, request, socket, () => listener(request, socket, head));
}

/** `verifyClient` of a `WebSocketServer` of ws. */
function clientVerifier(guard, route) {
  return ({ req }, accept) => upgrade(guard, route, req, req.socket, () => accept(true));
}

module.exports = { answer, clientVerifier, serveMetadata, upgradeListener };
