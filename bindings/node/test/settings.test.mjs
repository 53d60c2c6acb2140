// The options and their types name what the core reads, as bindings/validator/settings.json describes it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const { shapes } = createRequire(import.meta.url)('../lib/options.js');
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const description = JSON.parse(read('../../validator/settings.json'));
const declarations = read('../lib/settings.d.ts') + read('../index.d.ts');

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** The schema of the object that a property holds, or lists; undefined for a plain value. */
const section = (property) =>
  [property, property.items, ...(property.anyOf ?? [])].find((schema) => schema?.properties !== undefined);

/** The names of a schema, and of the sections in it, as JavaScript writes them. */
const described = (schema) =>
  Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => {
      const within = section(property);
      return [camelCase(name), within ? described(within) : true];
    }),
  );

/** The names that `lib/options.js` passes on. */
const accepted = (shape) => {
  const object = Array.isArray(shape) ? shape[0] : shape;
  return typeof object === 'symbol'
    ? true
    : Object.fromEntries(Object.entries(object).map(([name, within]) => [name, accepted(within)]));
};

/** The members of an interface, in the order of the alphabet. */
function declared(name) {
  const body = new RegExp(`^export interface ${name} \\{\\n(.*?)^\\}`, 'ms').exec(declarations);
  assert.ok(body, `there is no interface ${name}`);
  return [...body[1].matchAll(/^ {2}readonly (\w+)\??:/gm)].map((member) => member[1]).sort();
}

const names = (schema) => Object.keys(schema.properties).map(camelCase).sort();

for (const [name, schema] of Object.entries(description)) {
  test(`the options of ${name} are those of the core`, () => {
    assert.deepEqual(accepted(shapes[name]), described(schema));
  });
}

test('the types are those of the core', () => {
  const interfaces = {
    dpop: 'DpopSettings',
    introspection: 'IntrospectionSettings',
    revocations: 'RevocationSettings',
    key_cache: 'KeyCacheSettings',
    decryption_keys: 'DecryptionKey',
    claim_names: 'ClaimNames',
    issuers: 'IssuerSettings',
  };
  const { settings, requirement, id_token_expectations: expectations } = description;
  assert.deepEqual(declared('Settings'), names(settings));
  assert.deepEqual(declared('Needs'), names(requirement));
  assert.deepEqual(declared('IdTokenExpectations'), names(expectations));
  for (const [name, property] of Object.entries(settings.properties)) {
    const within = section(property);
    if (within) {
      assert.ok(interfaces[name], `${name} needs an interface of its own`);
      assert.deepEqual(declared(interfaces[name]), names(within), name);
    }
  }
});

test('the README lists every option', () => {
  const readme = read('../README.md');
  for (const name of [...names(description.settings), ...names(description.requirement)]) {
    assert.ok(readme.includes(`\`${name}\``), name);
  }
});
