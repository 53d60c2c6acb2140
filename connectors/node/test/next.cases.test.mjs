// Chart 909: Next.js behind the connector for Node | Route Handlers, proxy.ts, server components; the shared cases

import { after, before, describe, test } from 'node:test';

import { cases, runCase } from './cases/suite.mjs';
import { serveNext } from './next.mjs';

const FIRST_ALONE = 'Next.js shows the first of two Authorization fields alone';
const TWO_FIELDS = [
  'challenge_resource_metadata',
  'credentials_malformed_two_fields',
  'credentials_malformed_two_fields_first_of_another_scheme',
  'credentials_malformed_two_fields_second_of_another_scheme',
  'credentials_two_schemes',
  'debug_malformed',
  'optional_two_fields',
  'websocket_two_fields',
];

let app;
before(async () => {
  app = await serveNext();
});
after(() => app.close());

async function start(made) {
  app.use(made);
  return { port: app.port, close: () => {} };
}

describe('next', () => {
  for (const one of cases) {
    const skip = TWO_FIELDS.includes(one.name) && FIRST_ALONE;
    test(one.name, { skip }, () => runCase(one, start, { upgrades: false }));
  }
});
