// Chart 980: Sign-in for Node (Express, Fastify, Hono, Next.js, NestJS) | the shared cases of a relying party, as processes over HTTP: flow, sessions in cookies, memory and Redis, refreshing across instances, logout from both sides, faults, attacks

import { describe, test } from 'node:test';

import { runCases, timeout } from './run-cases.mjs';

// They wait more than they work, so that several run at a time.
describe('sign-in', { concurrency: 3 }, () => {
  for (const framework of ['express', 'fastify', 'hono', 'nestjs', 'next']) {
    // They share everything but their front files.
    const few = framework !== 'express';
    test(`with ${framework}`, { timeout }, (t) => runCases(t, 'login', `${framework}_login`, { few }));
  }
  test('with nestjs on Fastify', { timeout }, (t) =>
    runCases(t, 'login', 'nestjs_login', { env: { PLATFORM: 'fastify' } }),
  );
});
