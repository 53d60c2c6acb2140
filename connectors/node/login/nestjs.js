'use strict';

const { STATUS_CODES } = require('node:http');

const { Catch, HttpException, Inject, Injectable, Module } = require('@nestjs/common');
const { SetMetadata, createParamDecorator } = require('@nestjs/common');
const { APP_FILTER, APP_GUARD, Reflector } = require('@nestjs/core');

const { LoginError } = require('./errors.js');
const core = require('./login.js');
const { requestOf, send, serveRoutes, setFields, sinkOf } = require('./node.js');

const OPTIONS = 'credenza:login';
const HOW = 'credenza:login:how';

/** Sign-in for an application of NestJS. */
class Login extends core.Login {
  /** The connector's own routes: for `app.use`. */
  routes() {
    return serveRoutes(this);
  }
}

/** Lets those call a handler who have signed in; `allows` may refuse some of them. */
const RequiresLogin = (allows) => SetMetadata(HOW, { allows });
/** Lets everybody call a handler, and finds out who has signed in. */
const OptionalLogin = () => SetMetadata(HOW, { isOptional: true });

/** Lets everybody call a handler, without reading any session. */
const WithoutLogin = () => SetMetadata(HOW, { isPublic: true });

/** Whoever has signed in, in the parameters of a handler. */
const SignedIn = createParamDecorator((member, context) => {
  const signedIn = context.switchToHttp().getRequest().signedIn ?? null;
  return member === undefined ? signedIn : signedIn?.[member];
});

/** A request that a guard has answered by itself: a redirect to the sign-in, or a refusal. */
class LoginException extends HttpException {
  constructor(answer) {
    super(STATUS_CODES[answer.status] ?? '', answer.status);
    this.answer = answer;
  }
}

/** The answer as `node:http` has it, and the fields that the framework has collected. */
function rawOf(response) {
  if (response.raw === undefined) return response;
  response.hijack();
  for (const [name, value] of Object.entries(response.getHeaders())) response.raw.setHeader(name, value);
  return response.raw;
}

/** What cookies and fields are put on: of Fastify the reply, as it would forget what is put on Node's. */
const settable = (response) =>
  response.raw === undefined
    ? response
    : {
        get headersSent() {
          return response.raw.headersSent;
        },
        appendHeader: (name, value) => response.header(name, value),
        setHeader: (name, value) => response.header(name, value),
        getHeader: (name) => response.getHeader(name),
      };

/** Answers with what the guard means. A filter of the application's own goes first. */
class LoginFilter {
  catch({ answer }, host) {
    send(rawOf(host.switchToHttp().getResponse()), answer);
  }
}

/** Answers errors of sessions, such as of an access token that cannot be had, with their own status. */
class LoginErrorFilter {
  catch(error, host) {
    const headers = { ...error.headers, 'Content-Type': 'application/json' };
    const body = `${JSON.stringify(error.toJSON())}\n`;
    send(rawOf(host.switchToHttp().getResponse()), { status: error.status, headers, cookies: [], body });
  }
}

/** Lets those call handlers who have signed in, unless a decorator above says otherwise. */
class LoginGuard {
  #login;
  #reflector;

  constructor(login, reflector) {
    this.#login = login;
    this.#reflector = reflector;
  }

  async canActivate(context) {
    const how = this.#reflector.getAllAndOverride(HOW, [context.getHandler(), context.getClass()]) ?? {};
    if (how.isPublic) return true;
    const [request, response] = [context.switchToHttp().getRequest(), context.switchToHttp().getResponse()];
    const to = settable(response);
    const found = await this.#login.enter(requestOf(request, request.raw ?? request), sinkOf(to), how);
    if (found.answer !== undefined) throw new LoginException(found.answer);
    setFields(to, found.headers);
    request.signedIn = found.signedIn;
    return true;
  }
}

/** The module with whatever provides its options. */
function moduleOf(options, { everywhere = false, imports = [] }) {
  const login = { provide: Login, inject: [OPTIONS], useFactory: (given) => new Login(given) };
  const filters = [LoginFilter, LoginErrorFilter].map((filter) => ({ provide: APP_FILTER, useClass: filter }));
  const providers = [options, login, LoginGuard, ...filters];
  if (everywhere) providers.push({ provide: APP_GUARD, useExisting: LoginGuard });
  return { module: LoginModule, global: true, imports, providers, exports: [Login, LoginGuard] };
}

/** Provides `Login` and `LoginGuard` to the whole application. */
class LoginModule {
  static forRoot({ everywhere, ...options }) {
    return moduleOf({ provide: OPTIONS, useValue: options }, { everywhere });
  }

  static forRootAsync({ everywhere, imports, inject = [], useFactory }) {
    return moduleOf({ provide: OPTIONS, inject, useFactory }, { everywhere, imports });
  }
}

// As TypeScript applies the decorators of classes and of the parameters of their constructors.
Catch(LoginException)(LoginFilter);
Catch(LoginError)(LoginErrorFilter);
Injectable()(LoginGuard);
[Login, Reflector].forEach((token, at) => Inject(token)(LoginGuard, undefined, at));
Module({})(LoginModule);

const names = { Login, LoginException, LoginGuard, LoginModule, OptionalLogin, RequiresLogin, SignedIn, WithoutLogin };
module.exports = { ...require('./index.js'), ...names };
