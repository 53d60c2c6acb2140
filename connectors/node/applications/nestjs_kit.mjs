// The kit in an application of Nest, as the shared cases call it. Without a compiler, decorators are functions.

import 'reflect-metadata';

import { CredenzaModule, Guard, Needs, Public } from '@credenza/connectors/nestjs';
import { BodyLimit, Gates, Kit, KitModule, Reads, Timeout } from '@credenza/connectors/kit/nestjs';
import { Controller, Delete, Get, HttpCode, Module, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

import * as parts from './parts.mjs';

const { calls, gates, limits } = parts;
const settled = Object.getOwnPropertyDescriptor;

/** A controller whose handlers are given the request and the answer. */
function controller(handlers) {
  class Routes {}
  for (const [name, [decorators, handler]] of Object.entries(handlers)) {
    Routes.prototype[name] = { [name]: (request, response) => handler(request, response) }[name];
    for (const decorate of decorators) decorate(Routes.prototype, name, settled(Routes.prototype, name));
    Req()(Routes.prototype, name, 0);
    Res({ passthrough: true })(Routes.prototype, name, 1);
  }
  Controller()(Routes);
  return Routes;
}

/** The exchange of a request. */
const of = (request) => app.get(Kit).of(request);
const slow = (request) => parts.wait(parts.millisecondsOf(of(request)), of(request).signal);
const fail = () => {
  throw new Error('inside-of-the-handler');
};

const open = controller({
  echo: [[Post('echo'), Public(), Reads('json'), HttpCode(200)], (request) => request.body],
  upload: [
    [Post('upload'), Public(), BodyLimit(limits.upload), Reads('bytes'), HttpCode(200)],
    (request) => ({ bytes: request.body.length }),
  ],
  fail: [[Get('fail'), Public()], fail],
  hooks: [
    [Post('hooks/credenza'), Public(), BodyLimit(limits.hooks), Reads('bytes')],
    async (request, response) => void response.status(await parts.receive(request.body, request.headers)),
  ],
  hooksSeen: [[Get('hooks/seen'), Public()], () => parts.hooksSeen()],
  eventsSeen: [[Get('events/seen'), Public()], () => parts.eventsSeen()],
});

const late = controller({
  slow: [[Get('slow')], slow],
  slower: [[Get('slower'), Timeout(limits.slower)], slow],
});
for (const decorate of [Public(), Timeout(limits.slow)]) decorate(late);

const guarded = controller({
  items: [[Get('items'), Needs()], (request) => parts.list(of(request))],
  ...Object.fromEntries(
    Object.entries(gates).map(([name, gate]) => [name, [[Get(name), Gates(gate)], () => ({ ok: true })]]),
  ),
});

const others = controller({
  machine: [[Get('call/machine'), Public()], () => calls.machine()],
  behalf: [[Get('call/behalf'), Needs()], (request) => calls.behalf(request)],
  create: [[Post('call/users'), Public(), Reads('json')], (request) => calls.users.create(request.body)],
  find: [[Get('call/users'), Public()], async (request) => ({ items: await calls.users.find(request.query) })],
  get: [[Get('call/users/:id'), Public()], (request) => calls.users.get(request.params.id)],
  remove: [[Delete('call/users/:id'), Public(), HttpCode(204)], (request) => calls.users.delete(request.params.id)],
  disable: [
    [Post('call/users/:id/disable'), Public(), HttpCode(200)],
    (request) => calls.users.disable(request.params.id),
  ],
  enable: [
    [Post('call/users/:id/enable'), Public(), HttpCode(200)],
    (request) => calls.users.enable(request.params.id),
  ],
});

class App {}
Module({
  imports: [CredenzaModule.forRoot({ ...parts.guardOptions, everywhere: true }), KitModule.forRoot(parts.kitOptions)],
  controllers: [open, late, guarded, others],
})(App);

const platform = process.env.PLATFORM === 'fastify' ? [new FastifyAdapter()] : [];
const app = await NestFactory.create(App, ...platform, { bodyParser: false, logger: false });
app.use(app.get(Kit).start());
app.use(app.get(Kit).health(parts.healthOf(app.get(Guard))));
await app.listen(parts.port, '127.0.0.1');
parts.ready(app.get(Guard), () => app.close());
