'use strict';

const { fail } = require('./node-http.js');

/** Answers an error below Fastify: the fields that it has noted for the answer are on it, and what it would send is not. */
function failReply(kit, request, reply, error) {
  const { raw } = reply;
  reply.hijack();
  if (!raw.headersSent) {
    const noted = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
    for (const [name, value] of noted) raw.setHeader(name, value);
  }
  fail(kit, request.raw, raw, error);
}

module.exports = { failReply };
