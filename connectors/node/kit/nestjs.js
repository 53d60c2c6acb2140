'use strict';

const { Catch, Inject, Injectable, Module, SetMetadata } = require('@nestjs/common');
const { APP_FILTER, APP_INTERCEPTOR, Reflector } = require('@nestjs/core');
const { map } = require('rxjs');

const { failReply } = require('./fastify-reply.js');
const { Kit: Core, passGates } = require('./kit.js');
const { begin, bytesOf, exchangeOf, fail, jsonOf, serveHealth, within } = require('./node-http.js');

const [GATES, LIMIT, TIMEOUT, READS] = ['gates', 'limit', 'timeout', 'reads'].map((name) => `credenza:kit:${name}`);
const READERS = { json: jsonOf, bytes: bytesOf };

/** Gates in front of a handler, or of every handler of a class. */
const Gates = (...gates) => SetMetadata(GATES, gates);

/** How many bytes a body may have here, in place of what was said before; for bodies that `@Reads()` reads. */
const BodyLimit = (bytes) => SetMetadata(LIMIT, bytes);

/** How many seconds a request may take here since its start, in place of what was said before. */
const Timeout = (seconds) => SetMetadata(TIMEOUT, seconds);

/** Reads the body, as `json` or `bytes`: for applications that were made with `bodyParser: false`. */
function Reads(kind) {
  if (READERS[kind] === undefined) throw new TypeError('a body is read as json or bytes');
  return SetMetadata(READS, kind);
}

/** A request as Node has it, on either platform. */
const rawOf = (request) => request.raw ?? request;

/** The kit of an application of Nest. */
class Kit extends Core {
  /** The first middleware, for `app.use`: request id, log, fields of answers, limits. */
  start() {
    return (request, response, next) =>
      within(
        begin(this, request, response, () => request.caller),
        next,
      );
  }

  /** A middleware that serves `/livez` and `/readyz`, for `app.use`. */
  health(health) {
    return serveHealth(health);
  }

  /** The exchange of a request. */
  of(request) {
    const exchange = exchangeOf(rawOf(request));
    if (exchange === undefined) throw new TypeError('app.use(app.get(Kit).start()) has to come first');
    return exchange;
  }
}

/** Carries out what the decorators of a handler say, once its guards have let the request through. */
class KitInterceptor {
  #kit;
  #reflector;

  constructor(kit, reflector) {
    this.#kit = kit;
    this.#reflector = reflector;
  }

  async intercept(context, next) {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest();
    const exchange = this.#kit.of(request);
    exchange.findCaller(() => request.caller);
    await this.#prepare(context, request, exchange);
    return next.handle().pipe(
      map((value) => {
        if (exchange.isAnswered) throw exchange.signal.reason;
        return value;
      }),
    );
  }

  async #prepare(context, request, exchange) {
    const told = (key) => this.#reflector.getAllAndOverride(key, [context.getHandler(), context.getClass()]);
    const [limit, timeout, reads] = [told(LIMIT), told(TIMEOUT), told(READS)];
    if (timeout !== undefined) exchange.deadline.set(timeout);
    if (limit !== undefined) exchange.bodyLimit = limit;
    await passGates(told(GATES) ?? [], exchange);
    // Fastify has read it before.
    if (reads !== undefined && request.body === undefined) request.body = await READERS[reads](rawOf(request));
  }
}

/** Answers whatever goes wrong with a problem. */
class KitFilter {
  #kit;

  constructor(kit) {
    this.#kit = kit;
  }

  catch(error, host) {
    if (host.getType() !== 'http') throw error;
    const [request, response] = [host.switchToHttp().getRequest(), host.switchToHttp().getResponse()];
    if (response.raw === undefined) fail(this.#kit, request, response, error);
    else failReply(this.#kit, request, response, error);
  }
}

/** Provides `Kit` to the whole application. */
class KitModule {
  static forRoot(settings) {
    const kit = { provide: Kit, useFactory: () => new Kit(settings) };
    const interceptor = {
      provide: APP_INTERCEPTOR,
      inject: [Kit, Reflector],
      useFactory: (...parts) => new KitInterceptor(...parts),
    };
    const filter = { provide: APP_FILTER, inject: [Kit], useFactory: (made) => new KitFilter(made) };
    return { module: KitModule, global: true, providers: [kit, interceptor, filter], exports: [Kit] };
  }
}

// As TypeScript applies the decorators of a class and of the parameters of its constructor.
Injectable()(KitInterceptor);
[Kit, Reflector].forEach((token, at) => Inject(token)(KitInterceptor, undefined, at));
Catch()(KitFilter);
Module({})(KitModule);

module.exports = { BodyLimit, Gates, Kit, KitModule, Reads, Timeout };
