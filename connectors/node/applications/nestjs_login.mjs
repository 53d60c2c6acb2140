// NestJS for the runner, part `login`; on Fastify where PLATFORM says so. Decorators are applied as TypeScript does.

import 'reflect-metadata';

import { Login, LoginModule, SignedIn, WithoutLogin } from '@credenza/connectors/login/nestjs';
import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

import { options, pageFor, port, ready } from './settings.mjs';

const isOnFastify = process.env.PLATFORM === 'fastify';
/** What is below a path is spelled by the platform's router. */
const below = isOnFastify ? 'protected/*' : 'protected/*rest';

class Pages {
  home() {
    return 'public';
  }

  page(signedIn) {
    return pageFor(signedIn);
  }

  me(signedIn) {
    return signedIn.toJSON();
  }

  async token(signedIn) {
    return { access_token: await signedIn.accessToken() };
  }
}

/** Applies decorators to a method, and `@SignedIn()` to its first parameter. */
function decorate(name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(Pages.prototype, name);
  if (Pages.prototype[name].length > 0) SignedIn()(Pages.prototype, name, 0);
  for (const decorator of decorators) decorator(Pages.prototype, name, descriptor);
}

Controller()(Pages);
decorate('home', Get(), WithoutLogin(), Header('Content-Type', 'text/plain'));
decorate('page', Get(['protected', below]), Header('Content-Type', 'text/html; charset=utf-8'));
decorate('me', Get('me'));
decorate('token', Get('token'));

class App {}
Module({ imports: [LoginModule.forRoot({ everywhere: true, ...options })], controllers: [Pages] })(App);

const platform = isOnFastify ? [new FastifyAdapter()] : [];
const app = await NestFactory.create(App, ...platform, { logger: ['error'], forceCloseConnections: true });
app.use(app.get(Login).routes());
await app.listen(port, '127.0.0.1');
ready();
