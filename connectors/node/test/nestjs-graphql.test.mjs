// Chart 908

import 'reflect-metadata';

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Caller, CredenzaGuard, CredenzaModule, Needs } from '@credenza/connectors/nestjs';
import { ApolloDriver } from '@nestjs/apollo';
import { Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';

import { classOf } from './nestjs-classes.mjs';
import { ask, pair } from './support.mjs';

const typeDefs = 'type Query { me: String, orders: [String], open: String }';

async function start(t, settings) {
  const { issuer, options } = pair(settings);
  const Queries = classOf(
    {
      me: [(caller) => caller.sub, Query('me'), UseGuards(CredenzaGuard)],
      orders: [() => ['one'], Query('orders'), UseGuards(CredenzaGuard), Needs({ scopes: ['read'] })],
      open: [() => 'hello', Query('open')],
    },
    Resolver(),
  );
  Caller()(Queries.prototype, 'me', 0);
  const graphql = GraphQLModule.forRoot({ driver: ApolloDriver, typeDefs, playground: false });
  const App = classOf({}, Module({ imports: [CredenzaModule.forRoot(options), graphql], providers: [Queries] }));
  const app = await NestFactory.create(App, { logger: false, abortOnError: false, forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  t.after(() => app.close());
  return { issuer, url: `http://127.0.0.1:${app.getHttpServer().address().port}/graphql` };
}

async function query(url, text, headers = {}) {
  const init = { method: 'POST', body: JSON.stringify({ query: text }) };
  const { body, ...answer } = await ask(url, { 'content-type': 'application/json', ...headers }, init);
  return { ...answer, ...JSON.parse(body) };
}

const codesOf = ({ errors }) => errors?.map(({ extensions }) => extensions.code);

test('fields of GraphQL are guarded one by one', async (t) => {
  const { issuer, url } = await start(t);
  assert.equal((await query(url, '{ open }')).data.open, 'hello');
  const refused = await query(url, '{ open me }');
  assert.deepEqual([refused.data, codesOf(refused)], [{ open: 'hello', me: null }, ['UNAUTHENTICATED']]);
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
  assert.equal((await query(url, '{ me }', issuer.bearer({ sub: 'alice' }))).data.me, 'alice');
  const narrow = await query(url, '{ me orders }', issuer.bearer());
  assert.deepEqual([narrow.data, codesOf(narrow)], [{ me: 'user', orders: null }, ['FORBIDDEN']]);
  const all = await query(url, '{ me orders }', issuer.bearer({ scope: 'read' }));
  assert.deepEqual([all.data, all.headers.get('vary')], [{ me: 'user', orders: ['one'] }, 'Authorization']);
});

test('a DPoP proof is spent once by fields that need the same', async (t) => {
  const { issuer, url } = await start(t, { dpop: {} });
  const proven = issuer.dpop('POST', url);
  assert.deepEqual((await query(url, '{ a: me b: me }', proven)).data, { a: 'user', b: 'user' });
  assert.deepEqual(codesOf(await query(url, '{ me }', proven)), ['UNAUTHENTICATED']);
});
