import 'reflect-metadata';

import { Caller, CredenzaGuard, CredenzaModule, Needs } from '@credenza/connectors/nestjs';
import { Controller, Get, Injectable, Module, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import jwksRsa from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';

import { audience, hasScope, issuer, needs, options, tell } from '../issuer.mjs';

/** Applies the decorators of a method, as TypeScript does. */
function decorate(target, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  for (const decorator of decorators) decorator(target.prototype, name, descriptor);
}

class Usual extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: jwksRsa.passportJwtSecret({ cache: true, jwksUri: `${issuer.issuer}/jwks` }),
      issuer: issuer.issuer,
      audience,
      algorithms: ['ES256'],
    });
  }

  validate(claims) {
    return hasScope(claims) && claims;
  }
}

class Routes {
  bare() {
    return 'user';
  }

  guarded(sub) {
    return sub;
  }

  usual(request) {
    return request.user.sub;
  }
}

class App {}

Injectable()(Usual);
Caller('sub')(Routes.prototype, 'guarded', 0);
Req()(Routes.prototype, 'usual', 0);
decorate(Routes, 'bare', Get('bare'));
decorate(Routes, 'guarded', Get('guarded'), UseGuards(CredenzaGuard), Needs(needs));
decorate(Routes, 'usual', Get('usual'), UseGuards(AuthGuard('jwt')));
Controller()(Routes);
const imports = [CredenzaModule.forRoot(options), PassportModule];
Module({ imports, controllers: [Routes], providers: [Usual] })(App);

const app = await NestFactory.create(App, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
tell(app.getHttpServer().address().port);
