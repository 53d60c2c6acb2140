// Chart 989: Applications with the kit for Node (Express, Fastify, Hono, NestJS, Next.js) | the shared cases of kit, service client and events, as processes over HTTP: instances, Redis and NATS lost, a provider that is away, attacks

import { test } from 'node:test';

import { frameworks } from './kit/applications.mjs';
import { runCases, timeout } from './run-cases.mjs';

for (const framework of [...frameworks, 'next']) {
  // They share everything but their front files.
  const few = framework !== 'express';
  test(`kit, service client and events with ${framework}`, { timeout }, (t) =>
    runCases(t, 'kit,service,events,nats', `${framework}_kit`, { few }),
  );
}
