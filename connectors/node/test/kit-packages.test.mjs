// Chart 985

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { makeProject, runIn } from './project.mjs';

const own = ['kit', 'kit/express', 'kit/fastify', 'kit/hono', 'kit/nestjs', 'kit/next', 'service', 'events'];
const project = makeProject('@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs');

test('every entry is there by import and by require, and both are one', () => {
  const code = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const entry of ${JSON.stringify(own)}) {
      const name = '@credenza/connectors/' + entry;
      const [module, commonjs] = [await import(name), require(name)];
      const names = Object.keys(commonjs);
      console.log(entry, names.length > 0 && names.every((it) => module[it] === commonjs[it]));
      console.log(entry, Object.keys(module).filter((it) => it !== 'default').length === names.length);
    }`;
  writeFileSync(join(project, 'kit-entries.mjs'), code);
  const found = runIn(project, 'kit-entries.mjs').split('\n');
  assert.deepEqual(
    found,
    own.flatMap((name) => [`${name} true`, `${name} true`]),
  );
});

test('an entry loads neither a framework nor a client, but for that of Nest', () => {
  const code = `
    require('@credenza/connectors/ENTRY');
    const others = /node_modules\\/(express|fastify|hono|next|@nestjs|redis|openid-client)\\//;
    console.log(Object.keys(require.cache).filter((file) => others.test(file)).length);`;
  for (const entry of own.filter((name) => name !== 'kit/nestjs')) {
    assert.equal(runIn(project, '-e', code.replace('ENTRY', entry)), '0', entry);
  }
});
