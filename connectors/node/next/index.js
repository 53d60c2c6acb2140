'use strict';

const { Caller } = require('../lib/caller.js');
const core = require('../lib/guard.js');
const { Refusal } = require('../lib/refusal.js');
const { varied } = require('../lib/vary.js');

/** Sets the fields that every answer of a guarded route has; some answers, such as redirects, have to be copied for that. */
function withFields(response, fields) {
  const all = { ...fields, Vary: varied(response.headers.get('vary') ?? undefined) };
  try {
    for (const [name, value] of Object.entries(all)) response.headers.set(name, value);
    return response;
  } catch {
    return withFields(new Response(response.body, response), fields);
  }
}

/** Guards the routes of an application of Next.js. */
class Guard extends core.Guard {
  /** A Route Handler behind the guard, which finds the caller in its context. */
  withAuth(handler, needs, { optional = false } = {}) {
    const route = this.route(needs, { optional });
    return async (request, context) => {
      const outcome = await this.check(request, route);
      if (!outcome.allowed) return withFields(outcome.getResponse(), {});
      const response = await handler(request, { ...context, caller: outcome.caller });
      return outcome.isUnchecked ? response : withFields(response, outcome.headers);
    };
  }

  /** The function of `proxy.ts`: refuses, or lets a request through to whatever it is for. */
  proxy(needs, { optional = false } = {}) {
    const route = this.route(needs, { optional });
    return async (request) => {
      const { NextResponse } = require('next/server');
      const outcome = await this.check(request, route);
      if (!outcome.allowed) return withFields(outcome.getResponse(), {});
      return outcome.isUnchecked ? NextResponse.next() : withFields(NextResponse.next(), outcome.headers);
    };
  }

  /**
   * The caller of the page that is rendered; null when the request would be refused. A page knows neither its method nor
   * its URL, so that a token bound to a key is refused.
   */
  async caller(needs) {
    const { headers } = require('next/headers');
    const outcome = await this.check(await headers(), this.route(needs));
    return outcome.allowed ? outcome.caller : null;
  }

  /** Route Handlers for the metadata, at the path where clients look for it. */
  metadata(options) {
    const document = this.document(options);
    const handler = async ({ method }) => {
      const { status, headers, body } = document.answer(method);
      return new Response(body || null, { status, headers });
    };
    return { GET: handler, HEAD: handler };
  }
}

module.exports = { Caller, Guard, Refusal };
