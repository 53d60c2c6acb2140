// Runs a shared case against an application of a framework, over real HTTP.

import assert from 'node:assert/strict';

import { send } from './client.mjs';
import { compare } from './compare.mjs';
import { Issuers } from './issuers.mjs';
import { camelCased, optionsOf } from './read.mjs';

export { cases } from './read.mjs';

/** What is made for a case: options of the guard, and the route. */
function prepare(one) {
  const time = { now: one.now };
  const records = [];
  const issuers = new Issuers(one.responses);
  const options = optionsOf(one, issuers, () => time.now * 1000);
  const logger = { info: (record) => records.push(record), warn: () => {} };
  const { needs, ...route } = { prefix: '', optional: false, websocket: false, ...one.route };
  const { resource, scopes_supported: scopes, ...more } = one.metadata ?? {};
  const metadata = one.kind === 'metadata' ? { resource, ...(scopes && { scopes }), ...more } : undefined;
  return {
    options: { ...options, logger },
    route: { ...route, needs: camelCased(needs) },
    metadata,
    time,
    records,
    issuers,
  };
}

/** A handshake without what makes it one. */
function plain(request) {
  const headers = request.headers.filter(([name]) => !/^(connection|upgrade|sec-websocket-)/i.test(name));
  return { ...request, headers, websocket: false };
}

/** Whether a step can be tried: a handshake that is accepted only where there are WebSockets. */
const isPossible = ({ request, websocket, response }, upgrades) =>
  upgrades || !(websocket || request.websocket) || response.status !== 101;

/**
 * Runs a case. `start({ options, route, metadata })` answers `{ port, close }`; without `upgrades` the framework has no
 * WebSockets.
 */
export async function runCase(one, start, { upgrades = true } = {}) {
  const { time, records, issuers, ...made } = prepare(one);
  const server = await start(made);
  try {
    for (const step of one.steps.filter((it) => isPossible(it, upgrades))) {
      if (step.now !== undefined) time.now = step.now;
      records.length = 0;
      const websocket = step.websocket || step.request.websocket;
      const request = { ...step.request, websocket };
      const found = await send(server.port, upgrades ? request : plain(request));
      await issuers.rest();
      compare(found, records, step, one.guard?.debug);
    }
  } finally {
    await server.close();
  }
  for (const [url, count] of Object.entries(one.fetches ?? {})) {
    assert.equal(issuers.fetched.get(url) ?? 0, count, `fetches of ${url}`);
  }
}
