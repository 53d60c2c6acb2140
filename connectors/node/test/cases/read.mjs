// Reads the shared cases, and writes their settings as JavaScript has them.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.CONNECTOR_CASES ?? join(import.meta.dirname, '../../../../tests/vectors/connectors');
if (!existsSync(folder)) throw new Error(`there are no cases at ${folder}`);

/** All cases, in the order of their files. */
export const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).cases);

if (cases.length < 150) throw new Error(`there are ${cases.length} cases only`);

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Members by the names that JavaScript has for them; a key set is left as it is. */
export function camelCased(value, name) {
  if (Array.isArray(value)) return value.map((item) => camelCased(item));
  if (typeof value !== 'object' || value === null || name === 'keys') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camelCase(key), camelCased(member, key)]));
}

/** The options of the guard of a case. */
export function optionsOf({ settings, further, guard: { hosts, ...guard } = {} }, issuers, clock) {
  const hooks = { fetch: issuers.fetch, clock };
  const byHost = (request) => hosts[request.headers.host ?? request.headers.get('host')];
  const issuerOf = hosts === undefined ? {} : { issuerOf: byHost };
  return { ...camelCased({ ...settings, issuers: further }), ...issuerOf, ...guard, ...hooks };
}
